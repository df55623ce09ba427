import { isAscii, normalizeDomain } from '../address/domain-name.js';
import { parseUrl } from '../address/parse-url.js';

/** Why a text is no URL that a header can hold. Its message completes "headers["List-Help"]: …". */
export class HeaderUrlError extends Error {
  override readonly name = 'HeaderUrlError';
}

/** Schemes that run code or show what the reader of the mail has not asked for. */
const REFUSED_SCHEMES: ReadonlySet<string> = new Set(['javascript', 'vbscript', 'data', 'file', 'blob']);
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]{0,30}):(.+)$/su;
/** What a URL may hold as it is (RFC 3986 2); a percent sign only in front of two hexadecimal digits. */
const TO_ENCODE = /%(?![0-9A-Fa-f]{2})|[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]/gu;
/** What lenient readers decode as an encoded word (RFC 2047), also within a URL. */
const ENCODED_WORD = /=\?(?=[^?]*\?[BbQq]\?[^?]*\?=)/g;

/**
 * Makes a URL fit for a header, where everything is ASCII and nothing is an encoded word (RFC 2047 5): the host in
 * A-labels (RFC 5891), everything else percent-encoded as UTF-8 (RFC 3986 2.5). What is percent-encoded already stays.
 *
 * @param text the URL without its angle brackets
 * @throws {@link HeaderUrlError} when it has no scheme, no valid host, holds blanks, or runs code
 */
export function headerUrl(text: string): string {
  if (/[\s\p{Cc}]/u.test(text))
    throw new HeaderUrlError('has a URL with a blank in it; write %20, or put a comma between two URLs');
  const [, scheme = '', rest = ''] = SCHEME.exec(text) ?? [];
  if (scheme === '')
    throw new HeaderUrlError('has a URL without a scheme; write all of it, such as https://contoso.com/help');
  const known = scheme.toLowerCase();
  if (REFUSED_SCHEMES.has(known))
    throw new HeaderUrlError(
      `has a URL with the scheme ${known}:, which no mail may carry; use https: or mailto:`,
    );
  const located = rest.startsWith('//')
    ? withAsciiHost(rest)
    : known === 'mailto'
      ? withAsciiDomains(rest)
      : rest;
  const url = `${scheme}:${encoded(located)}`.replace(ENCODED_WORD, '=%3F');
  if (!parseUrl(url) || (/^https?$/.test(known) && !rest.startsWith('//')))
    throw new HeaderUrlError('has a URL that cannot be opened; write it as a browser shows it');
  return url;
}

/** `//user@host:8080/path` with the host in A-labels. */
function withAsciiHost(rest: string): string {
  const end = rest.slice(2).search(/[/?#]/);
  const authority = end < 0 ? rest.slice(2) : rest.slice(2, end + 2);
  const at = authority.lastIndexOf('@') + 1;
  const port = /:\d*$/.exec(authority)?.[0] ?? '';
  const host = authority.slice(at, authority.length - port.length);
  return `//${authority.slice(0, at)}${asciiDomain(host)}${port}${rest.slice(2 + authority.length)}`;
}

/** `ü@bücher.example,b@x.com?subject=…` with the domains in A-labels (RFC 6068). */
function withAsciiDomains(rest: string): string {
  const query = rest.indexOf('?');
  const addresses = query < 0 ? rest : rest.slice(0, query);
  const ascii = addresses.split(',').map(address => {
    const at = address.lastIndexOf('@') + 1;
    return address.slice(0, at) + (at === 0 ? address.slice(at) : asciiDomain(address.slice(at)));
  });
  return ascii.join(',') + rest.slice(addresses.length);
}

function asciiDomain(host: string): string {
  if (isAscii(host)) return host;
  const ascii = normalizeDomain(host);
  if (ascii === undefined)
    throw new HeaderUrlError('has a URL whose host is no domain name; write it as a browser shows it');
  return ascii;
}

function encoded(text: string): string {
  // A lone surrogate becomes U+FFFD here, as in every text that is written as UTF-8.
  return text.replace(TO_ENCODE, character =>
    [...Buffer.from(character)]
      .map(octet => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
