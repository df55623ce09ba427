import { isIP } from 'node:net';
import { hiddenWords } from '../redaction/may-be-secret.js';
import { printable } from '../redaction/printable.js';
import { addressLiteral, normalizeAddressLiteral } from './address-literal.js';
import { normalizeDomain } from './domain-name.js';

/** Why a text cannot stand behind EHLO; its message completes "LocalDomain: …". */
export class LocalDomainError extends Error {
  override readonly name = 'LocalDomainError';
}

const EXAMPLE = 'such as mail.contoso.com';

/**
 * Reads the name by which a client introduces itself in EHLO and HELO (RFC 5321 4.1.1.1): a host name, or an address
 * literal. An IP address without its brackets is given them.
 *
 * @returns the name in A-labels (RFC 5891) and lower case, or the normalised literal
 * @throws {@link LocalDomainError} saying what to write instead
 */
export function parseLocalDomain(text: string): string {
  const written = text.trim();
  if (written === '') throw new LocalDomainError(`is empty; write a host name ${EXAMPLE}`);
  const literal = literalOf(written);
  if (literal !== undefined) return literal;
  const problem = syntaxProblem(written);
  if (problem !== undefined) throw new LocalDomainError(problem);
  const name = normalizeDomain(written.replace(/\.$/, ''));
  if (name === undefined)
    throw new LocalDomainError(
      `is no host name and no address literal: ${shown(written)}; write a name ${EXAMPLE}, or an address such as [192.0.2.1]`,
    );
  return name;
}

/** An IP address in one of the forms in which people write it. */
function literalOf(written: string): string | undefined {
  if (written.includes('%')) return undefined;
  const inner = /^\[(.*)\]$/.exec(written)?.[1] ?? written;
  const bare = inner.replace(/^IPv6:/i, '');
  return normalizeAddressLiteral(written) ?? (isIP(bare) > 0 ? addressLiteral(bare) : undefined);
}

function syntaxProblem(written: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(written)) return `must be a host name ${EXAMPLE}, not a URL`;
  if (written.includes('@'))
    return `must be a host name ${EXAMPLE}, not a mail address; write only what stands behind the "@"`;
  if (/[\s\p{Z}]/u.test(written)) return `must be one host name without blanks, but is ${shown(written)}`;
  if (/[_\uff3f]/.test(written))
    return `must not hold "_", which mail servers refuse in the name of a host (RFC 952), but is ${shown(written)}`;
  if (written.startsWith('[') || written.endsWith(']') || written.includes('%'))
    return `is no address literal: ${shown(written)}; write [192.0.2.1] or [IPv6:2001:db8::1], without a zone`;
  if (/^[^:]+:\d+$/.test(written)) return `must be a host name without a port, but is ${shown(written)}`;
  return undefined;
}

function shown(written: string): string {
  return hiddenWords(written) ?? `"${printable(written)}"`;
}
