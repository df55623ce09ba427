import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isIPv6 } from 'node:net';
import { isLoopbackName, ownAddresses } from '../../address/loopback.js';

/**
 * Finds the addresses of a host for a socket, as Node.js does, but asks nobody for the names of this machine (RFC 6761 6.3):
 * what is meant for this machine must not leave it because a name server says so.
 */
export const localLookup: LookupFunction = (hostname, options, callback) => {
  if (!isLoopbackName(hostname)) return lookup(hostname, options, callback);
  const own = ownAddresses().map((address): LookupAddress => ({ address, family: isIPv6(address) ? 6 : 4 }));
  const wanted = own.filter(({ family }) => isWanted(family, options.family));
  const [first] = wanted;
  // Sockets expect the answer later.
  setImmediate(() => {
    if (options.all) callback(null, wanted);
    else if (first) callback(null, first.address, first.family);
    else callback(noAddress(hostname), '', 0);
  });
};

function isWanted(family: number, wanted: number | 'IPv4' | 'IPv6' | undefined): boolean {
  return !wanted || wanted === family || wanted === `IPv${family}`;
}

function noAddress(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`There is no such address of ${hostname}`), { code: 'ENOTFOUND', hostname });
}
