import { isIPv4, isIPv6 } from 'node:net';

const TAGGED = /^\[IPv6:([^\]]+)\]$/i;
const UNTAGGED = /^\[([^\]]+)\]$/;

/**
 * Brings an address literal (RFC 5321 4.1.3) into its one comparable form: `[192.0.2.1]`, `[IPv6:2001:db8::1]`.
 *
 * @param text the literal as written, brackets included
 * @returns the normalised literal, or undefined when it is none (a zone, as in `fe80::1%eth0`, is not allowed in one)
 */
export function normalizeAddressLiteral(text: string): string | undefined {
  const v6 = TAGGED.exec(text)?.[1];
  if (v6 !== undefined) return isIPv6(v6) && !v6.includes('%') ? `[IPv6:${shortest(v6)}]` : undefined;
  const v4 = UNTAGGED.exec(text)?.[1];
  return v4 !== undefined && isIPv4(v4) ? `[${v4}]` : undefined;
}

/**
 * The literal of an IP address, as sockets give it: an IPv4 address that is mapped into IPv6 is told as IPv4, and a zone
 * (RFC 4007) is left out.
 *
 * @returns undefined when the text is no IP address
 */
export function addressLiteral(address: string): string | undefined {
  const bare = address.replace(/%.*$/s, '');
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(bare)?.[1] ?? bare;
  if (isIPv4(mapped)) return `[${mapped}]`;
  return isIPv6(bare) ? `[IPv6:${shortest(bare)}]` : undefined;
}

/** The form of RFC 5952: an address can be written in many ways, and a recipient named in two of them gets one mail. */
function shortest(v6: string): string {
  return new URL(`http://[${v6}]`).hostname.slice(1, -1);
}
