import { readlinkSync } from 'node:fs';

/** Names that no list of zones holds. */
const UTC: ReadonlySet<string> = new Set(['UTC', 'Etc/UTC']);

/**
 * Whether it is certain that the machine has a time zone which Node.js knows. It is told without a question about a date: the
 * first one takes ten times as long, because all that is known of dates is loaded for it.
 */
export function hasMachineTimeZone(): boolean {
  const name = process.env['TZ'] ?? nameOfLink();
  return name !== undefined && (UTC.has(name) || Intl.supportedValuesOf('timeZone').includes(name));
}

/** Which zone the machine has for its own; undefined where that is no link, as on Windows. */
function nameOfLink(): string | undefined {
  try {
    return /\/zoneinfo\/(.+)$/.exec(readlinkSync('/etc/localtime'))?.[1];
  } catch {
    return undefined;
  }
}
