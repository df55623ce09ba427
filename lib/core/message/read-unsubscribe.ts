import type { MailboxRules } from '../address/parse-mailbox.js';
import { MailboxSyntaxError, parseMailbox } from '../address/parse-mailbox.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { headerUrl, HeaderUrlError } from './header-url.js';
import type { MailUnsubscribe } from './mail-message.js';
import type { HeaderPairs } from './message-headers.js';
import type { FieldPlace } from './plain-values.js';
import { guarded, plainFields, plainHeaderText } from './plain-values.js';

const FIELDS: readonly string[] = ['url', 'mailto'] satisfies (keyof MailUnsubscribe)[];
const PLACE: FieldPlace = { field: 'unsubscribe', code: 'EMAILMESSAGE', secret: true };
const SHAPE = "must be { url: 'https://contoso.com/unsubscribe/…', mailto }";
const WRITTEN: ReadonlySet<string> = new Set(['list-unsubscribe', 'list-unsubscribe-post']);
/** Characters of a URL that fits in one line of a header (RFC 5322 2.1.1), as nothing of it can be folded. */
const LONGEST_URL = 970;

/**
 * Copies what a message says about unsubscribing. Nothing is checked yet.
 *
 * @throws {@link MailMessageError} `EMAILMESSAGE` when it is no object, cannot be read or is too long; without the values
 */
export function plainUnsubscribe(value: unknown): unknown {
  if (value === null) return undefined;
  const read = plainFields(PLACE, value, { known: FIELDS, called: name => `unsubscribe.${name}` });
  if (!read) throw new MailMessageError('EMAILMESSAGE', 'unsubscribe', SHAPE);
  for (const name of FIELDS) {
    const place = { ...PLACE, field: `unsubscribe.${name}` };
    const given = read.get(name);
    const text = guarded(place, () => (given instanceof URL ? given.href : given));
    read.set(name, plainHeaderText(place, text));
  }
  return Object.fromEntries(read);
}

/**
 * The headers by which a recipient gets no more mails (RFC 8058 3.1). Errors are without the URL, which may hold a token.
 *
 * @param value plain data, as {@link plainUnsubscribe} makes it
 * @param headers the caller's own, which must not write the same
 * @param rules what is accepted of an address beyond a domain name
 * @returns none when the message says nothing
 * @throws {@link MailMessageError} `EMAILMESSAGE` naming the field that is wrong, `EMAILHEADER` for a header beside it
 */
export function unsubscribeHeaders(value: unknown, headers: HeaderPairs, rules: MailboxRules): HeaderPairs {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') throw new MailMessageError('EMAILMESSAGE', 'unsubscribe', SHAPE);
  const given = new Map<string, unknown>(Object.entries(value));
  const unknown = [...given.keys()].find(name => !FIELDS.includes(name));
  if (unknown !== undefined)
    throw new MailMessageError(
      'EMAILMESSAGE',
      `unsubscribe.${unknown.slice(0, 100)}`,
      `is not known; unsubscribe ${SHAPE}`,
    );
  const url = oneClickUrl(given.get('url'));
  const mailto = given.get('mailto') ?? undefined;
  const urls = [url, ...(mailto === undefined ? [] : [mailtoUrl(mailto, rules)])];
  const double = headers.find(([name]) => WRITTEN.has(name.toLowerCase()));
  if (double)
    throw new MailMessageError(
      'EMAILHEADER',
      `headers[${JSON.stringify(double[0])}]`,
      'is written by the field unsubscribe of the same message; give one of them',
    );
  return [
    ['List-Unsubscribe', urls.map(one => [{ token: `<${one}>` }])],
    ['List-Unsubscribe-Post', [[{ token: 'List-Unsubscribe=One-Click' }]]],
  ];
}

function oneClickUrl(value: unknown): string {
  const field = 'unsubscribe.url';
  const refuse = (message: string): never => {
    throw new MailMessageError('EMAILMESSAGE', field, message);
  };
  if (value === undefined || value === null)
    return refuse('is missing; give the https link that ends the subscription');
  if (typeof value !== 'string') return refuse('must be an https link as a text');
  if (/^http:/i.test(value)) return refuse('is http; one click needs https (RFC 8058 3.1)');
  if (!/^https:\/\/[^/\\?#]/i.test(value))
    return refuse('must be a whole https link, such as https://contoso.com/off/42');
  // With either of them, readers differ about which host the link leads to.
  const [authority = ''] = value.slice('https://'.length).split(/[/?#]/);
  if (authority.includes('@') || value.includes('\\'))
    return refuse(
      authority.includes('@') && !value.includes('\\')
        ? 'has a user or password in front of its host; put what tells the recipients apart into the path'
        : 'has a backslash, which readers understand in different ways; write %5C, or a slash',
    );
  return inHeader(field, value);
}

function mailtoUrl(value: unknown, rules: MailboxRules): string {
  const field = 'unsubscribe.mailto';
  if (typeof value !== 'string')
    throw new MailMessageError('EMAILMESSAGE', field, 'must be an address or a mailto: URL, as a text');
  if (!/^mailto:/i.test(value)) return inHeader(field, `mailto:${inUrl(addressOf(field, value, rules))}`);
  const url = inHeader(field, value);
  const [named = ''] = url.slice('mailto:'.length).split('?');
  for (const one of named.split(',')) addressOf(field, decoded(field, one), rules);
  return url;
}

function addressOf(field: string, text: string, rules: MailboxRules): string {
  try {
    return parseMailbox(text, rules).address;
  } catch (error) {
    if (!(error instanceof MailboxSyntaxError)) throw error;
    throw new MailMessageError(
      'EMAILMESSAGE',
      field,
      `has something that is no address: it ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** An address within a mailto: URL (RFC 6068 2), where "+" stands for itself. */
function inUrl(address: string): string {
  const at = address.lastIndexOf('@');
  return `${encodeURIComponent(address.slice(0, at)).replaceAll('%2B', '+')}${address.slice(at)}`;
}

function decoded(field: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new MailMessageError('EMAILMESSAGE', field, 'has a percent sign that encodes nothing');
  }
}

function inHeader(field: string, text: string): string {
  try {
    const url = headerUrl(text);
    if (url.length <= LONGEST_URL) return url;
  } catch (error) {
    if (!(error instanceof HeaderUrlError)) throw error;
    throw new MailMessageError('EMAILMESSAGE', field, error.message, { cause: error });
  }
  throw new MailMessageError(
    'EMAILMESSAGE',
    field,
    `is longer than the ${LONGEST_URL} characters (percent-encoded) that fit in one line of a header`,
  );
}
