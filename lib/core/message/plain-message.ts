import { isPromise } from 'node:util/types';
import { wellFormed } from '../address/invisible.js';
import type { MailMessageErrorCode } from '../errors/mail-message-error.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { plainAlternatives } from './check-alternatives.js';
import { ATTACHMENT_FIELDS, NO_ATTACHMENT } from './check-attachments.js';
import type { MailMessage } from './mail-message.js';
import { NO_MAILBOX } from './mailbox-list.js';
import { BASE_FIELDS, CONTENT_FIELDS } from './message-fields.js';
import { MESSAGE_LIMITS } from './message-limits.js';
import type { FieldPlace } from './plain-values.js';
import {
  guarded,
  isFieldObject,
  ownNames,
  plainFields,
  plainHeaderText,
  plainList,
  plainText,
  unreadable,
} from './plain-values.js';
import { plainDsn } from './read-dsn.js';
import { plainUnsubscribe } from './read-unsubscribe.js';

const LIMITS = MESSAGE_LIMITS;
const KNOWN: ReadonlySet<string> = new Set([...BASE_FIELDS, ...CONTENT_FIELDS]);
const KNOWN_NAMES: readonly string[] = [...KNOWN];
const PLACE: FieldPlace = { field: 'message', code: 'EMAILMESSAGE' };

/** What was read of a message. */
export interface PlainMessage {
  /** Plain data; of any shape where the caller gave any. What cannot be read or is too much is missing. */
  readonly message: MailMessage;
  /** The first field that cannot be read or is too much. */
  readonly failure?: unknown;
}

/** Copies the value of one field. */
type FieldReader = (value: unknown, field: string) => unknown;

const recipients: FieldReader = (value, field) => mailboxes(value, field, LIMITS.recipients);
const otherMailboxes: FieldReader = (value, field) =>
  mailboxes(value, field, LIMITS.otherMailboxes, 'EMAILADDRESS');
const headerText: FieldReader = (value, field) => plainHeaderText({ field, code: 'EMAILHEADER' }, value);
const body: FieldReader = (value, field) => plainText({ field, code: 'EMAILMESSAGE' }, value, LIMITS.body);

const READERS: ReadonlyMap<string, FieldReader> = new Map<string, FieldReader>([
  ['to', recipients],
  ['cc', recipients],
  ['bcc', recipients],
  ['replyTo', otherMailboxes],
  ['from', otherMailboxes],
  ['sender', otherMailboxes],
  ['envelopeFrom', mailbox],
  ['dsn', plainDsn],
  ['attachments', attachments],
  ['alternatives', plainAlternatives],
  ['unsubscribe', plainUnsubscribe],
  ['headers', headers],
  ['messageId', headerText],
  ['inReplyTo', headerText],
  ['references', references],
  ['subject', headerText],
  ['html', body],
  ['text', body],
]);

/**
 * Reads each field of what an application handed over once, into plain data of our own: getters, proxies and holes do no
 * harm afterwards, and a getter cannot show one thing to a check and another to the mail. Nothing is checked but
 * the limits of {@link MESSAGE_LIMITS}; the context of a template stays what it is. Never throws, so that the
 * streams of a message that cannot be read are known too.
 */
export function plainMessage(given: unknown): PlainMessage {
  const read: Record<string, unknown> = {};
  const failures: unknown[] = [];
  const fields = namesOf(given, failures);
  if (!fields || typeof given !== 'object' || given === null) {
    const words = isPromise(given) ? 'must be an object, but is a promise: await it' : 'must be an object';
    const failure = failures[0] ?? new MailMessageError('EMAILMESSAGE', 'message', words, { value: given });
    if (isPromise(given)) letReject(given);
    return { message: asMessage(read), failure };
  }
  for (const field of fields) {
    try {
      const value = fieldOf(given, field);
      if (value !== undefined) add(read, field, value);
    } catch (failure) {
      failures.push(failure);
    }
  }
  const message = asMessage(read);
  return failures.length === 0 ? { message } : { message, failure: failures[0] };
}

/** Of somebody who forgot to await: a promise that rejects would end the process. */
function letReject(given: Promise<unknown>): void {
  try {
    given.catch(() => {});
  } catch {
    // A class of the application's own, whose method throws; the send is refused all the same.
  }
}

/** The fields to be read; undefined of what is no object with fields, or cannot be looked at. */
function namesOf(given: unknown, failures: unknown[]): readonly string[] | undefined {
  try {
    if (!isFieldObject(PLACE, given)) return undefined;
  } catch (failure) {
    failures.push(failure);
    return undefined;
  }
  try {
    const others = ownNames(PLACE, given).filter(name => !KNOWN.has(name));
    return others.length === 0 ? KNOWN_NAMES : [...KNOWN_NAMES, ...others];
  } catch (failure) {
    failures.push(failure);
    return KNOWN_NAMES;
  }
}

