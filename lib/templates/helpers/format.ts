import { TemplateHelperError } from './template-helper-error.js';
import { messageOf } from '../../errors/error-facts.js';

/** What the formatting helpers know of the mail they write in. */
export interface FormatScope {
  /** BCP 47 tag. */
  readonly culture: string;
  readonly timeZone?: string;
}

type Options = Readonly<Record<string, unknown>>;

const MOST_CACHED = 500;

/** Intl formatters are costly to make and are asked for again and again with the same options. */
export class Formatters {
  readonly #cache = new Map<string, unknown>();

  /** `formatDate`: a Date, an ISO 8601 text or milliseconds; options are those of Intl.DateTimeFormat. */
  date(value: unknown, options: Options, scope: FormatScope): string {
    const date =
      value instanceof Date
        ? value
        : new Date(typeof value === 'string' || typeof value === 'number' ? value : Number.NaN);
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
    const display = options['style'] === 'short' || options['style'] === 'narrow' ? options['style'] : 'long';
    const units = toUnits(value, options['unit']);
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
    const made = guarded(create);
    // Cultures can come from requests; the cache must not grow with them.
    if (this.#cache.size >= MOST_CACHED) this.#cache.clear();
    this.#cache.set(key, made);
    return made;
  }
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

function toUnits(value: unknown, unit: unknown): [string, number][] {
  if (typeof value === 'object' && value !== null) {
    const units = Object.entries(value).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] !== 0,
    );
    if (units.length > 0) return units.map(([name, amount]) => [name.replace(/s$/, ''), amount]);
  }
  let rest = Math.round(toSeconds(value) / (unit === 'milliseconds' ? 1000 : 1));
  const units: [string, number][] = [];
  for (const [name, length] of UNITS) {
    const amount = Math.floor(rest / length);
    if (amount > 0) units.push([name, amount]);
    rest -= amount * length;
  }
  return units.length > 0 ? units : [['second', 0]];
}

function toSeconds(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  const text = typeof value === 'string' ? value.trim() : '';
  const clock = /^(?:(\d+)\.)?(\d+):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?$/.exec(text);
  if (clock) return sum(clock.slice(1));
  const iso = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$/i.exec(text);
  if (iso && iso.slice(1).some(part => part !== undefined)) return sum(iso.slice(1));
  throw new TemplateHelperError(
    'formatDuration needs seconds, a text such as 03:00:00 or PT3H, or { hours, minutes }',
  );
}

function sum(parts: readonly (string | undefined)[]): number {
  return UNITS.reduce((total, [, length], index) => total + Number(parts[index] ?? 0) * length, 0);
}

function toNumber(helper: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'bigint') return Number(number);
  if (typeof number !== 'number' || Number.isNaN(number))
    throw new TemplateHelperError(`${helper} needs a number`);
  return number;
}

function guarded<T>(create: () => T): T {
  try {
    return create();
  } catch (error) {
    throw new TemplateHelperError(messageOf(error), { cause: error });
  }
}
