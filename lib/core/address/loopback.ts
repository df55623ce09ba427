import { BlockList, isIP } from 'node:net';

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

function loopbackAddresses(): BlockList {
  const list = new BlockList();
  list.addSubnet('127.0.0.0', 8);
  list.addAddress('::1', 'ipv6');
  return list;
}