function fieldOf(given: object, field: string): unknown {
  const value = valueOf(given, field);
  const reader = value === undefined ? undefined : READERS.get(field);
  return reader ? reader(value, field) : value;
}

function valueOf(given: object, field: string): unknown {
  try {
    return Reflect.get(given, field);
  } catch (error) {
    throw unreadable({ ...PLACE, field }, error);
  }
}

/** Where the name is no field of a message it may be `__proto__`, which cannot be assigned. */
function add(read: Record<string, unknown>, field: string, value: unknown): void {
  if (KNOWN.has(field)) read[field] = value;
  else Object.defineProperty(read, field, { value, enumerable: true, writable: true, configurable: true });
}

/** Its type is what the caller says; nothing is checked yet. */
function asMessage(read: object): MailMessage {
  return read as MailMessage;
}

/**
 * The mailboxes of a field as texts and objects with `name` and `address`.
 *
 * @throws {@link MailMessageError} when there are too many, or one cannot be read
 */
function mailboxes(
  value: unknown,
  field: string,
  most: number,
  tooMany: MailMessageErrorCode = 'EMAILRECIPIENTLIMIT',
): unknown {
  const items = plainList({ field, code: 'EMAILADDRESS', tooMany }, value, most);
  return items ? items.map((item, index) => mailbox(item, `${field}[${index}]`)) : mailbox(value, field);
}

function mailbox(value: unknown, field: string): unknown {
  if (typeof value === 'string') return wellFormedName(value);
  if (typeof value !== 'object' || value === null) return value;
  const read = plainFields({ field, code: 'EMAILADDRESS' }, value, {
    known: ['name', 'address'],
    others: false,
    called: () => field,
  });
  if (!read) throw new MailMessageError('EMAILADDRESS', field, NO_MAILBOX, { value });
  const name = read.get('name');
  const isName = typeof name === 'string' && name.length <= LIMITS.name;
  return { name: isName ? wellFormed(name) : name, address: read.get('address') };
}

/** A lone surrogate in an address stays and is refused: with U+FFFD in its place it would be another address. */
function wellFormedName(text: string): string {
  // What is too long for a mailbox is refused later.
  const end = text.length > LIMITS.name ? -1 : text.lastIndexOf('<');
  return end < 0 ? text : `${wellFormed(text.slice(0, end))}${text.slice(end)}`;
}

function attachments(value: unknown, field: string): unknown {
  const place: FieldPlace = { field, code: 'EMAILATTACHMENT' };
  const items = plainList(place, value, LIMITS.attachments);
  if (!items) return value;
  return items.map((item, index) => {
    const itsField = `${field}[${index}]`;
    const read = plainFields({ ...place, field: itsField }, item, {
      known: ATTACHMENT_FIELDS,
      called: name => `${itsField}.${name}`,
    });
    if (!read) throw new MailMessageError('EMAILATTACHMENT', itsField, NO_ATTACHMENT, { value: item });
    const name = read.get('filename');
    if (typeof name === 'string' && name.length <= LIMITS.fileName) read.set('filename', wellFormed(name));
    return Object.fromEntries(read);
  });
}

function headers(value: unknown, field: string): unknown {
  const place: FieldPlace = { field, code: 'EMAILHEADER' };
  if (value === null) return undefined;
  if (!isFieldObject(place, value))
    throw new MailMessageError('EMAILHEADER', field, 'must be an object of names and values', { value });
  let left: number = LIMITS.headers;
  const read = ownNames(place, value).map((name): [string, unknown] => {
    if (name.length > LIMITS.headerName)
      throw new MailMessageError('EMAILHEADER', field, 'has a name that is no header name', { value: name });
    const itsPlace = { ...place, field: `${field}[${JSON.stringify(name)}]` };
    const item: unknown = guarded(itsPlace, () => Reflect.get(value, name));
    const items = plainList(itsPlace, item, left);
    left -= items?.length ?? 1;
    return [
      name,
      items ? items.map(text => plainHeaderText(itsPlace, text)) : plainHeaderText(itsPlace, item),
    ];
  });
  // Not assigned one by one: a header may be called __proto__.
  return Object.fromEntries(read);
}

function references(value: unknown, field: string): unknown {
  const place: FieldPlace = { field, code: 'EMAILHEADER' };
  const items = plainList(place, value, LIMITS.headers);
  if (!items) return plainHeaderText(place, value);
  const texts = items.map(item => plainHeaderText(place, item));
  // They stand in one header together.
  if (texts.every(text => typeof text === 'string')) plainHeaderText(place, texts.join(' '));
  return texts;
}
