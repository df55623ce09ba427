import { TemplateHelperError } from './template-helper-error.js';

const SAFE_SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'mailto:']);

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
  if (/[\s\p{Cc}\p{Cf}]/u.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    SAFE_SCHEMES.has(protocol) && (protocol === 'mailto:' || (hostname !== '' && /^https?:\/\//i.test(text)))
  );
}

function describe(text: string): string {
  const scheme = /^\s*([a-z][a-z0-9+.-]{0,30}):/i.exec(text)?.[1];
  return scheme === undefined ? 'a URL that is not absolute' : `a ${scheme.toLowerCase()}: URL`;
}
