import type { AddressList } from '../../address/address-list.js';
import { parseAddressList } from '../../address/address-list.js';
import { MailboxSyntaxError, parseMailbox } from '../../address/parse-mailbox.js';
import { withoutSourceRoute } from '../../address/source-route.js';
import { printable } from '../../redaction/printable.js';
import type { HeaderField, MailHeader } from './mail-header.js';
import { headerValue, leadingFields } from './mail-header.js';
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
const STRIPPED: ReadonlySet<string> = new Set([...ENVELOPE_FIELDS, 'bcc', 'resent-bcc']);
/** Fields that name recipients, in the order in which they count. */
const RECIPIENT_FIELDS: ReadonlyMap<string, string> = new Map([
  ['to', 'To'],
  ['cc', 'Cc'],
  ['bcc', 'Bcc'],
]);
/** Octets of the longest field that is read for addresses. */
const LONGEST_FIELD = 64 * 1024;
/** Entries that are read to find a sender. */
const MOST_AUTHORS = 100;
/** Most recipients of a mail that are read from its file, those that are no addresses among them. */
const MOST_RECIPIENTS = 50_000;

/**
 * Reads the envelope: `X-Sender` and `X-Receiver` if they come first, else Sender or From and To, Cc, Bcc.
 *
 * @throws {@link UnreadableMailError} when there is no sender or nobody to send it to, or when there are too many to be read
 */
export function pickupEnvelope(bytes: Buffer, header: MailHeader): PickupEnvelope {
  const from = sender(bytes, header);
  const leading = envelopeFields(header);
  const hasReceivers = leading.some(({ name }) => name === 'x-receiver');
  const addresses = new Set<string>();
  const invalid: { entry: string; reason: string }[] = [];
  let left = MOST_RECIPIENTS;
  for (const field of hasReceivers ? fieldsOf(leading, 'x-receiver') : recipientFields(header)) {
    const value = addressValue(bytes, field);
    const list = hasReceivers ? oneMailbox(value) : parseAddressList(value, left + 1);
    left -= list.addresses.length + list.invalid.length;
    if (left < 0) throw tooManyRecipients();
    for (const address of list.addresses) addresses.add(address);
    for (const entry of list.invalid) invalid.push(entry);
  }
  if (addresses.size > 0) return { from, to: [...addresses], invalid };
  const [first] = invalid;
  throw new UnreadableMailError(
    first
      ? `It has no recipient that mail can be sent to: ${first.entry} ${first.reason}.`
      : 'It names no recipient: neither X-Receiver lines at the beginning nor To, Cc or Bcc.',
  );
}

/** Names of the fields that the recipients of a file stand in, as people write them. */
export function recipientFieldNames(header: MailHeader): string[] {
  if (envelopeFields(header).some(({ name }) => name === 'x-receiver')) return ['X-Receiver'];
  const present = new Set(header.fields.map(({ name }) => name));
  return [...RECIPIENT_FIELDS].filter(([name]) => present.has(name)).map(([, written]) => written);
}

/** The ranges of the header that are sent; those that touch are one. */
export function travellingRanges(header: MailHeader): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  for (const { name, start, end } of header.fields) {
    if (STRIPPED.has(name)) continue;
    const last = ranges.at(-1);
    if (last?.end === start) last.end = end;
    else ranges.push({ start, end });
  }
  return ranges;
}

/**
 * Where the lines that say the envelope end, also in a header whose end is not known yet: a mail to many has many of them.
 *
 * @param bytes the beginning of the file
 * @throws {@link UnreadableMailError} when they name too many recipients to be read
 */
export function envelopeLinesEnd(bytes: Buffer): number {
  const { count, end } = leadingFields(bytes, name => ENVELOPE_FIELDS.has(name));
  // The sender has a line, too.
  if (count > MOST_RECIPIENTS + 1) throw tooManyRecipients();
  return end;
}

function envelopeFields({ fields }: MailHeader): readonly HeaderField[] {
  const others = fields.findIndex(({ name }) => !ENVELOPE_FIELDS.has(name));
  return others < 0 ? fields : fields.slice(0, others);
}

function tooManyRecipients(): UnreadableMailError {
  return new UnreadableMailError(
    `It names more than ${MOST_RECIPIENTS.toLocaleString('en')} recipients; write a file for each part of them.`,
  );
}

function fieldsOf(fields: readonly HeaderField[], name: string): HeaderField[] {
  return fields.filter(field => field.name === name);
}

function recipientFields({ fields }: MailHeader): HeaderField[] {
  return [...RECIPIENT_FIELDS.keys()].flatMap(name => fieldsOf(fields, name));
}

/** The value of a field that addresses are read from. */
function addressValue(bytes: Buffer, field: HeaderField): string {
  if (field.end - field.start > LONGEST_FIELD) {
    const name = bytes.toString('latin1', field.start, field.start + field.name.length);
    throw new UnreadableMailError(
      `Its ${name} header is larger than 64 KiB, the most that is read for addresses: it has ${field.end - field.start} octets.`,
    );
  }
  return headerValue(bytes, field);
}

function sender(bytes: Buffer, header: MailHeader): string {
  const [xSender] = fieldsOf(envelopeFields(header), 'x-sender');
  if (xSender) {
    const value = addressValue(bytes, xSender);
    return /^(?:<\s*>)?$/.test(value) ? '' : firstAddress('X-Sender', [oneMailbox(value)]);
  }
  for (const [name, written] of [
    ['sender', 'Sender'],
    ['from', 'From'],
  ] as const) {
    const fields = fieldsOf(header.fields, name);
    if (fields.length === 0) continue;
    const value = fields.slice(0, MOST_AUTHORS).map(field => addressValue(bytes, field));
    return firstAddress(
      written,
      value.map(text => parseAddressList(text, MOST_AUTHORS)),
    );
  }
  throw new UnreadableMailError('It names no sender: neither X-Sender at the beginning nor Sender or From.');
}

function firstAddress(name: string, lists: readonly AddressList[]): string {
  const [address] = lists.flatMap(({ addresses }) => addresses);
  if (address !== undefined) return address;
  const [first] = lists.flatMap(({ invalid }) => invalid);
  throw new UnreadableMailError(
    `Its ${name} header holds no address that can be used${first ? `: ${first.entry} ${first.reason}` : ''}.`,
  );
}

/** An envelope line holds one mailbox and nothing else; a source route before it says nothing. */
function oneMailbox(value: string): AddressList {
  const open = value.endsWith('>') ? value.lastIndexOf('<') : -1;
  const path =
    open < 0
      ? withoutSourceRoute(value)
      : `${value.slice(0, open + 1)}${withoutSourceRoute(value.slice(open + 1, -1))}>`;
  try {
    return { addresses: [parseMailbox(path).address], invalid: [] };
  } catch (error) {
    if (!(error instanceof MailboxSyntaxError)) throw error;
    return { addresses: [], invalid: [{ entry: printable(value), reason: error.message }] };
  }
}
