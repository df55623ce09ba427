import { normalizeAddressLiteral } from './address-literal.js';
import { normalizeDomain } from './domain-name.js';

/** Longest path that is read; a server need not take more than 256 octets (RFC 5321 4.5.3.1.3). */
const LONGEST_PATH = 1000;
const ROUTE = /^@(?:[^[\]:]|\[[^\]]*\])*:/;

/**
 * The mailbox that a path means: a source route before it, as in `@a.example,@b.example:ann@c.example`, says nothing (RFC 5321
 * 4.1.1.3, RFC 5322 4.4).
 *
 * @param path what stands between the angle brackets
 * @returns the path as it is, when it begins with no route
 */
export function withoutSourceRoute(path: string): string {
  const text = path.trim();
  if (text.length > LONGEST_PATH) return path;
  const route = ROUTE.exec(text)?.[0];
  if (route === undefined) return path;
  const hosts = route
    .slice(0, -1)
    .split(',')
    .map(host => host.trim());
  return hosts.every(host => host === '' || isAtDomain(host)) ? text.slice(route.length) : path;
}

function isAtDomain(host: string): boolean {
  const name = host.slice(1);
  return host.startsWith('@') && (normalizeDomain(name) ?? normalizeAddressLiteral(name)) !== undefined;
}
