import type { Mailbox } from '../address/mailbox.js';
import type { MailboxRules } from '../address/parse-mailbox.js';
import { checkMailbox, MailboxSyntaxError, parseMailbox } from '../address/parse-mailbox.js';
import { MailMessageError } from '../errors/mail-message-error.js';

/** Words for what is no mailbox at all. */
export const NO_MAILBOX = 'must be one mailbox: a string, or { name, address }';

/**
 * Reads the mailboxes of one field.
 *
 * @param field name of the field, for the error
 * @param value what the caller passed: a string, an object, an array of these, or nothing
 * @param rules what is accepted beyond a mailbox with a domain name
 * @throws {@link MailMessageError} `EMAILADDRESS` when anything is not exactly one mailbox
 */
export function readMailboxes(field: string, value: unknown, rules: MailboxRules = {}): Mailbox[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [readMailbox(field, value, rules)];
  return value.map((item: unknown, index) => readMailbox(`${field}[${index}]`, item, rules));
}

function readMailbox(field: string, value: unknown, rules: MailboxRules): Mailbox {
  if (!isMailboxInput(value)) {
    throw new MailMessageError('EMAILADDRESS', field, NO_MAILBOX, { value });
  }
  try {
    return typeof value === 'string'
      ? parseMailbox(value, rules)
      : checkMailbox(value.name ?? undefined, value.address, rules);
  } catch (error) {
    if (!(error instanceof MailboxSyntaxError)) throw error;
    throw new MailMessageError('EMAILADDRESS', field, error.message, { value: written(value), cause: error });
  }
}

function isMailboxInput(value: unknown): value is string | { name?: string | null; address: string } {
  if (typeof value === 'string') return true;
  if (typeof value !== 'object' || value === null) return false;
  const { name, address } = value as { name?: unknown; address?: unknown };
  return typeof address === 'string' && (name === undefined || name === null || typeof name === 'string');
}

/** Both halves of a mailbox, because either may be the wrong one. */
function written(value: string | { name?: string | null; address: string }): string {
  if (typeof value === 'string') return value;
  return typeof value.name === 'string' ? `${value.name} <${value.address}>` : value.address;
}
