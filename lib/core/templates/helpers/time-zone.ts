import { MailTemplateError } from '../../errors/mail-template-error.js';
import { printable } from '../../redaction/printable.js';

/** Longer than any name in the time zone database. */
const LONGEST_ZONE = 64;
const EUROPE =
  /^(?:Europe\/.+|(?:CET|EET|MET|WET|Eire|GB|GB-Eire|Iceland|Poland|Portugal)|Arctic\/Longyearbyen|Africa\/Ceuta|Asia\/Nicosia|Atlantic\/(?:Azores|Canary|Faeroe|Faroe|Jan_Mayen|Madeira|Reykjavik))$/i;

/** The time zone in which this process runs, as an IANA name. */
export function systemTimeZone(): string {
  return new Intl.DateTimeFormat('en').resolvedOptions().timeZone;
}

/**
 * Checks that a text names a time zone.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATENAME`
 */
export function checkTimeZone(timeZone: unknown): string {
  if (typeof timeZone === 'string' && isTimeZone(timeZone)) return timeZone;
  const given =
    typeof timeZone === 'string' ? `"${printable(timeZone)}"` : `A value of type ${typeof timeZone}`;
  throw new MailTemplateError(
    'EMAILTEMPLATENAME',
    `${given} is no time zone; use an IANA name such as Europe/Paris`,
  );
}

/** Whether a text is the IANA name of a time zone that this process knows. */
export function isTimeZone(text: string): boolean {
  if (text === '' || text.length > LONGEST_ZONE) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The culture in which dates are written: English without a region is British where the clocks are European. */
export function dateCulture(culture: string, timeZone: unknown): string {
  return culture === 'en' && typeof timeZone === 'string' && EUROPE.test(timeZone) ? 'en-GB' : culture;
}
