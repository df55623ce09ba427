import { isIP, isIPv6 } from 'node:net';
import { normalizeDomain } from '../../address/domain-name.js';
import { credentialProblem } from '../../settings/credential-problem.js';
import { kindOf } from '../../settings/options/value-kind.js';
import { nearestKey } from '../../text/nearest-key.js';
import type { ProxyLogin, ProxyParts, ProxyProtocol } from './proxy-address.js';
import { ProxyAddress } from './proxy-address.js';

/** Why an address of a proxy cannot be used; its message completes "smtp.proxy: …" and holds nothing of a login. */
export class ProxyAddressError extends Error {
  override readonly name = 'ProxyAddressError';
}

/** Schemes of addresses, with what the proxy speaks and its usual port. */
const SCHEMES: ReadonlyMap<string, { readonly protocol: ProxyProtocol; readonly port: number }> = new Map([
  ['http', { protocol: 'http', port: 80 }],
  ['https', { protocol: 'https', port: 443 }],
  ['socks5', { protocol: 'socks5', port: 1080 }],
  ['socks5h', { protocol: 'socks5', port: 1080 }],
  ['socks', { protocol: 'socks5', port: 1080 }],
  ['socks4', { protocol: 'socks4', port: 1080 }],
  ['socks4a', { protocol: 'socks4', port: 1080 }],
]);
const FORM = 'http://host:port, https://host:port or socks5://host:port';
const PLAIN_HOST = /^[a-z0-9._-]+(?::\d{1,5})?$/i;
/** Octets of a name or password that SOCKS5 can carry (RFC 1929). */
const LONGEST_SOCKS_LOGIN = 255;

/**
 * Takes the address of a proxy apart. `new URL` is not asked: its error holds the whole address, and of a password with
 * a slash in it it makes a path.
 *
 * @throws {@link ProxyAddressError} in words that show nothing but the scheme, or a bare host and port
 */
