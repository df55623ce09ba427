import addressparser from 'nodemailer/lib/addressparser';
import { checkMailbox, MailboxSyntaxError } from '../address/parse-mailbox.js';
import { printable } from '../errors/printable.js';

/** What stands in an address header: mailboxes, and entries that are none. */
export interface AddressHeader {
  /** Addresses in their normal form, in order. */
  readonly addresses: readonly string[];
  /** Entries that no mail can be sent to, safe to print, and why. */
  readonly invalid: readonly { readonly entry: string; readonly reason: string }[];
}

/**
 * Reads the value of a header that lists mailboxes (RFC 5322 3.4), such as `To`, from a mail that somebody else wrote.
 * Groups are flattened, comments and names are ignored.
 *
 * @param value the unfolded value
 */
export function parseAddressHeader(value: string): AddressHeader {
  const addresses: string[] = [];
  const invalid: { entry: string; reason: string }[] = [];
  for (const { name, address } of addressparser(value, { flatten: true })) {
    if (name === '' && address === '') continue;
    try {
      addresses.push(checkMailbox(undefined, address).address);
    } catch (error) {
      if (!(error instanceof MailboxSyntaxError)) throw error;
      invalid.push({ entry: printable(address || name), reason: error.message });
    }
  }
  return { addresses, invalid };
}
