const DAY_MS = 86_400_000;

/** The moment that is this many days ahead, or back when negative. */
export function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}
