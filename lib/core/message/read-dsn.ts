import { MailMessageError } from '../errors/mail-message-error.js';
import type { DsnNotify, MailDsn } from './mail-message.js';
import type { FieldPlace } from './plain-values.js';
import { plainFields, plainList, plainText } from './plain-values.js';

/** The fields of a request for reports of delivery. */
const FIELDS: readonly string[] = ['notify', 'ret', 'envid'] satisfies (keyof MailDsn)[];
const NOTIFY: readonly DsnNotify[] = ['never', 'success', 'failure', 'delay'];
const PLACE: FieldPlace = { field: 'dsn', code: 'EMAILMESSAGE' };
const SHAPE = "must be { notify: ['failure'], ret, envid }";
/** Characters of ENVID as it is written (RFC 3461 4.4). */
const LONGEST_ENVID = 100;
/** What stands as it is in xtext (RFC 3461 4); everything else takes three characters. */
const XTEXT = /[!-*,-<>-~]/;

/**
 * Copies what a message asks of reports of delivery. Nothing is checked yet.
 *
 * @throws {@link MailMessageError} `EMAILMESSAGE` when it is no object or cannot be read
 */
export function plainDsn(value: unknown): unknown {
  if (value === null) return undefined;
  const read = plainFields(PLACE, value, { known: FIELDS, called: name => `dsn.${name}` });
  if (!read) throw new MailMessageError('EMAILMESSAGE', 'dsn', SHAPE, { value });
  const notify = { ...PLACE, field: 'dsn.notify' };
  // One more than there are, so that a value that stands there twice is told as such.
  read.set('notify', plainList(notify, read.get('notify'), NOTIFY.length * 2) ?? read.get('notify'));
  read.set('envid', plainText({ ...PLACE, field: 'dsn.envid' }, read.get('envid'), 10_000));
  return Object.fromEntries(read);
}

/**
 * Checks what a message asks of reports of delivery (RFC 3461).
 *
 * @param value plain data, as {@link plainDsn} makes it
 * @throws {@link MailMessageError} `EMAILMESSAGE` naming the field that is wrong
 */
export function readDsn(value: unknown): MailDsn | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') throw new MailMessageError('EMAILMESSAGE', 'dsn', SHAPE, { value });
  const given = new Map<string, unknown>(Object.entries(value));
  const unknown = [...given.keys()].find(name => !FIELDS.includes(name));
  if (unknown !== undefined)
    throw new MailMessageError('EMAILMESSAGE', `dsn.${unknown.slice(0, 100)}`, `is not known; dsn ${SHAPE}`);
  const notify = readNotify(given.get('notify'));
  const ret = readRet(given.get('ret'));
  const envid = readEnvid(given.get('envid'));
  return { notify, ...(ret !== undefined && { ret }), ...(envid !== undefined && { envid }) };
}

function readNotify(value: unknown): DsnNotify[] {
  const field = 'dsn.notify';
  if (!Array.isArray(value))
    throw new MailMessageError(
      'EMAILMESSAGE',
      field,
      `must be an array of ${NOTIFY.join(', ')}`,
      value === undefined ? {} : { value },
    );
  const items: unknown[] = value;
  const known = items.map((item, index) => {
    const name = NOTIFY.find(one => one === item);
    if (name !== undefined) return name;
    throw new MailMessageError('EMAILMESSAGE', `${field}[${index}]`, `must be one of ${NOTIFY.join(', ')}`, {
      value: item,
    });
  });
  const [first] = known;
  if (first === undefined)
    throw new MailMessageError('EMAILMESSAGE', field, "is empty; for no report at all say ['never']");
  const each = [...new Set(known)];
  if (each.length > 1 && each.includes('never'))
    throw new MailMessageError(
      'EMAILMESSAGE',
      field,
      'says never beside others (RFC 3461 4.1); leave out never, or the others',
      { value: each.join(', ') },
    );
  return each;
}

function readRet(value: unknown): 'full' | 'headers' | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 'full' || value === 'headers') return value;
  throw new MailMessageError('EMAILMESSAGE', 'dsn.ret', 'must be "full" or "headers"', { value });
}

function readEnvid(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || !/^[ -~]+$/.test(value))
    throw new MailMessageError('EMAILMESSAGE', 'dsn.envid', 'must be a text of printable ASCII characters', {
      value,
    });
  const length = [...value].reduce((sum, character) => sum + (XTEXT.test(character) ? 1 : 3), 0);
  if (length <= LONGEST_ENVID) return value;
  throw new MailMessageError(
    'EMAILMESSAGE',
    'dsn.envid',
    `has more than the ${LONGEST_ENVID} characters that a server takes (RFC 3461 4.4); blanks, "+" and "=" count three times`,
    { value },
  );
}
