import { isDate } from 'node:util/types';
import type { TemplateHelper } from '../template-options.js';
import { firstGiven } from './first-given.js';
import { Formatters } from './format.js';
import type { HelperCall } from './helper-call.js';
import { checkCount, helperCall } from './helper-call.js';
import { join } from './join.js';
import { link } from './link.js';

/**
 * The helpers that every mailer has; they write in the culture and time zone of the mail (`@culture`, `@timeZone`).
 *
 * @param now the clock from which `formatRelative` counts
 */
export function builtInHelpers(now = (): Date => new Date()): Record<string, TemplateHelper> {
  const formatters = new Formatters(now);
  return {
    link: called(call => {
      checkCount(call, 1, 1, 'link needs a URL: {{link url}}');
      return link(call.values[0]);
    }),
    default: called(call => firstGiven(call.values)),
    formatDate: called(call => formatters.date(call)),
    formatRelative: called(call => formatters.relative(call)),
    formatNumber: called(call => formatters.number(call)),
    formatCurrency: called(call => formatters.currency(call)),
    formatDuration: called(call => formatters.duration(call)),
    plural: called(call => formatters.plural(call)),
    join: called(join),
    eq: called(equal),
  };
}

function called(helper: (call: HelperCall, context: unknown) => unknown): TemplateHelper {
  return function (this: unknown, ...args: unknown[]): unknown {
    return helper(helperCall(args), this);
  };
}

/** `{{#if (eq a b)}}` or `{{#eq a b}}`: whether two values are the same; dates and URLs are compared by what they say. */
function equal(call: HelperCall, context: unknown): unknown {
  checkCount(call, 2, 2, 'eq needs two values: {{#if (eq status "open")}}');
  const [one, other] = call.values;
  const same = Object.is(comparable(one), comparable(other));
  return call.block ? call.block(context, same) : same;
}

function comparable(value: unknown): unknown {
  if (isDate(value)) return `date ${value.getTime()}`;
  if (value instanceof URL) return `url ${value.href}`;
  return typeof value === 'string' ? `text ${value}` : value === 0 ? 0 : value;
}
