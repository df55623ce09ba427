import { isUint8Array } from 'node:util/types';
import { MailMessageError } from '../errors/mail-message-error.js';
import { CONTENT_TYPE } from './check-attachments.js';
import type { MailAlternative } from './mail-message.js';
import { MESSAGE_LIMITS } from './message-limits.js';
import type { FieldPlace } from './plain-values.js';
import { grouped, guarded, plainFields, plainList, plainText } from './plain-values.js';

const FIELDS: readonly string[] = ['contentType', 'content'] satisfies (keyof MailAlternative)[];
const PLACE: FieldPlace = { field: 'alternatives', code: 'EMAILMESSAGE' };
const SHAPE = 'must be { contentType, content }';
const LONGEST_TYPE = 255;
const CONTAINER = /^(?:multipart|message)\/[^;\s]*/i;
const CALENDAR = /^(?:text\/calendar|application\/ics)\s*(?:;|$)/i;
/** The METHOD property of a calendar (RFC 5545 3.7.2), which stands on a line of its own. */
const METHOD = /^METHOD(?:;[^:\r\n]*)?:[ \t]*([A-Za-z-]+)/im;

/**
 * Copies the further parts of a message. Nothing is checked yet but how many they are, and how long.
 *
 * @throws {@link MailMessageError} `EMAILMESSAGE` when they are too many or cannot be read
 */
export function plainAlternatives(value: unknown): unknown {
  const items = plainList(PLACE, value, MESSAGE_LIMITS.alternatives);
  if (!items) return value ?? undefined;
  return items.map((item, index) => {
    const field = `alternatives[${index}]`;
    const read = plainFields({ ...PLACE, field }, item, {
      known: FIELDS,
      called: name => `${field}.${name}`,
    });
    if (!read) throw new MailMessageError('EMAILMESSAGE', field, SHAPE);
    const content = plainText(
      { ...PLACE, field: `${field}.content` },
      read.get('content'),
      MESSAGE_LIMITS.body,
    );
    return Object.fromEntries(read.set('content', content));
  });
}

/**
 * Checks the further parts of a message.
 *
 * @param value plain data, as {@link plainAlternatives} makes it
 * @throws {@link MailMessageError} `EMAILMESSAGE` naming the field that is wrong
 */
export function checkAlternatives(value: unknown): MailAlternative[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new MailMessageError('EMAILMESSAGE', 'alternatives', 'must be an array');
  return value.map((item: unknown, index) => checkAlternative(`alternatives[${index}]`, item));
}

function checkAlternative(field: string, value: unknown): MailAlternative {
  if (typeof value !== 'object' || value === null) throw new MailMessageError('EMAILMESSAGE', field, SHAPE);
  const given = new Map<string, unknown>(Object.entries(value));
  const unknown = [...given.keys()].find(name => !FIELDS.includes(name));
  if (unknown !== undefined)
    throw new MailMessageError(
      'EMAILMESSAGE',
      `${field}.${unknown.slice(0, 100)}`,
      `is not known; an alternative ${SHAPE}`,
    );
  const contentType = checkType(`${field}.contentType`, given.get('contentType'));
  const content = guarded({ ...PLACE, field: `${field}.content` }, () =>
    checkContent(`${field}.content`, given.get('content')),
  );
  if (CALENDAR.test(contentType)) checkMethod(`${field}.contentType`, contentType, content);
  return { contentType, content };
}

function checkType(field: string, value: unknown): string {
  if (value === undefined)
    throw new MailMessageError(
      'EMAILMESSAGE',
      field,
      'is missing; say what the content is, such as text/calendar; method=REQUEST',
    );
  if (typeof value !== 'string' || value.length > LONGEST_TYPE || !CONTENT_TYPE.test(value))
    throw new MailMessageError(
      'EMAILMESSAGE',
      field,
      'must be a MIME type such as text/calendar; method=REQUEST',
      { value },
    );
  const [container] = CONTAINER.exec(value) ?? [];
  if (container === undefined) return value;
  throw new MailMessageError(
    'EMAILMESSAGE',
    field,
    `is ${container}, which holds other parts; give each of them by itself, or attach a message`,
  );
}

function checkContent(field: string, content: unknown): string | Buffer {
  if (typeof content === 'string') return content;
  if (!isUint8Array(content))
    throw new MailMessageError(
      'EMAILMESSAGE',
      field,
      'must be a string, a Buffer or a Uint8Array; read a stream or a file before',
      content === undefined ? {} : { value: content },
    );
  if (content.byteLength > MESSAGE_LIMITS.body)
    throw new MailMessageError(
      'EMAILMESSAGE',
      field,
      `has ${grouped(content.byteLength)} octets, more than the ${grouped(MESSAGE_LIMITS.body)} that are allowed`,
    );
  return Buffer.isBuffer(content)
    ? content
    : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}

/** Readers believe the type and others the calendar, so what differs is an invitation to some and a cancellation to others. */
function checkMethod(field: string, contentType: string, content: string | Buffer): void {
  const [, quoted, plain] = /;\s*method\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const said = quoted ?? plain;
  const [, meant] = METHOD.exec(typeof content === 'string' ? content : content.toString('latin1')) ?? [];
  if (said === undefined || meant === undefined || said.toUpperCase() === meant.toUpperCase()) return;
  throw new MailMessageError(
    'EMAILMESSAGE',
    field,
    `says method=${said}, and the calendar METHOD:${meant}; both must say the same (RFC 6047 2.4)`,
  );
}
