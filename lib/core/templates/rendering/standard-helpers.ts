import type Handlebars from 'handlebars';
import type { HelperOptions } from 'handlebars';
import { TemplateHelperError } from '../helpers/template-helper-error.js';
import type { ErrorOrigins } from './error-origins.js';
import { isPromise } from './printable-text.js';
import { readOwn } from './read-own.js';
import type { HelperSurroundings } from './register-helpers.js';

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
 * over which `each` would go for minutes. No block waits for a promise; when strict, none goes over what is no list.
 */
export function useStandardHelpers(
  handlebars: typeof Handlebars,
  { origins, strict }: Pick<HelperSurroundings, 'origins' | 'strict'>,
): void {
  for (const [name, form] of Object.entries(BLOCKS)) {
    const original: unknown = handlebars.helpers[name];
    if (typeof original !== 'function')
      throw new TypeError(`this version of Handlebars has no helper ${name}`);
    register(handlebars, origins, name, function (...args) {
      const [value, options] = args;
      if (args.length !== 2 || typeof Object(options).fn !== 'function')
        throw new TemplateHelperError(`${name} takes one value and a block: ${form}`);
      // Handlebars asks a function for what it returns, and so do these: a promise may come of it.
      const asked: unknown = typeof value === 'function' ? Reflect.apply(value, this, []) : value;
      checkAwaited(name, asked);
      if (name === 'each') checkList(asked, strict);
      return Reflect.apply(original, this, [asked, options]);
    });
  }
  const block: unknown = handlebars.helpers['blockHelperMissing'];
  if (typeof block !== 'function')
    throw new TypeError('this version of Handlebars has no block of a variable');
  register(handlebars, origins, 'blockHelperMissing', function (...args) {
    checkAwaited('a block', args[0]);
    return Reflect.apply(block, this, args);
  });
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

/** A promise is always there, and empty, whatever it resolves to. */
function checkAwaited(name: string, value: unknown): void {
  if (isPromise(value))
    throw new TemplateHelperError(
      `${name} cannot wait for a promise; await it before the mail is sent, and pass the result in the context`,
    );
}

/** What there is nothing to go over in would leave out its rows, and say nothing. */
function checkList(value: unknown, strict: boolean): void {
  if (Array.isArray(value) && value.length > MOST_ITEMS)
    throw new TemplateHelperError(`each refuses a list of more than ${MOST_ITEMS} items`);
  if (strict && value && typeof value !== 'object')
    throw new TemplateHelperError(
      `each needs a list or an object to go over; it got a ${typeof value === 'string' ? 'text' : typeof value}`,
    );
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
