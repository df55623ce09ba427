import { messageOf } from '../../errors/error-facts.js';
import { durationUnits } from './duration-units.js';
import { TemplateHelperError } from './template-helper-error.js';

/** What the formatting helpers know of the mail they write in. */
export interface FormatScope {
  /** BCP 47 tag. */
  readonly culture: string;
  readonly timeZone?: string;
}

type Options = Readonly<Record<string, unknown>>;

const MOST_CACHED = 500;
const ISO_DATE = /^(?:[+-]\d{6}|\d{4})(?:-\d{2}){1,2}(?:[T ]|$)/;

/** What the formatting helpers write. It keeps Intl formatters, which are costly to make, by their options. */
export class Formatters {
  readonly #cache = new Map<string, unknown>();

  /** `formatDate`: a Date, an ISO 8601 text or milliseconds; options are those of Intl.DateTimeFormat. */
  date(value: unknown, options: Options, scope: FormatScope): string {
    const date = toDate(value);
    if (Number.isNaN(date.getTime()))
      throw new TemplateHelperError('formatDate needs a Date, an ISO 8601 text or milliseconds');
    const shape = Object.keys(options).some(key => key !== 'timeZone')
      ? options
      : { dateStyle: 'long', timeStyle: 'short', ...options };
    const complete = { ...(scope.timeZone !== undefined && { timeZone: scope.timeZone }), ...shape };
    return this.#formatter(
      'date',
      scope.culture,
      complete,
      () => new Intl.DateTimeFormat(scope.culture, complete),
    ).format(date);
  }

  /** `formatNumber`: options are those of Intl.NumberFormat. */
  number(value: unknown, options: Options, scope: FormatScope): string {
    const number = toNumber('formatNumber', value);
    return this.#formatter(
      'number',
      scope.culture,
      options,
      () => new Intl.NumberFormat(scope.culture, options),
    ).format(number);
  }

  /** `formatDuration`: seconds, `HH:mm:ss`, an ISO 8601 duration or `{ hours, minutes, … }`; `style` as in Intl. */
  duration(value: unknown, options: Options, scope: FormatScope): string {
    const display = options['style'] ?? 'long';
    if (display !== 'long' && display !== 'short' && display !== 'narrow')
      throw new TemplateHelperError('formatDuration has the styles long, short and narrow');
    const units = durationUnits(value, options['unit']);
    const pieces = units.map(([unit, amount]) => {
      const shape = { style: 'unit', unit, unitDisplay: display } as const;
      return this.#formatter(
        'number',
        scope.culture,
        shape,
        () => new Intl.NumberFormat(scope.culture, shape),
      ).format(amount);
    });
    const list = { type: 'unit', style: display } as const;
    return this.#formatter(
      'list',
      scope.culture,
      list,
      () => new Intl.ListFormat(scope.culture, list),
    ).format(pieces);
  }

  /** `plural`: the form of a word that goes with a number; `#` in it stands for the number. */
  plural(value: unknown, forms: Options, scope: FormatScope): string {
    const number = toNumber('plural', value);
    const category = this.#formatter(
      'plural',
      scope.culture,
      {},
      () => new Intl.PluralRules(scope.culture),
    ).select(number);
    const form = (number === 0 ? forms['zero'] : undefined) ?? forms[category] ?? forms['other'];
    if (typeof form !== 'string')
      throw new TemplateHelperError('plural needs the forms one="…" and other="…"');
    return form.replaceAll('#', () => this.number(number, {}, scope));
  }

  #formatter<T>(kind: string, culture: string, options: Options, create: () => T): T {
    const key = `${kind}|${culture}|${JSON.stringify(options)}`;
    const cached = this.#cache.get(key) as T | undefined;
    if (cached !== undefined) return cached;
    const made = guarded(options, create);
    // Cultures can come from requests; the cache must not grow with them.
    if (this.#cache.size >= MOST_CACHED) this.#cache.clear();
    this.#cache.set(key, made);
    return made;
  }
}

function toDate(value: unknown): Date {
  if (value instanceof Date) return value;
  // JavaScript's parser makes dates of texts such as "room 5", too.
  const readable = typeof value === 'number' || (typeof value === 'string' && ISO_DATE.test(value));
  return new Date(readable ? value : Number.NaN);
}

function toNumber(helper: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'bigint') return Number(number);
  if (typeof number !== 'number' || Number.isNaN(number))
    throw new TemplateHelperError(`${helper} needs a number`);
  return number;
}

/** Intl repeats the option it refuses, which may come from the context: its name is enough. */
function guarded<T>(options: Options, create: () => T): T {
  try {
    return create();
  } catch (error) {
    const message = Object.values(options)
      .map(value => (typeof value === 'string' ? value : ''))
      .filter(value => value !== '')
      .reduce(
        (text, value) => text.replaceAll(value, '…').replaceAll(value.toUpperCase(), '…'),
        messageOf(error),
      );
    throw new TemplateHelperError(`${message} (options: ${Object.keys(options).join(', ')})`);
  }
}
