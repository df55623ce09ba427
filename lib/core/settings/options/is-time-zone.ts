/** Whether a value is the name of a time zone in the IANA Time Zone Database, such as `Europe/Paris`, in any case. */
export function isTimeZone(value: unknown): value is string {
  // Later versions of Node.js take offsets such as +02:00, which others do not know.
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return false;
  try {
    return Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
