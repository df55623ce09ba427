import { inspect } from 'node:util';

/** A value in every way in which it may be shown, with everything in it that is hidden. */
export function everyPrint(value: unknown): string {
  return [
    JSON.stringify(value),
    JSON.stringify(Object.entries(Object(value))),
    String(value),
    inspect(value),
    inspect(value, { depth: Infinity }),
    inspect(value, { showHidden: true, depth: Infinity }),
    inspect(value, { showHidden: true, depth: Infinity, getters: true }),
    inspect({ nested: [value] }, { showHidden: true, depth: Infinity, getters: true }),
    inspect(value, { showHidden: true, showProxy: true, depth: Infinity, getters: 'get' }),
  ].join('\n');
}
