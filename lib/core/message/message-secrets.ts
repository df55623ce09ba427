import { MailMessageError } from '../errors/mail-message-error.js';
import { linkSecrets } from './link-secrets.js';

/** Fields of a template's context whose values are secrets, in small letters. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(['password', 'reseturl', 'token', 'activationcode']);
/** What else is a secret in the context of a built-in mail, in small letters: links that let somebody in. */
const SECRETS_OF_MAILS: ReadonlyMap<unknown, ReadonlySet<string>> = new Map([
  ['verify-address', new Set(['verifyurl'])],
  ['invitation', new Set(['accepturl'])],
  ['account-locked', new Set(['unlockurl'])],
]);
/** Secrets that a message may name. */
const MOST = 1000;
/** Objects within objects, and values, that are looked at in a context. */
const DEEPEST = 8;
const MOST_VALUES = 100_000;

/**
 * Reads the field `secrets` of a message. A text of blanks hides nothing.
 *
 * @throws {@link MailMessageError} `EMAILMESSAGE` when it is no list of texts; the error shows none of them
 */
export function readSecrets(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw new MailMessageError('EMAILMESSAGE', 'secrets', 'must be an array of texts');
  if (value.length > MOST)
    throw new MailMessageError(
      'EMAILMESSAGE',
      'secrets',
      `holds ${value.length} texts; ${MOST} are the most`,
    );
  const items: unknown[] = Array.from(value);
  return items.map((item, index) => {
    if (typeof item === 'string') return item;
    throw new MailMessageError('EMAILMESSAGE', `secrets[${index}]`, 'must be a text');
  });
}

/** What a message says that must not be shown, as far as it can be read; whether it can be sent is asked elsewhere. */
export function secretsOf(message: unknown): string[] {
  const fields = new Map(entriesOf(message));
  const named = fields.get('secrets');
  const texts: unknown[] = Array.isArray(named) ? named.slice(0, MOST) : [];
  return [
    ...texts.filter(text => typeof text === 'string'),
    ...unsubscribeSecrets(fields.get('unsubscribe')),
    ...contextSecrets(fields.get('context'), SECRETS_OF_MAILS.get(fields.get('template'))),
  ];
}

/** Whoever has the link can end the subscription of somebody else. */
function unsubscribeSecrets(unsubscribe: unknown): string[] {
  const url = new Map(entriesOf(unsubscribe)).get('url');
  return isWritten(url) ? linkSecrets(String(url)) : [];
}

/**
 * The secrets in the context of a template that need not be named: whatever stands in fields that are called `password`,
 * `resetUrl`, `token` or `activationCode`, in any case and at any depth, and what of a link lets somebody in.
 *
 * @param more names of further such fields
 */
function contextSecrets(context: unknown, more: ReadonlySet<string> = new Set()): string[] {
  const found = new Set<string>();
  const seen = new Set<unknown>();
  // The outer values first: what stands in many rows must not keep them from being looked at.
  const values = [{ value: context, secret: false, depth: 0 }];
  for (let at = 0; at < values.length; at++) {
    const { value, secret, depth } = values[at] ?? {};
    if (secret && isWritten(value)) for (const text of linkSecrets(String(value))) found.add(text);
    if (depth === undefined || depth > DEEPEST || (!secret && seen.has(value))) continue;
    // What has been looked at for its names alone may stand below one of them, too.
    if (!secret) seen.add(value);
    // Nothing of it would be looked at, and to list what is in it is work of its own.
    if (values.length >= MOST_VALUES) continue;
    for (const [name, inner] of entriesOf(value)) {
      if (values.length >= MOST_VALUES) break;
      values.push({
        value: inner,
        secret: secret === true || SECRET_FIELDS.has(name.toLowerCase()) || more.has(name.toLowerCase()),
        depth: depth + 1,
      });
    }
  }
  return [...found];
}

/** Whether templates print a value as a text of its own. */
function isWritten(value: unknown): boolean {
  return (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof URL
  );
}

/** What cannot be read is no secret that a template could print. */
function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  try {
    return value instanceof Map
      ? [...value].map(([key, inner]) => [String(key), inner])
      : Object.entries(value);
  } catch {
    return [];
  }
}
