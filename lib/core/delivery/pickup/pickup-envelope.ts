import type { AddressList } from '../../address/address-list.js';
import { parseAddressList } from '../../address/address-list.js';
import { MailboxSyntaxError, parseMailbox } from '../../address/parse-mailbox.js';
import { printable } from '../../redaction/printable.js';
import type { HeaderField, MailHeader } from './mail-header.js';
import { headerValue } from './mail-header.js';
import { UnreadableMailError } from './unreadable-mail-error.js';

/** Who sends the mail of a pickup file and who gets it. */
export interface PickupEnvelope {
  /** Empty for the null reverse-path (RFC 5321 4.5.5). */
  readonly from: string;
  readonly to: readonly string[];
  /** Entries that no mail can be sent to, safe to print. */
  readonly invalid: readonly { readonly entry: string; readonly reason: string }[];
}

/** Fields for the pickup directory alone; they are not sent. */
const ENVELOPE_FIELDS: ReadonlySet<string> = new Set(['x-sender', 'x-receiver']);
const STRIPPED: ReadonlySet<string> = new Set([...ENVELOPE_FIELDS, 'bcc']);

/**
 * Reads the envelope: `X-Sender` and `X-Receiver` if they come first, else Sender or From and To, Cc, Bcc.
 *
 * @throws {@link UnreadableMailError} when there is no sender or nobody to send it to
 */
export function pickupEnvelope(bytes: Buffer, header: MailHeader): PickupEnvelope {
  const body = header.fields.findIndex(field => !ENVELOPE_FIELDS.has(field.name));
  const leading = body < 0 ? header.fields : header.fields.slice(0, body);
  const valuesOf = (fields: readonly HeaderField[], name: string): string[] =>
    fields.filter(field => field.name === name).map(field => headerValue(bytes, field));
  const from = sender(
    valuesOf(leading, 'x-sender'),
    valuesOf(header.fields, 'sender'),
    valuesOf(header.fields, 'from'),
  );
  const receivers = valuesOf(leading, 'x-receiver');
  const parsed =
    receivers.length > 0
      ? receivers.map(oneMailbox)
      : ['to', 'cc', 'bcc'].flatMap(name => valuesOf(header.fields, name)).map(parseAddressList);
  const to = [...new Set(parsed.flatMap(list => list.addresses))];
  const invalid = parsed.flatMap(list => list.invalid);
  if (to.length > 0) return { from, to, invalid };
  const [first] = invalid;
  throw new UnreadableMailError(
    first
      ? `It has no recipient that mail can be sent to: ${first.entry} ${first.reason}.`
      : 'It names no recipient: neither X-Receiver lines at the beginning nor To, Cc or Bcc.',
  );
}

/** The ranges of the header that are sent. */
export function travellingRanges(header: MailHeader): { start: number; end: number }[] {
  return header.fields.filter(field => !STRIPPED.has(field.name)).map(({ start, end }) => ({ start, end }));
}

function sender(xSender: readonly string[], senders: readonly string[], authors: readonly string[]): string {
  if (xSender[0] !== undefined && /^(?:<\s*>)?$/.test(xSender[0])) return '';
  for (const [name, values] of [
    ['X-Sender', xSender],
    ['Sender', senders],
    ['From', authors],
  ] as const) {
    if (values.length === 0) continue;
    const { addresses, invalid } =
      name === 'X-Sender' ? oneMailbox(values[0] ?? '') : parseAddressList(values.join(', '));
    if (addresses[0] !== undefined) return addresses[0];
    throw new UnreadableMailError(
      `Its ${name} header holds no address that can be used${invalid[0] ? `: ${invalid[0].entry} ${invalid[0].reason}` : ''}.`,
    );
  }
  throw new UnreadableMailError('It names no sender: neither X-Sender at the beginning nor Sender or From.');
}

/** An envelope line holds one mailbox and nothing else. */
function oneMailbox(value: string): AddressList {
  try {
    return { addresses: [parseMailbox(value).address], invalid: [] };
  } catch (error) {
    if (!(error instanceof MailboxSyntaxError)) throw error;
    return { addresses: [], invalid: [{ entry: printable(value), reason: error.message }] };
  }
}
