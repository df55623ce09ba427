import { isDate } from 'node:util/types';
import { messageOf } from '../../errors/error-facts.js';
import { describeValue } from './describe-value.js';
import { durationUnits } from './duration-units.js';
import type { FormatScope, HelperCall } from './helper-call.js';
import { checkCount } from './helper-call.js';
import { calendarOf, RELATIVE_UNITS, relativeTime } from './relative-time.js';
import { TemplateHelperError } from './template-helper-error.js';
import { dateCulture } from './time-zone.js';

type Options = Readonly<Record<string, unknown>>;
type ExactNumber = number | bigint | `${number}`;

const MOST_CACHED = 500;
const ISO_DATE = /^(?:[+-]\d{6}|\d{4})(?:-\d{2}){1,2}(?:[T ]|$)/;
/** A day without a time (ISO 8601), which JavaScript takes for midnight UTC. */
const ISO_DAY = /^\d{4}-\d{2}(?:-\d{2})?$/;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;
const CURRENCY = /^[a-z]{3}$/i;
/** Plural rules look at the last six digits of a whole number at most (CLDR). */
const PLURAL_DIGITS = 10n ** 12n;

const DATE_USAGE = 'a Date, an ISO 8601 text or milliseconds';

/** What the formatting helpers write. It keeps Intl formatters, which are costly to make, by their options. */
export class Formatters {
  readonly #cache = new Map<string, unknown>();
  readonly #now: () => Date;

  /** @param now the clock from which `formatRelative` counts */
  constructor(now: () => Date) {
    this.#now = now;
  }

  /** `formatDate`: a Date, an ISO 8601 text or milliseconds; options are those of Intl.DateTimeFormat. */
  date(call: HelperCall): string {
    checkCount(call, 1, 1, `formatDate needs ${DATE_USAGE}: {{formatDate when}}`);
    const { hash, scope } = call;
    const date = toDate('formatDate', call.values[0]);
    const shape = Object.keys(hash).some(key => key !== 'timeZone')
      ? hash
      : { dateStyle: 'long', timeStyle: 'short', ...hash };
    // A text without a time, such as a date of birth, is that day for everybody.
    const zone = isDay(call.values[0]) ? 'UTC' : scope.timeZone;
    const complete = { timeZone: zone, ...shape };
    const culture = dateCulture(scope.culture, hash['timeZone'] ?? scope.timeZone);
    return this.#formatter(
      'date',
      culture,
      complete,
      () => new Intl.DateTimeFormat(culture, complete),
    ).format(date);
  }

  /** `formatRelative`: how long before or after now a moment is; options are those of Intl.RelativeTimeFormat, and `unit`. */
  relative(call: HelperCall): string {
    checkCount(call, 1, 1, `formatRelative needs ${DATE_USAGE}: {{formatRelative when}}`);
    const { unit: wanted, ...hash } = call.hash;
    const date = toDate('formatRelative', call.values[0]);
    const unit = RELATIVE_UNITS.find(name => name === wanted || `${name}s` === wanted);
    if (wanted !== undefined && unit === undefined)
      throw new TemplateHelperError(`formatRelative has the units ${RELATIVE_UNITS.join(', ')}`);
    const { culture, timeZone } = call.scope;
    const calendar = (): Intl.DateTimeFormat =>
      this.#formatter('calendar', 'en', { timeZone }, () => calendarOf(timeZone));
    const time = relativeTime(date, this.#now(), calendar, unit);
    const shape = { numeric: 'auto' as const, ...hash };
    return this.#formatter(
      'relative',
      culture,
      shape,
      () => new Intl.RelativeTimeFormat(culture, shape),
    ).format(time.amount, time.unit);
  }

  /** `formatNumber`: options are those of Intl.NumberFormat. */
  number(call: HelperCall): string {
    checkCount(call, 1, 1, 'formatNumber needs a number: {{formatNumber n}}');
    return this.#number(toNumber('formatNumber', call.values[0]), call.hash, call.scope);
  }

  /** `formatCurrency`: an amount and the ISO 4217 code of its currency; options are those of Intl.NumberFormat. */
  currency(call: HelperCall): string {
    const usage = 'formatCurrency needs a number and a currency: {{formatCurrency n "EUR"}}';
    checkCount(call, 1, 2, usage);
    const amount = toNumber('formatCurrency', call.values[0]);
    const currency = call.values.length > 1 ? call.values[1] : call.hash['currency'];
    if (typeof currency !== 'string' || !CURRENCY.test(currency))
      throw new TemplateHelperError(
        `${usage}; the currency is ${currency === undefined ? 'undefined' : describeValue(currency)}, not a code of three letters (ISO 4217)`,
      );
    return this.#number(amount, { ...call.hash, style: 'currency', currency }, call.scope);
  }

  /** `formatDuration`: seconds, `HH:mm:ss`, an ISO 8601 duration or `{ hours, minutes, … }`; `style` as in Intl. */
  duration(call: HelperCall): string {
    checkCount(call, 1, 1, 'formatDuration needs a duration: {{formatDuration "03:00:00"}}');
    const { hash, scope } = call;
    const display = hash['style'] ?? 'long';
    if (display !== 'long' && display !== 'short' && display !== 'narrow')
      throw new TemplateHelperError('formatDuration has the styles long, short and narrow');
    const units = durationUnits(call.values[0], hash['unit']);
    const pieces = units.map(([unit, amount]) =>
      this.#number(amount, { style: 'unit', unit, unitDisplay: display }, scope),
    );
    const list = { type: 'unit', style: display } as const;
    return this.#formatter(
      'list',
      scope.culture,
      list,
      () => new Intl.ListFormat(scope.culture, list),
    ).format(pieces);
  }

  /** `plural`: the form of a word that goes with a number; `#` in it stands for the number. */
  plural(call: HelperCall): string {
    checkCount(call, 1, 3, 'plural needs a number and forms: {{plural n one="# item" other="# items"}}');
    const { hash, scope } = call;
    const [value, one, other] = call.values;
    const forms: Options = {
      ...(call.values.length > 1 && { one }),
      ...(call.values.length > 2 && { other }),
      ...hash,
    };
    const number = toNumber('plural', value);
    const category = this.#formatter(
      'plural',
      scope.culture,
      {},
      () => new Intl.PluralRules(scope.culture),
    ).select(forPlural(number));
    const names = [...(Number(number) === 0 ? ['zero'] : []), category, 'other'];
    // A form that is given counts, also when its value is missing: another one would be wrong.
    const form = forms[names.find(name => Object.hasOwn(forms, name)) ?? 'other'];
    if (typeof form !== 'string')
      throw new TemplateHelperError('plural needs the forms one="…" and other="…"');
    return form.replaceAll('#', () => this.#number(number, {}, scope));
  }

  #number(value: ExactNumber, options: Options, { culture }: FormatScope): string {
    return this.#formatter('number', culture, options, () => new Intl.NumberFormat(culture, options)).format(
      value,
    );
  }

  #formatter<T>(kind: string, culture: string, options: Options, create: () => T): T {
    const key = `${kind}|${culture}|${keyOf(options)}`;
    const cached = this.#cache.get(key) as T | undefined;
    if (cached !== undefined) return cached;
    const made = guarded(options, create);
    // Cultures and time zones can come from requests; the cache must not grow with them.
    if (this.#cache.size >= MOST_CACHED) this.#cache.clear();
    this.#cache.set(key, made);
    return made;
  }
}

