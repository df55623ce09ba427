import type { Mailbox } from '../address/mailbox.js';
import { MailboxSyntaxError, checkMailbox, parseMailbox } from '../address/parse-mailbox.js';
import { MailMessageError } from '../errors/mail-message-error.js';

/**
 * Reads the mailboxes of one field.
 *
 * @param field name of the field, for the error
 * @param value what the caller passed: a string, an object, an array of these, or nothing
 * @throws {@link MailMessageError} `EMAILADDRESS` when anything is not exactly one mailbox
 */
export function readMailboxes(field: string, value: unknown): Mailbox[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [readMailbox(field, value)];
  return value.map((item: unknown, index) => readMailbox(`${field}[${index}]`, item));
}

function readMailbox(field: string, value: unknown): Mailbox {
  try {
    if (typeof value === 'string') return parseMailbox(value);
    if (
      typeof value === 'object' &&
      value !== null &&
      'address' in value &&
      typeof value.address === 'string'
    ) {
      const name = 'name' in value ? value.name : undefined;
      if (name === undefined || name === null || typeof name === 'string')
        return checkMailbox(name ?? undefined, value.address);
    }
  } catch (error) {
    if (!(error instanceof MailboxSyntaxError)) throw error;
    const shown = typeof value === 'string' ? value : (value as { address: string }).address;
    throw new MailMessageError('EMAILADDRESS', field, error.message, { value: shown, cause: error });
  }
  throw new MailMessageError('EMAILADDRESS', field, 'must be one mailbox: a string, or { name, address }', {
    value,
  });
}
