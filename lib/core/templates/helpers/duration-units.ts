import { describeValue } from './describe-value.js';
import { TemplateHelperError } from './template-helper-error.js';

const CALENDAR_UNITS = ['year', 'month', 'week'] as const;
const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;
const UNIT_NAMES: readonly string[] = [...CALENDAR_UNITS, ...UNITS.map(([name]) => name), 'millisecond'];
const ISO_DURATION =
  /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?)?$/i;
const CLOCK_DURATION = /^(?:(\d+)\.)?(\d+):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?$/;

/**
 * The amounts by unit of what `formatDuration` takes, largest unit first: seconds, a text such as `03:00:00` or `PT3H`
 * (ISO 8601), or `{ hours, minutes, … }`.
 *
 * @param unit `milliseconds`, when a number is to be taken for these. @default seconds
 * @throws {@link TemplateHelperError} when it is no duration
 */
export function durationUnits(value: unknown, unit: unknown): [string, number][] {
  if (typeof value === 'object' && value !== null) return namedUnits(value);
  const text = typeof value === 'string' ? value.trim() : '';
  const iso = ISO_DURATION.exec(text);
  if (iso) {
    const calendar = CALENDAR_UNITS.map((name, index): [string, number] => [
      name,
      Number(iso[index + 1] ?? 0),
    ]);
    return orNothing([...calendar.filter(([, amount]) => amount > 0), ...clockUnits(sum(iso.slice(4)))]);
  }
  const clock = CLOCK_DURATION.exec(text);
  if (clock) return orNothing(clockUnits(sum(clock.slice(1))));
  const number = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0) throw noDuration(value);
  return orNothing(clockUnits(Math.round(number / (unit === 'milliseconds' ? 1000 : 1))));
}

/** `{ hours: 3, minutes: 5 }`, whatever the order of its keys. */
function namedUnits(value: object): [string, number][] {
  const given = new Map(Object.entries(value).map(([name, amount]) => [name.replace(/s$/, ''), amount]));
  const units = UNIT_NAMES.flatMap((name): [string, number][] => {
    const amount: unknown = given.get(name);
    given.delete(name);
    if (amount === undefined) return [];
    if (typeof amount !== 'number' || !Number.isFinite(amount) || amount < 0) throw noDuration(value);
    return [[name, amount]];
  });
  if (units.length === 0 || given.size > 0) throw noDuration(value);
  return orNothing(units.filter(([, amount]) => amount > 0));
}

function clockUnits(seconds: number): [string, number][] {
  let rest = seconds;
  return UNITS.flatMap(([name, length]): [string, number][] => {
    const amount = Math.floor(rest / length);
    rest -= amount * length;
    return amount > 0 ? [[name, amount]] : [];
  });
}

function orNothing(units: [string, number][]): [string, number][] {
  return units.length > 0 ? units : [['second', 0]];
}

function noDuration(value: unknown): TemplateHelperError {
  return new TemplateHelperError(
    `formatDuration needs seconds, a text such as 03:00:00 or PT3H, or { hours, minutes }; it got ${describeValue(value)}`,
  );
}

function sum(parts: readonly (string | undefined)[]): number {
  return UNITS.reduce((total, [, length], index) => total + Number(parts[index] ?? 0) * length, 0);
}
