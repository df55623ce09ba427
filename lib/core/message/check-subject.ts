import { firstInvisible } from '../address/invisible.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { checkHeaderText } from './message-headers.js';
import { plainHeaderText } from './plain-values.js';

/**
 * Checks a subject, the caller's own or what a template made: one line, within its limit, without characters that deceive whoever
 * reads it.
 *
 * @returns the subject, U+FFFD in place of lone surrogates
 * @throws {@link MailMessageError} `EMAILHEADER`
 */
export function checkSubject(value: unknown): string {
  const subject = checkHeaderText(
    'subject',
    plainHeaderText({ field: 'subject', code: 'EMAILHEADER' }, value),
  );
  // A tabulator is a blank in a header (RFC 5322 2.2.2).
  const found = firstInvisible(subject.replaceAll('\t', ' '), 'subject');
  if (found === undefined) return subject;
  throw new MailMessageError(
    'EMAILHEADER',
    'subject',
    `holds ${found}, a control character or one that nobody sees, which a subject cannot have`,
    { value: subject },
  );
}
