import type { HelperOptions } from 'handlebars';
import type { TemplateHelper } from '../template-options.js';
import { firstGiven } from './first-given.js';
import type { FormatScope } from './format.js';
import { Formatters } from './format.js';
import { link } from './link.js';

/** The helpers that every mailer has; they write in the culture of the mail (`@culture`). */
export function builtInHelpers(timeZone: string | undefined): Record<string, TemplateHelper> {
  const formatters = new Formatters();
  const scope = (options: HelperOptions): FormatScope => {
    const data: unknown = options.data;
    const culture =
      typeof data === 'object' && data !== null && 'culture' in data ? String(data.culture) : 'en';
    return { culture, ...(timeZone !== undefined && { timeZone }) };
  };
  return {
    link: (url: unknown) => link(url),
    default: (...args: unknown[]) => firstGiven(args.slice(0, -1)),
    formatDate: (...args: unknown[]) => {
      const [[value], options] = argumentsOf(args);
      return formatters.date(value, hashOf(options), scope(options));
    },
    formatNumber: (...args: unknown[]) => {
      const [[value], options] = argumentsOf(args);
      return formatters.number(value, hashOf(options), scope(options));
    },
    formatDuration: (...args: unknown[]) => {
      const [[value], options] = argumentsOf(args);
      return formatters.duration(value, hashOf(options), scope(options));
    },
    plural: (...args: unknown[]) => {
      const [[value, one, other], options] = argumentsOf(args);
      const forms = {
        ...(one !== undefined && { one }),
        ...(other !== undefined && { other }),
        ...hashOf(options),
      };
      return formatters.plural(value, forms, scope(options));
    },
  };
}

/** The values that a template passes to a helper, of which there may be none, and Handlebars' options behind them. */
function argumentsOf(args: readonly unknown[]): [values: readonly unknown[], options: HelperOptions] {
  return [args.slice(0, -1), args.at(-1) as HelperOptions];
}

function hashOf(options: HelperOptions): Record<string, unknown> {
  return { ...(options.hash as Record<string, unknown>) };
}
