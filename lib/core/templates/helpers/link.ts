import { parseUrl } from '../../address/parse-url.js';
import { TemplateHelperError } from './template-helper-error.js';

const SAFE_SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'mailto:']);

const KNOWN_SCHEMES: ReadonlySet<string> = new Set(
  'about blob cid data file ftp javascript sms tel urn vbscript view-source ws wss'.split(' '),
);

/**
 * `{{link url}}`: the URL itself when it is safe to stand in an `href`: absolute, and `https:`, `http:` or `mailto:`.
 *
 * @throws {@link TemplateHelperError} without the URL, which may hold a token
 */
export function link(url: unknown): string {
  const text = url instanceof URL ? url.href : url;
  if (typeof text !== 'string') throw new TemplateHelperError('link needs a URL');
  if (!isSafeUrl(text))
    throw new TemplateHelperError(
      `link refuses ${describe(text)}; only https:, http: and mailto: URLs are safe`,
    );
  return text;
}

/** Whether a text is an absolute `https:`, `http:` or `mailto:` URL without white space or control characters. */
export function isSafeUrl(text: string): boolean {
  // URL parsers drop tabs and line ends, so `java\nscript:` would pass as another URL than the one that is written.
  const url = /[\s\p{Cc}\p{Cf}]/u.test(text) ? undefined : parseUrl(text);
  if (!url) return false;
  const { protocol, hostname } = url;
  return (
    SAFE_SCHEMES.has(protocol) && (protocol === 'mailto:' || (hostname !== '' && /^https?:\/\//i.test(text)))
  );
}

function describe(text: string): string {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return 'a URL that is not absolute';
  if (SAFE_SCHEMES.has(`${scheme}:`)) return `an ${scheme}: URL that is not well-formed`;
  // Only what is surely a scheme is repeated: `token:value` may be a secret.
  return KNOWN_SCHEMES.has(scheme) ? `a ${scheme}: URL` : 'a URL of another scheme';
}
