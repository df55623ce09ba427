import type Handlebars from 'handlebars';
import { TemplateHelperError } from '../helpers/template-helper-error.js';
import type { ErrorOrigins } from './error-origins.js';

/** Items of a list that `{{#each}}` goes over at most: a list may claim any length, and holes cost time as well. */
const MOST_ITEMS = 1_000_000;

/** Lets the helper `each` of an environment refuse lists over which it would go for minutes. */
export function boundEach(handlebars: typeof Handlebars, origins: ErrorOrigins): void {
  const each: unknown = handlebars.helpers['each'];
  if (typeof each !== 'function') throw new TypeError('this version of Handlebars has no helper each');
  handlebars.registerHelper('each', function (this: unknown, ...args: unknown[]): unknown {
    const [list] = args;
    if (Array.isArray(list) && list.length > MOST_ITEMS) {
      const error = new TemplateHelperError(`each refuses a list of more than ${MOST_ITEMS} items`);
      origins.noteCall(error, args.at(-1));
      throw error;
    }
    return Reflect.apply(each, this, args);
  });
}
