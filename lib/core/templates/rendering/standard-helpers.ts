import type Handlebars from 'handlebars';
import type { HelperOptions } from 'handlebars';
import { TemplateHelperError } from '../helpers/template-helper-error.js';
import type { ErrorOrigins } from './error-origins.js';
import { readOwn } from './read-own.js';

/** Items of a list that `{{#each}}` goes over at most: a list may claim any length, and holes cost time as well. */
const MOST_ITEMS = 1_000_000;

/** How each block helper of Handlebars itself is written. */
const BLOCKS = {
  if: '{{#if x}}…{{/if}}',
  unless: '{{#unless x}}…{{/unless}}',
  each: '{{#each list}}…{{/each}}',
  with: '{{#with user}}…{{/with}}',
} as const;

/** Names of the helpers of Handlebars itself. */
export const STANDARD_HELPERS: readonly string[] = [...Object.keys(BLOCKS), 'lookup', 'log'];

type Call = (this: unknown, ...args: readonly unknown[]) => unknown;

/**
 * Replaces the helpers of Handlebars itself in an environment by those that refuse calls which can come to nothing, and lists
 * over which `each` would go for minutes.
 */
export function useStandardHelpers(handlebars: typeof Handlebars, origins: ErrorOrigins): void {
  for (const [name, form] of Object.entries(BLOCKS)) {
    const original: unknown = handlebars.helpers[name];
    if (typeof original !== 'function')
      throw new TypeError(`this version of Handlebars has no helper ${name}`);
    register(handlebars, origins, name, function (...args) {
      const [value, options] = args;
      if (args.length !== 2 || typeof Object(options).fn !== 'function')
        throw new TemplateHelperError(`${name} takes one value and a block: ${form}`);
      if (name === 'each' && Array.isArray(value) && value.length > MOST_ITEMS)
        throw new TemplateHelperError(`each refuses a list of more than ${MOST_ITEMS} items`);
      return Reflect.apply(original, this, args);
    });
  }
  register(handlebars, origins, 'lookup', (...args) => {
    const [from, name] = args;
    if (args.length !== 3)
      throw new TemplateHelperError('lookup takes a value and the name of a field: {{lookup user "name"}}');
    return readOwn(from, String(name));
  });
  register(handlebars, origins, 'log', () => {
    throw new TemplateHelperError(
      'log prints nothing in a mail, and would write into the log of the server; remove it',
    );
  });
}

/** Registers one, so that of each error that it throws the place of its call is known. */
function register(handlebars: typeof Handlebars, origins: ErrorOrigins, name: string, call: Call): void {
  handlebars.registerHelper(name, function (this: unknown, ...args: unknown[]): unknown {
    try {
      return Reflect.apply(call, this, args);
    } catch (error) {
      origins.noteCall(error, args.at(-1) as HelperOptions);
      throw error;
    }
  });
}
