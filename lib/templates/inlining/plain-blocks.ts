import type { ValueTokens } from './value-tokens.js';

/** Arguments of a helper whose block, if it has one, prints values and no tokens. */
export function withPlainBlocks(args: readonly unknown[], tokens: ValueTokens): readonly unknown[] {
  const options = args.at(-1);
  if (typeof options !== 'object' || options === null || !('fn' in options)) return args;
  return [
    ...args.slice(0, -1),
    { ...options, ...plain(options, 'fn', tokens), ...plain(options, 'inverse', tokens) },
  ];
}

function plain(options: object, name: 'fn' | 'inverse', tokens: ValueTokens): object {
  const block: unknown = Object(options)[name];
  if (typeof block !== 'function') return {};
  // Handlebars reads how many block parameters a block takes from the block itself.
  const run = (...args: unknown[]): unknown =>
    tokens.plainly((): unknown => Reflect.apply(block, undefined, args));
  return { [name]: Object.assign(run, block) };
}
