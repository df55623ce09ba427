import { isIPv6 } from 'node:net';
import { isLoopbackName, ownAddresses } from '../../../../address/loopback.js';

/**
 * Where a token endpoint is asked. One without TLS is on this machine, and no name server is asked where that is (RFC 6761
 * 6.3): a wrong answer would send the secrets away in clear.
 */
export function endpointAddresses(tokenEndpoint: string): string[] {
  const url = new URL(tokenEndpoint);
  if (url.protocol !== 'http:' || !isLoopbackName(url.hostname.replace(/\.$/, ''))) return [tokenEndpoint];
  return ownAddresses().map(address => {
    const there = new URL(url);
    there.hostname = isIPv6(address) ? `[${address}]` : address;
    return there.href;
  });
}
