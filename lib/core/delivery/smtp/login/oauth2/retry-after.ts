/**
 * Milliseconds for which a server does not want to be asked again (RFC 9110 10.2.3); undefined when it does not say. A date
 * is read by the server's own clock, where it tells its time: that of this machine may be wrong.
 *
 * @param date what the server says the time is
 */
export function retryAfterMs(retryAfter: string | null, date: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const text = retryAfter.trim();
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  const until = Date.parse(text);
  if (Number.isNaN(until)) return undefined;
  const now = date === null ? Number.NaN : Date.parse(date);
  return Math.max(0, until - (Number.isNaN(now) ? Date.now() : now));
}
