import type Handlebars from 'handlebars';
import { TemplateHelperError } from '../helpers/template-helper-error.js';
import type { ValueTokens } from '../inlining/value-tokens.js';
import type { TemplateHelper } from '../template-options.js';
import { ASYNC_HELPER } from './compiled-calls.js';
import type { ErrorOrigins } from './error-origins.js';
import type { LineGuard } from './line-guard.js';
import type { MadeHtml } from './made-html.js';
import { isPromise } from './printable-text.js';

/** What helpers run with. */
export interface HelperSurroundings {
  /** Whether it is an error to print what is missing or no text. */
  readonly strict: boolean;
  readonly origins: ErrorOrigins;
  /** Learns which HTML helpers have made. */
  readonly made: MadeHtml;
  /** Line ends of values within indented partials; a helper gets its block with the values themselves. */
  readonly lines: LineGuard;
  /** Stand in for printed values; a helper gets its block with the values themselves. */
  readonly tokens: ValueTokens | undefined;
}

/** Registers helpers in a Handlebars environment so that of each error that one throws the place of its call is known. */
export function registerHelpers(
  handlebars: typeof Handlebars,
  helpers: Readonly<Record<string, TemplateHelper>>,
  { origins, made, lines, tokens }: HelperSurroundings,
): void {
  for (const [name, helper] of Object.entries(helpers))
    handlebars.registerHelper(name, function (this: unknown, ...args: unknown[]): unknown {
      try {
        const call = (): unknown => Reflect.apply(helper, this, args);
        const result = lines.plainly(tokens ? () => tokens.plainly(call) : call);
        if (typeof result === 'string') return isBlock(args) ? lines.guarded(result) : result;
        if (typeof result !== 'object' && typeof result !== 'function') return result;
        if (isPromise(result))
          throw new TemplateHelperError(`the helper "${name}" returned a promise; ${ASYNC_HELPER}`);
        made.note(result, this, args);
        return result;
      } catch (error) {
        origins.noteCall(error, args.at(-1));
        throw error;
      }
    });
}

/** Whether a helper was called with a block: what it returns is printed as it is. */
function isBlock(args: readonly unknown[]): boolean {
  const options: unknown = args.at(-1);
  return typeof options === 'object' && options !== null && 'fn' in options;
}