export function parseProxy(value: unknown): ProxyAddress {
  if (typeof value !== 'string')
    throw new ProxyAddressError(`must be a text such as http://host:port, but is ${kindOf(value)}`);
  const written = value.trim();
  if (written === '') throw new ProxyAddressError(`is empty; leave it out, or write ${FORM}`);
  const problem = credentialProblem(written);
  if (problem !== undefined) throw new ProxyAddressError(problem);
  const [, scheme = '', rest = ''] = /^([^:/?#@]*):\/\/(.*)$/s.exec(written) ?? [];
  const known = SCHEMES.get(scheme.toLowerCase());
  if (!known) throw new ProxyAddressError(schemeProblem(written, scheme));
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const behind = end < 0 ? '' : rest.slice(end);
  checkDelimiters(authority, behind);
  const at = authority.indexOf('@');
  const { host, port = known.port } = hostAndPort(authority.slice(at + 1));
  return new ProxyAddress({
    protocol: known.protocol,
    host,
    port,
    ...(at >= 0 && loginParts(authority.slice(0, at), known.protocol)),
  });
}

function schemeProblem(written: string, scheme: string): string {
  if (scheme === '') {
    const example = PLAIN_HOST.test(written) ? `http://${written}` : FORM;
    return `has no scheme; write ${example}`;
  }
  const schemes = [...SCHEMES.keys()];
  // What stands there may be anything, unless it could be a scheme (RFC 3986 3.1).
  if (!/^[a-z][a-z0-9+.-]{0,19}$/i.test(scheme)) return `has no scheme; write ${FORM}`;
  const near = nearestKey(scheme, schemes);
  return `has the scheme "${scheme}", which is none of ${schemes.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function checkDelimiters(authority: string, behind: string): void {
  if (behind.includes('@'))
    throw new ProxyAddressError(
      'holds a "/", "?" or "#" before its "@"; in a user name or password write them as %2F, %3F and %23',
    );
  if (authority.indexOf('@') !== authority.lastIndexOf('@'))
    throw new ProxyAddressError('holds more than one "@"; in a user name or password write it as %40');
  if (behind !== '' && behind !== '/')
    throw new ProxyAddressError(
      'has something behind host and port; a proxy has no path. A "/", "?" or "#" of a password is written as %2F, %3F or %23',
    );
}

function hostAndPort(text: string): { host: string; port?: number } {
  const [, bracketed, afterBracket] = /^\[([^\]]*)\](.*)$/s.exec(text) ?? [];
  if (bracketed === undefined && text.split(':').length > 2)
    throw new ProxyAddressError(
      'has more than one ":" behind its scheme and login; an IPv6 address stands in brackets, as in http://[::1]:3128, and a login ends with "@"',
    );
  const colon = text.indexOf(':');
  const host = bracketed ?? (colon < 0 ? text : text.slice(0, colon));
  const port = afterBracket ?? (colon < 0 ? '' : text.slice(colon));
  return { host: checkedHost(host, bracketed !== undefined), ...portOf(port) };
}

function checkedHost(host: string, bracketed: boolean): string {
  if (host === '') throw new ProxyAddressError(`names no host; write ${FORM}`);
  if (bracketed) {
    if (!isIPv6(host)) throw new ProxyAddressError('has something in brackets that is no IPv6 address');
    return host;
  }
  if (isIP(host) > 0) return host;
  // Digits and dots alone can only be meant as an address.
  if (/^[\d.]+$/.test(host))
    throw new ProxyAddressError('has a host of digits and dots that is no IP address');
  const name = normalizeDomain(host.replace(/\.$/, ''));
  // A last label such as 0x7f makes an address of the whole in some resolvers (WHATWG URL, 3.5).
  if (name === undefined || /(?:^|\.)0x[\da-f]*$/.test(name))
    throw new ProxyAddressError('has a host that is no host name or IP address');
  return name;
}

function portOf(text: string): { port?: number } {
  if (text === '' || text === ':') return {};
  const digits = /^:(\d{1,5})$/.exec(text)?.[1];
  const port = Number(digits ?? 0);
  if (port < 1 || port > 65_535)
    throw new ProxyAddressError('has a port that is no whole number from 1 to 65535');
  return { port };
}

function loginParts(written: string, protocol: ProxyProtocol): Pick<ProxyParts, 'login' | 'writtenPassword'> {
  const colon = written.indexOf(':');
  const writtenPassword = colon < 0 ? '' : written.slice(colon + 1);
  const username = decoded('user name', colon < 0 ? written : written.slice(0, colon));
  const password = decoded('password', writtenPassword);
  const login = { username, password };
  if (username === '' && password === '') return {};
  checkLogin(login, protocol);
  return { login, writtenPassword };
}

function decoded(part: string, written: string): string {
  if (/%(?![0-9a-f]{2})/i.test(written))
    throw new ProxyAddressError(
      `has a "%" in its ${part} that is not followed by two hexadecimal digits; write a "%" itself as %25`,
    );
  try {
    return decodeURIComponent(written);
  } catch {
    // Without a cause: the error of the decoder is of no use, and nobody should look for the text in it.
    throw new ProxyAddressError(`has percent-encoded octets in its ${part} that are no UTF-8`);
  }
}

function checkLogin({ username, password }: ProxyLogin, protocol: ProxyProtocol): void {
  for (const [part, text] of Object.entries({ 'user name': username, password })) {
    const problem = credentialProblem(text);
    if (problem !== undefined) throw new ProxyAddressError(`in its ${part} ${problem}`);
  }
  switch (protocol) {
    case 'http':
    case 'https':
      if (username.includes(':'))
        throw new ProxyAddressError('has a ":" in its user name, which HTTP cannot carry (RFC 7617)');
      return;
    case 'socks4':
      if (password !== '')
        throw new ProxyAddressError('has a password, which SOCKS4 does not know; write socks5://');
      return;
    case 'socks5':
      if (Math.max(Buffer.byteLength(username), Buffer.byteLength(password)) > LONGEST_SOCKS_LOGIN)
        throw new ProxyAddressError(
          'has a user name or password of more than 255 octets, which SOCKS5 cannot carry (RFC 1929)',
        );
  }
}
