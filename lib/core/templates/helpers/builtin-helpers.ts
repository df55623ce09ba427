import type { HelperOptions } from 'handlebars';
import type { TemplateHelper } from '../template-options.js';
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
    formatDate: (value: unknown, options: HelperOptions) =>
      formatters.date(value, hashOf(options), scope(options)),
    formatNumber: (value: unknown, options: HelperOptions) =>
      formatters.number(value, hashOf(options), scope(options)),
    formatDuration: (value: unknown, options: HelperOptions) =>
      formatters.duration(value, hashOf(options), scope(options)),
    plural: (value: unknown, ...rest: unknown[]) => {
      const options = rest.at(-1) as HelperOptions;
      const [one, other] = rest.slice(0, -1);
      const forms = {
        ...(one !== undefined && { one }),
        ...(other !== undefined && { other }),
        ...hashOf(options),
      };
      return formatters.plural(value, forms, scope(options));
    },
  };
}

function hashOf(options: HelperOptions): Record<string, unknown> {
  return { ...(options.hash as Record<string, unknown>) };
}
