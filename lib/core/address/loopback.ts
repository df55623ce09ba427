import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

const OWN_IPV6 = '::1';
const OWN_IPV4 = '127.0.0.1';
/** Addresses of the machine itself (RFC 1122 3.2.1.3, RFC 4291 2.5.3); IPv4 ones are found in their IPv6 form too. */
const LOOPBACK = loopbackAddresses();

/**
 * Whether what is sent to an address never leaves this machine. Only the address of a connection tells: a name can be
 * resolved to anything.
 *
 * @param address IP address in any of its forms; anything else is none of this machine
 */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const version = isIP(address);
  return version !== 0 && LOOPBACK.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Whether a host name is one of this machine's own, which no name server is asked for (RFC 6761 6.3).
 *
 * @param name without a dot at its end, in any case
 */
export function isLoopbackName(name: string): boolean {
  return /^(?:.+\.)?localhost$/i.test(name);
}

/** What the names of this machine stand for: its addresses of both kinds, as a server may listen on one of them only. */
export function ownAddresses(): readonly string[] {
  const interfaces = Object.values(networkInterfaces()).flatMap(list => list ?? []);
  // Where IPv6 is switched off, the error about it would hide the one that matters.
  const withoutIpv6 = interfaces.length > 0 && !interfaces.some(({ address }) => address === OWN_IPV6);
  return withoutIpv6 ? [OWN_IPV4] : [OWN_IPV6, OWN_IPV4];
}

function loopbackAddresses(): BlockList {
  const list = new BlockList();
  list.addSubnet('127.0.0.0', 8);
  list.addAddress(OWN_IPV6, 'ipv6');
  return list;
}
