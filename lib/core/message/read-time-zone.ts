import { MailMessageError } from '../errors/mail-message-error.js';
import { isTimeZone } from '../templates/helpers/time-zone.js';

/**
 * Checks the time zone of a message.
 *
 * @returns undefined when it says none
 * @throws {@link MailMessageError} `EMAILMESSAGE` for what is no name of the IANA Time Zone Database
 */
export function readTimeZone(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && isTimeZone(value)) return value;
  throw new MailMessageError(
    'EMAILMESSAGE',
    'timeZone',
    'must be the IANA name of a time zone, such as Europe/Paris',
    { value },
  );
}
