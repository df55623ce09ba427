import type Handlebars from 'handlebars';
import type { ValueTokens } from '../inlining/value-tokens.js';
import type { TemplateHelper } from '../template-options.js';
import type { ErrorOrigins } from './error-origins.js';

/**
 * Registers helpers in a Handlebars environment so that of each error that one throws the place of its call is known.
 *
 * @param tokens stand in for printed values; a helper gets its block with the values themselves
 */
export function registerHelpers(
  handlebars: typeof Handlebars,
  helpers: Readonly<Record<string, TemplateHelper>>,
  origins: ErrorOrigins,
  tokens: ValueTokens | undefined,
): void {
  for (const [name, helper] of Object.entries(helpers))
    handlebars.registerHelper(name, function (this: unknown, ...args: unknown[]): unknown {
      try {
        if (!tokens) return Reflect.apply(helper, this, args);
        return tokens.plainly((): unknown => Reflect.apply(helper, this, args));
      } catch (error) {
        origins.noteCall(error, args.at(-1));
        throw error;
      }
    });
}
