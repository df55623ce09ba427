import { DEFAULT_IGNORABLE } from '../../address/invisible.js';
import { parseUrl } from '../../address/parse-url.js';
import { describeValue } from './describe-value.js';
import { TemplateHelperError } from './template-helper-error.js';

const SAFE_SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'mailto:']);

/** What is safe, in words. */
const SAFE = 'only https:, http: and mailto: URLs are safe';

const KNOWN_SCHEMES: ReadonlySet<string> = new Set(
  'about blob cid data file ftp javascript sms tel urn vbscript view-source ws wss'.split(' '),
);

/**
 * What parsers of URLs drop or read as something else, and what readers do not see: white space, control, formatting and
 * invisible characters, halves of surrogate pairs, and backslashes, which browsers take for slashes and others do not.
 */
const UNREADABLE = /[\s\p{Cc}\p{Cf}\p{Cs}\\]/u;

/**
 * `{{link url}}`: the normal form of a URL that is safe to stand in an `href` (WHATWG URL Standard, `URL.href`): absolute,
 * `https:`, `http:` or `mailto:`, without a user or password.
 *
 * @throws {@link TemplateHelperError} without the URL, which may hold a token
 */
export function link(url: unknown): string {
  const text = url instanceof URL ? url.href : url;
  if (typeof text !== 'string')
    throw new TemplateHelperError(
      `link needs a URL, as a text or URL object: {{link url}}; it got ${describeValue(url)}`,
    );
  const safe = safeUrl(text);
  if (!safe) throw new TemplateHelperError(`link refuses ${describe(text)}; ${SAFE}`);
  return safe.href;
}

/** Whether {@link link} takes a text. */
export function isSafeUrl(text: string): boolean {
  return safeUrl(text) !== undefined;
}

/**
 * Why {@link link} would not take a text, as the words behind the name of what holds it; without the text, which may hold a token.
 *
 * @returns undefined when it takes it
 */
export function unsafeUrlProblem(text: string): string | undefined {
  return isSafeUrl(text) ? undefined : `is ${describe(text)}; ${SAFE}`;
}

function safeUrl(text: string): URL | undefined {
  if (UNREADABLE.test(text) || DEFAULT_IGNORABLE.test(text)) return undefined;
  const url = parseUrl(text);
  if (!url || !SAFE_SCHEMES.has(url.protocol)) return undefined;
  if (url.protocol === 'mailto:') return url;
  // Parsers skip further slashes: `https:///evil.example` has a host that stands where others read a path.
  const authority = /^https?:\/\/([^/?#]+)/i.exec(text)?.[1];
  if (authority === undefined || authority.includes('@') || url.username !== '' || url.password !== '')
    return undefined;
  return url.hostname === '' ? undefined : url;
}

function describe(text: string): string {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return 'a URL that is not absolute';
  if (SAFE_SCHEMES.has(`${scheme}:`)) return `an ${scheme}: URL that ${faultOf(text)}`;
  // Only what is surely a scheme is repeated: `token:value` may be a secret.
  return KNOWN_SCHEMES.has(scheme) ? `a ${scheme}: URL` : 'a URL of another scheme';
}

function faultOf(text: string): string {
  if (text.includes('\\')) return 'holds a backslash';
  if (UNREADABLE.test(text) || DEFAULT_IGNORABLE.test(text))
    return 'holds white space or invisible characters';
  const authority = /^https?:\/\/([^/?#]*)/i.exec(text)?.[1];
  if (authority === '') return 'has no host';
  if (authority?.includes('@')) return 'holds a user before its host';
  return 'is not well-formed';
}
