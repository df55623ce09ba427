import { MailMessageError } from '../errors/mail-message-error.js';
import { unsafeUrlProblem } from '../templates/helpers/link.js';
import type { TemplateMailMessage, TemplateMailMessageBase } from './mail-message.js';
import { BUILT_IN_MAIL_FIELDS } from './message-fields.js';
import { MESSAGE_LIMITS } from './message-limits.js';
import type { NotificationContext, NotificationSeverity } from './notification-context.js';
import type { FieldPlace } from './plain-values.js';
import { guarded, plainFields, plainList, plainText } from './plain-values.js';

/** A notification: what it shows, who gets it, and whatever else a message may say. */
export interface MailNotification extends NotificationContext, Omit<TemplateMailMessageBase, 'html'> {}

/** Copies the value of one field, which is neither undefined nor null. */
type FieldReader = (value: unknown, place: FieldPlace) => unknown;

const SEVERITIES: readonly NotificationSeverity[] = ['info', 'success', 'warning', 'error'];
const MESSAGE_FIELDS: ReadonlySet<string> = new Set(BUILT_IN_MAIL_FIELDS);
const OWN_FIELDS = {
  title: text,
  greeting: text,
  lines: listOf(text, MESSAGE_LIMITS.lines, 'must be an array of texts'),
  table: (value, place) =>
    record(value, place, 'must be { columns, rows }', {
      columns: listOf(text, MESSAGE_LIMITS.columns, 'must be an array of texts'),
      rows: listOf(
        listOf(cell, MESSAGE_LIMITS.columns, 'must be an array of texts and numbers'),
        MESSAGE_LIMITS.lines,
        'must be an array of rows',
      ),
    }),
  action: (value, place) => record(value, place, 'must be { label, url }', { label: text, url }),
  footer: text,
  severity: (value, place) => {
    const known = SEVERITIES.find(name => name === value);
    return known ?? refuse(place, `must be one of ${SEVERITIES.join(', ')}`, value);
  },
} as const satisfies Record<keyof NotificationContext, FieldReader>;

/**
 * Makes the message of a notification: its own fields become the variables of the template. Each is read once and checked.
 *
 * @throws {@link MailMessageError} `EMAILMESSAGE` when it is no object, or names the first of its fields that is wrong
 */
export function notificationMessage(notification: MailNotification): TemplateMailMessage {
  const place: FieldPlace = { field: 'notification', code: 'EMAILMESSAGE' };
  const known = [...MESSAGE_FIELDS, ...Object.keys(OWN_FIELDS)];
  const read = plainFields(place, notification, { known });
  if (!read) return refuse(place, 'must be an object', notification);
  const unknown = [...read.keys()].find(name => !known.includes(name));
  if (unknown !== undefined)
    throw new MailMessageError('EMAILMESSAGE', unknown.slice(0, 100), 'is not a field of a notification');
  const message = [...read].filter(([name]) => MESSAGE_FIELDS.has(name));
  const given = fieldsOf(read, '', OWN_FIELDS);
  if (given['title'] === undefined)
    throw new MailMessageError('EMAILMESSAGE', 'title', 'is missing; it is the subject and the heading');
  if (given['lines'] === undefined && given['table'] === undefined && given['action'] === undefined)
    throw new MailMessageError('EMAILMESSAGE', 'lines', 'is missing; give lines, a table or an action');
  return {
    ...Object.fromEntries(message),
    template: 'notification',
    context: { lines: [], ...given },
  };
}

function refuse({ field, code }: FieldPlace, message: string, value: unknown): never {
  throw new MailMessageError(code, field, message, { value });
}

/** Reads those of the fields that are given. */
function fieldsOf(
  read: ReadonlyMap<string, unknown>,
  path: string,
  readers: Readonly<Record<string, FieldReader>>,
): Record<string, unknown> {
  const fields = Object.entries(readers).flatMap(([name, reader]) => {
    const value = read.get(name) ?? undefined;
    const place: FieldPlace = { field: `${path}${name}`, code: 'EMAILMESSAGE' };
    return value === undefined ? [] : [[name, reader(value, place)] as const];
  });
  return Object.fromEntries(fields);
}

/** Reads an object of which every field is required. */
function record(
  value: unknown,
  place: FieldPlace,
  words: string,
  readers: Readonly<Record<string, FieldReader>>,
): Record<string, unknown> {
  const path = `${place.field}.`;
  const known = Object.keys(readers);
  const read = plainFields(place, value, { known, called: name => `${path}${name}` });
  if (!read) return refuse(place, words, value);
  const unknown = [...read.keys()].find(name => !known.includes(name));
  if (unknown !== undefined)
    throw new MailMessageError(
      place.code,
      `${path}${unknown.slice(0, 100)}`,
      `is not known; ${place.field} ${words}`,
    );
  const fields = fieldsOf(read, path, readers);
  const missing = known.find(name => fields[name] === undefined);
  if (missing === undefined) return fields;
  throw new MailMessageError(place.code, `${path}${missing}`, `is missing; ${place.field} ${words}`);
}

function listOf(item: FieldReader, most: number, words: string): FieldReader {
  return (value, place) => {
    const items = plainList(place, value, most);
    if (!items) return refuse(place, words, value);
    return items.map((one, index) => item(one, { ...place, field: `${place.field}[${index}]` }));
  };
}

function text(value: unknown, place: FieldPlace): unknown {
  const read = plainText(place, value, MESSAGE_LIMITS.body);
  return typeof read === 'string' ? read : refuse(place, 'must be a text', value);
}

function cell(value: unknown, place: FieldPlace): unknown {
  return typeof value === 'number' && Number.isFinite(value) ? value : text(value, place);
}

function url(value: unknown, place: FieldPlace): unknown {
  const given = guarded(place, () => (value instanceof URL ? value.href : value));
  const read = plainText(place, given, MESSAGE_LIMITS.headerOctets);
  // Without the value, which may hold a token.
  if (typeof read !== 'string')
    throw new MailMessageError(place.code, place.field, 'must be a link as a text');
  const problem = unsafeUrlProblem(read);
  if (problem === undefined) return read;
  throw new MailMessageError(place.code, place.field, problem);
}
