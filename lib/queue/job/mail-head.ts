import { isAscii } from 'node:buffer';
import type { MailDsn } from '../../core/message/mail-message.js';
import { readDsn } from '../../core/message/read-dsn.js';
import type { AsciiHead, ComposedMail } from '../../core/mime/composed-mail.js';
import type { FieldReader } from './job-fields.js';
import { anyText, base64, fieldsOf, flag, line, listOf, whole, wrong } from './job-fields.js';

/** What travels of a mail beside its bytes, as it is written into JSON. */
export interface MailHead extends Pick<
  ComposedMail,
  | 'envelope'
  | 'messageId'
  | 'template'
  | 'culture'
  | 'bcc'
  | 'headerSender'
  | 'eightBit'
  | 'utf8Header'
  | 'partial'
  | 'secrets'
> {
  readonly asciiHead?: { readonly bytes: string; readonly replaces: number };
}

/** {@link MailHead} as it was read. */
export type ReadMailHead = Omit<MailHead, 'asciiHead'> & { readonly asciiHead?: AsciiHead };

/**
 * Reads the head of a mail.
 *
 * @param value what JSON.parse has made of it
 * @param size octets of the message
 * @throws UnreadableJobError `damaged`
 */
export function readMailHead(value: unknown, size: number): ReadMailHead {
  const head = fieldsOf(value, 'content');
  const envelope = fieldsOf(head.required('envelope', anyObject), 'content.envelope');
  const dsn = envelope.optional('dsn', dsnField);
  const facts = {
    template: head.optional('template', line),
    culture: head.optional('culture', line),
    bcc: head.optional('bcc', listOf(line)),
    headerSender: head.optional('headerSender', line),
    eightBit: head.optional('eightBit', flag),
    utf8Header: head.optional('utf8Header', flag),
    partial: head.optional('partial', flag),
    secrets: head.optional('secrets', listOf(anyText)),
    asciiHead: head.optional('asciiHead', (field, place) => readAsciiHead(field, place, size)),
  };
  return {
    envelope: {
      from: envelope.required('from', reversePath),
      to: envelope.required('to', listOf(line, 1)),
      ...(dsn && { dsn }),
    },
    messageId: head.required('messageId', line),
    ...given(facts),
  };
}

/** Without what is not there. */
function given<T extends object>(facts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

const anyObject: FieldReader<unknown> = value => value;

/** Empty for `<>`. */
const reversePath: FieldReader<string> = (value, place) => (value === '' ? '' : line(value, place));

const dsnField: FieldReader<MailDsn | undefined> = (value, place) => {
  try {
    return readDsn(value);
  } catch {
    throw wrong(place, 'is no request for reports of delivery');
  }
};

function readAsciiHead(value: unknown, place: string, size: number): AsciiHead {
  const head = fieldsOf(value, place);
  const bytes = head.required('bytes', base64);
  if (!isAscii(bytes)) throw wrong(`${place}.bytes`, 'is not ASCII');
  return { bytes, replaces: head.required('replaces', whole(0, size)) };
}
