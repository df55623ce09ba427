import { normalizeDomain } from '../address/domain-name.js';
import type { Mailbox } from '../address/mailbox.js';
import { MailboxSyntaxError, parseMailbox } from '../address/parse-mailbox.js';
import type { HeaderToken } from './header-items.js';
import { headerItems, HeaderSyntaxError, headerTokens } from './header-items.js';
import { headerUrl, HeaderUrlError } from './header-url.js';

/**
 * A part of a structured header: a mailbox, words for people (a phrase, a comment, a free text), which are encoded where they need it,
 * or something for programs, which is ASCII and stands as it is (RFC 2047 5).
 */
export type HeaderPart =
  | { readonly mailbox: Mailbox }
  | { readonly phrase: string }
  | { readonly comment: string }
  | { readonly text: string }
  | { readonly token: string };

/** A structured header: items with commas between them, each made of parts with blanks between them. */
export type StructuredHeader = readonly (readonly HeaderPart[])[];

type Grammar = (value: string) => StructuredHeader;

const URLS = 'it holds URLs in angle brackets, such as <https://contoso.com/lists/42>';
const MAILBOXES = 'it holds mailboxes, such as Ann Lee <ann@contoso.com>';
const LIST_ID = 'it holds a name for people and an identifier, such as News of Contoso <news.contoso.com>';
const LONGEST_LIST_ID = 255;
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const WITH_SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/;
const LINK = /^(?:https?|ftp|mailto):[^\s,<>"]+$/i;
/** With a local part beyond ASCII the header could not be read without SMTPUTF8, so there it stays a text. */
const ADDRESS = /^[!-?A-~]+@[^\s@]+$/;

/** The headers whose form is known, and how each is read. */
const GRAMMARS: ReadonlyMap<string, Grammar> = new Map<string, Grammar>([
  ['list-help', urlList],
  ['list-unsubscribe', urlList],
  ['list-subscribe', urlList],
  ['list-owner', urlList],
  ['list-archive', urlList],
  ['list-post', postingList],
  ['list-id', listId],
  ['list-unsubscribe-post', oneClick],
  ['archived-at', urlList],
  ['disposition-notification-to', mailboxList],
  ['return-receipt-to', mailboxList],
  ['errors-to', mailboxList],
  ['x-errors-to', mailboxList],
  ['x-confirm-reading-to', mailboxList],
  ['mail-followup-to', mailboxList],
  ['mail-reply-to', mailboxList],
  ['x-report-abuse-to', mailboxOrUrlList],
  ['x-complaints-to', mailboxOrUrlList],
  ['x-abuse-reports-to', mailboxOrUrlList],
  ['abuse-reports-to', mailboxOrUrlList],
  ['supersedes', messageIds],
  ['obsoletes', messageIds],
  ['feedback-id', plain],
  ['precedence', plain],
  ['auto-submitted', plain],
]);

/**
 * Reads the value of a header that holds addresses, URLs or identifiers, which must not become encoded words (RFC 2047 5):
 * the List headers (RFC 2369, RFC 2919, RFC 8058), those that ask for reports (RFC 8098), and others of which the value shows it.
 *
 * @returns undefined for a header that holds a text for people
 * @throws {@link HeaderSyntaxError} when a header whose form is known has another one
 */
export function readStructuredHeader(name: string, value: string): StructuredHeader | undefined {
  if (value.trim() === '') return undefined;
  const folded = name.toLowerCase();
  const grammar = GRAMMARS.get(folded);
  try {
    if (grammar) return grammar(value);
    return needsNoEncoding(value) ? undefined : recognised(folded, value);
  } catch (error) {
    if (!(
      error instanceof HeaderUrlError ||
      error instanceof MailboxSyntaxError ||
      error instanceof HeaderSyntaxError
    ))
      throw error;
    if (!grammar) return undefined;
    throw new HeaderSyntaxError(error.message, { cause: error });
  }
}

function needsNoEncoding(value: string): boolean {
  return /^[\t\x20-\x7e]*$/.test(value) && !value.includes('=?');
}

/** A header that nobody has registered may hold addresses or links too. */
function recognised(name: string, value: string): StructuredHeader | undefined {
  if (LINK.test(value.trim())) return [[{ token: headerUrl(value.trim()) }]];
  if (name.startsWith('list-') || name.endsWith('-to')) return mailboxOrUrlList(value);
  if (/(?:^|[\s<])(?:https?|ftp|mailto):/i.test(value) && !/[<>]/.test(value)) return textWithLinks(value);
  const items = headerItems(value);
  const onlyLinks = items.every(item => item.every(({ kind, text }) => kind === 'angle' && LINK.test(text)));
  if (onlyLinks) return items.map(item => item.map(url));
  return items.every(isMailboxOrLink) ? mailboxOrUrlList(value) : undefined;
}

/** Whether an item is an address, or words for people and one in angle brackets. */
function isMailboxOrLink(item: readonly HeaderToken[]): boolean {
  const last = item.at(-1);
  if (last?.kind === 'angle') return ADDRESS.test(last.text) || LINK.test(last.text);
  return item.length === 1 && last?.kind === 'words' && ADDRESS.test(last.text);
}

/** A text for people with links in it, which are not to be encoded with its words. */
function textWithLinks(value: string): StructuredHeader {
  const parts: HeaderPart[] = [];
  let words: string[] = [];
  const flush = (): void => {
    if (words.length > 0) parts.push({ text: words.join(' ') });
    words = [];
  };
  for (const word of value.trim().split(/\s+/)) {
    if (!LINK.test(word)) words.push(word);
    else {
      flush();
      parts.push({ token: headerUrl(word) });
    }
  }
  flush();
  return [parts];
}

function urlList(value: string): StructuredHeader {
  return headerItems(value).map(item => {
    const urls = item.filter(({ kind }) => kind === 'angle');
    const [words] = item.filter(({ kind }) => kind === 'words' || kind === 'quoted');
    if (words)
      throw new HeaderSyntaxError(`has words that are no comment; ${URLS}, and words in parentheses`);
    if (urls.length !== 1)
      throw new HeaderSyntaxError(`needs a comma between two URLs, and a URL in each item; ${URLS}`);
    return item.map(token => (token.kind === 'angle' ? url(token) : { comment: token.text }));
  });
}

/** RFC 2369 3.4: a list that takes no mails says NO. */
function postingList(value: string): StructuredHeader {
  const tokens = headerTokens(value);
  const [first, second] = tokens.filter(({ kind }) => kind !== 'comment');
  if (second || !first || !/^no$/i.test(first.text)) return urlList(value);
  return [tokens.map(({ kind, text }) => (kind === 'comment' ? { comment: text } : { token: 'NO' }))];
}

/** RFC 2919: a phrase, and an identifier that looks like a domain name. */
function listId(value: string): StructuredHeader {
  const tokens = headerTokens(value);
  const label = tokens.at(-1);
  const id = label?.kind === 'angle' ? listLabel(label.text) : undefined;
  if (id === undefined) throw new HeaderSyntaxError(`has no identifier in angle brackets; ${LIST_ID}`);
  const before = tokens.slice(0, -1);
  if (before.some(({ kind }) => kind === 'angle'))
    throw new HeaderSyntaxError(`has more than one identifier; ${LIST_ID}`);
  const phrase = before.reduce(
    (text, token) => text + (text === '' || token.kind === 'comma' ? '' : ' ') + token.text,
    '',
  );
  return [[...(phrase === '' ? [] : [{ phrase }]), { token: `<${id}>` }]];
}

function listLabel(written: string): string | undefined {
  const id = DOT_ATOM.test(written) ? written : normalizeDomain(written);
  // It cannot be written in another way, and lenient readers would decode what looks like an encoded word.
  return id === undefined || id.length > LONGEST_LIST_ID || id.includes('=?') ? undefined : id;
}

/** RFC 8058 3.1. */
function oneClick(value: string): StructuredHeader {
  if (!/^list-unsubscribe=one-click$/i.test(value.trim()))
    throw new HeaderSyntaxError('has one value only (RFC 8058): List-Unsubscribe=One-Click');
  return [[{ token: 'List-Unsubscribe=One-Click' }]];
}

function mailboxList(value: string): StructuredHeader {
  const items = headerItems(value).map(mailboxItem);
  if (items.length === 0) throw new HeaderSyntaxError(`names nobody; ${MAILBOXES}`);
  return items;
}

function mailboxOrUrlList(value: string): StructuredHeader {
  return headerItems(value).map(item => {
    const [first, second] = item.filter(({ kind }) => kind !== 'comment');
    const isUrl = (token: HeaderToken | undefined): boolean =>
      token?.kind === 'angle' && WITH_SCHEME.test(token.text);
    if (first && !second && first.kind === 'words' && WITH_SCHEME.test(first.text))
      return [{ token: headerUrl(first.text) }];
    if (first && isUrl(second)) return [{ phrase: first.text }, url(second ?? first)];
    return first && isUrl(first) && !second ? item.map(partOfUrlItem) : mailboxItem(item);
  });
}

function partOfUrlItem(token: HeaderToken): HeaderPart {
  return token.kind === 'comment' ? { comment: token.text } : url(token);
}

function mailboxItem(item: readonly HeaderToken[]): HeaderPart[] {
  const text = item.flatMap(({ kind, source }) => (kind === 'comment' ? [] : [source])).join(' ');
  const comments = item.flatMap(({ kind, text: words }) => (kind === 'comment' ? [{ comment: words }] : []));
  try {
    return [{ mailbox: parseMailbox(text, { literals: true }) }, ...comments];
  } catch (error) {
    if (!(error instanceof MailboxSyntaxError)) throw error;
    throw new HeaderSyntaxError(`${error.message}; ${MAILBOXES}`, { cause: error });
  }
}

function messageIds(value: string): StructuredHeader {
  return [
    value
      .trim()
      .split(/\s+/)
      .map(id => {
        if (!/^<[!-;=?-~]{1,900}>$/.test(id))
          throw new HeaderSyntaxError('has something that is no Message-ID such as <unique@contoso.com>');
        return { token: id };
      }),
  ];
}

/** What programs read, and nobody decodes. */
function plain(value: string): StructuredHeader {
  if (!/^[\t\x20-\x7e]*$/.test(value))
    throw new HeaderSyntaxError(
      'has characters beyond ASCII; programs read this header, and decode nothing in it',
    );
  return [[{ token: value.trim().replace(/\s+/g, ' ') }]];
}

function url({ text }: HeaderToken): HeaderPart {
  return { token: `<${headerUrl(text)}>` };
}