function isDay(value: unknown): boolean {
  return typeof value === 'string' && ISO_DAY.test(value);
}

function toDate(helper: string, value: unknown): Date {
  // JavaScript's parser makes dates of texts such as "room 5", too.
  const readable = typeof value === 'number' || (typeof value === 'string' && ISO_DATE.test(value));
  const date = isDate(value) ? value : new Date(readable ? value : Number.NaN);
  if (Number.isNaN(date.getTime()) || (typeof value === 'string' && !isInCalendar(value)))
    throw new TemplateHelperError(`${helper} needs ${DATE_USAGE}; it got ${describeValue(value)}`);
  return date;
}

/** JavaScript takes 30 February for 2 March. */
function isInCalendar(text: string): boolean {
  const [, year, month, day] = /^([+-]?\d+)-(\d{2})-(\d{2})/.exec(text) ?? [];
  if (day === undefined) return true;
  const last = new Date(0);
  // The day before the first one of the next month.
  last.setUTCFullYear(Number(year), Number(month), 0);
  return Number(day) <= last.getUTCDate();
}

/** A number as exactly as it is given: Intl reads digits of a text and of a bigint that a number has no room for. */
function toNumber(helper: string, value: unknown): ExactNumber {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const text = typeof value === 'string' ? value.trim() : '';
  if (DECIMAL.test(text) && Number.isFinite(Number(text))) return text as `${number}`;
  throw new TemplateHelperError(`${helper} needs a number; it got ${describeValue(value)}`);
}

/** A number of the same plural category, in the one type that Intl.PluralRules takes. */
function forPlural(number: ExactNumber): number {
  if (typeof number !== 'bigint') return Number(number);
  const size = number < 0n ? -number : number;
  return size < PLURAL_DIGITS ? Number(size) : Number((size % PLURAL_DIGITS) + PLURAL_DIGITS);
}

/** Options as a text; a bigint, which JSON has no form for, is no option of Intl. */
function keyOf(options: Options): string {
  return JSON.stringify(options, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
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
