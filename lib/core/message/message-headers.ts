import { MailMessageError } from '../errors/mail-message-error.js';
import { HeaderSyntaxError } from './header-items.js';
import type { StructuredHeader } from './structured-header.js';
import { readStructuredHeader } from './structured-header.js';

/** Headers that fields of the message write, and the field that does. */
const WRITTEN_BY_FIELD: ReadonlyMap<string, string> = new Map(
  Object.entries({
    from: 'from',
    sender: 'sender',
    to: 'to',
    cc: 'cc',
    'reply-to': 'replyTo',
    subject: 'subject',
    'message-id': 'messageId',
    'in-reply-to': 'inReplyTo',
    references: 'references',
    'x-priority': 'priority',
    importance: 'priority',
    'x-msmail-priority': 'priority',
  }),
);
/** Headers that must never come from a caller: they decide about the delivery or the structure of the message. */
const RESERVED = new Set([
  'bcc',
  'x-sender',
  'x-receiver',
  'mime-version',
  'return-path',
  'received',
  'date',
]);
/** RFC 5322 3.6.8, but without a leading dot: some readers of pickup files remove it. */
const FIELD_NAME = /^(?!\.)[!-9;-~]{1,76}$/;

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f\u2028\u2029]/;
const HOLDS_CONTROL = 'holds line breaks or control characters, which a header cannot have';

/** Headers of a message as pairs of name and value, in order; addresses, URLs and identifiers in a value are taken apart. */
export type HeaderPairs = readonly (readonly [name: string, value: string | StructuredHeader])[];

/**
 * Checks the caller's own headers.
 *
 * @throws {@link MailMessageError} `EMAILHEADER` for control characters, bad names, headers that are not the caller's, and
 *   headers with a known form, such as `List-Unsubscribe`, that have another one
 */
export function readHeaders(headers: unknown): HeaderPairs {
  if (headers === undefined || headers === null) return [];
  if (typeof headers !== 'object' || Array.isArray(headers)) {
    throw new MailMessageError('EMAILHEADER', 'headers', 'must be an object of names and values', {
      value: headers,
    });
  }
  return Object.entries(headers).flatMap(([name, value]: [string, unknown]) => {
    checkName(name);
    if (value === undefined) return [];
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.map(item => [name, readValue(name, item)] as const);
  });
}

function readValue(name: string, value: unknown): string | StructuredHeader {
  const field = `headers[${JSON.stringify(name)}]`;
  const text = headerText(field, value);
  try {
    return readStructuredHeader(name, text) ?? text;
  } catch (error) {
    if (!(error instanceof HeaderSyntaxError)) throw error;
    throw new MailMessageError('EMAILHEADER', field, error.message, { cause: error });
  }
}

/** Errors are without the value: links to unsubscribe hold tokens, and headers of the application's own anything. */
function headerText(field: string, value: unknown): string {
  if (typeof value === 'string' && CONTROL.test(value))
    throw new MailMessageError('EMAILHEADER', field, HOLDS_CONTROL);
  return checkHeaderText(field, value);
}

/**
 * Checks one line of header text.
 *
 * @throws {@link MailMessageError} `EMAILHEADER` when it is no text or holds CR, LF, NUL or another control character
 */
export function checkHeaderText(field: string, value: unknown): string {
  if (typeof value !== 'string')
    throw new MailMessageError('EMAILHEADER', field, 'must be a text', { value });
  if (CONTROL.test(value)) throw new MailMessageError('EMAILHEADER', field, HOLDS_CONTROL, { value });
  return value;
}

/**
 * Checks a Message-ID (RFC 5322 3.6.4) and gives it its angle brackets.
 *
 * @throws {@link MailMessageError} `EMAILHEADER`
 */
export function checkMessageId(field: string, value: unknown): string {
  const text = checkHeaderText(field, value).trim();
  const inner = text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
  if (!/^[!-;=?-~]{1,900}$/.test(inner)) {
    throw new MailMessageError('EMAILHEADER', field, 'is no Message-ID such as <unique@contoso.com>', {
      value,
    });
  }
  return `<${inner}>`;
}

function checkName(name: string): void {
  const field = `headers[${JSON.stringify(name)}]`;
  if (!FIELD_NAME.test(name))
    throw new MailMessageError('EMAILHEADER', 'headers', 'has a name that is no header name', {
      value: name,
    });
  const folded = name.toLowerCase();
  const owner = WRITTEN_BY_FIELD.get(folded);
  if (owner !== undefined)
    throw new MailMessageError(
      'EMAILHEADER',
      field,
      `is written by the module; use the field "${owner}" of the message`,
    );
  if (RESERVED.has(folded) || folded.startsWith('content-') || folded.startsWith('resent-')) {
    throw new MailMessageError('EMAILHEADER', field, 'is written by the module and cannot be given');
  }
}
