const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30.436_875 * DAY;
const YEAR = 365.2425 * DAY;

const LENGTHS = {
  second: SECOND,
  minute: MINUTE,
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
  month: MONTH,
  quarter: 3 * MONTH,
  year: YEAR,
} as const;

/** A unit in which times are counted from now. */
export type RelativeUnit = keyof typeof LENGTHS;

/** The names of all units. */
export const RELATIVE_UNITS = Object.keys(LENGTHS) as RelativeUnit[];

/** How long before (negative) or after now a moment is, in a unit that people would take. */
export interface RelativeTime {
  readonly amount: number;
  readonly unit: RelativeUnit;
}

/**
 * Counts from one moment to another. Days are those of the calendar: 30 hours after 22:00 is the day after tomorrow.
 *
 * @param calendar the calendar of the reader's time zone, made by {@link calendarOf}; asked where days are counted
 * @param unit the unit to count in @default the largest one of which there is at least one, weeks and quarters left out
 */
export function relativeTime(
  when: Date,
  now: Date,
  calendar: () => Intl.DateTimeFormat,
  unit?: RelativeUnit,
): RelativeTime {
  const fitting = unit ?? unitFor(Math.abs(when.getTime() - now.getTime()));
  const amount = amountOf(when, now, calendar, fitting);
  // Nearly a whole day can end on the day on which it begins.
  return amount === 0 && unit === undefined && fitting === 'day'
    ? { amount: amountOf(when, now, calendar, 'hour'), unit: 'hour' }
    : { amount, unit: fitting };
}

/** What a length rounds to decides: 59.6 minutes are an hour. */
function unitFor(length: number): RelativeUnit {
  if (Math.round(length / SECOND) < 60) return 'second';
  if (Math.round(length / MINUTE) < 60) return 'minute';
  if (Math.round(length / HOUR) < 24) return 'hour';
  if (Math.round(length / DAY) < 31) return 'day';
  return Math.round(length / MONTH) < 12 ? 'month' : 'year';
}

/** Writes the days that {@link relativeTime} counts; one costs more to make than to use a hundred times. */
export function calendarOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'gregory',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
}

function amountOf(when: Date, now: Date, calendar: () => Intl.DateTimeFormat, unit: RelativeUnit): number {
  const amount =
    unit === 'day'
      ? dayNumber(when, calendar()) - dayNumber(now, calendar())
      : Math.round((when.getTime() - now.getTime()) / LENGTHS[unit]);
  // Without the sign of nothing, which would be written as a moment in the past.
  return amount === 0 ? 0 : amount;
}

/** Days since a fixed one, as a calendar counts them. */
function dayNumber(date: Date, calendar: Intl.DateTimeFormat): number {
  const parts = calendar.formatToParts(date);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find(one => one.type === type)?.value ?? '';
  const year = part('era').startsWith('B') ? 1 - Number(part('year')) : Number(part('year'));
  const day = new Date(0);
  day.setUTCFullYear(year, Number(part('month')) - 1, Number(part('day')));
  return Math.round(day.getTime() / DAY);
}
