import type { IncomingMessage } from 'node:http';
import { isLoopbackAddress } from '../../core/address/loopback.js';
import { hostOf } from './request-host.js';

/** Headers that proxies add to a request; no program of this machine has a reason to send one. */
const PROXY_HEADERS = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-forwarded-prefix',
  'x-forwarded-scheme',
  'x-forwarded-ssl',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'x-original-host',
  'x-original-url',
  'x-proxyuser-ip',
  'x-envoy-external-address',
  'x-envoy-internal',
  'x-azure-clientip',
  'x-appengine-user-ip',
  'x-amzn-trace-id',
  'x-amz-cf-id',
  'cf-connecting-ip',
  'cf-ray',
  'cdn-loop',
  'true-client-ip',
  'fastly-client-ip',
  'fly-client-ip',
];

/**
 * Why a request does not come straight from a program of this machine that calls it by a name of this machine. The name keeps out
 * pages of another host whose own name leads here (DNS rebinding). It is a guess: a proxy that adds no header is not seen.
 *
 * @returns undefined when it does, as far as can be seen
 */
export function notLoopbackReason(request: IncomingMessage): string | undefined {
  const { remoteAddress } = request.socket;
  if (remoteAddress === undefined) return 'it has no address, as on a Unix socket';
  if (!isLoopbackAddress(remoteAddress)) return 'it comes from another machine';
  const proxied = PROXY_HEADERS.find(name => request.headers[name] !== undefined);
  if (proxied !== undefined) return `it came through a proxy (it has the header ${proxied})`;
  // What nginx speaks to the server behind it, unless it is told otherwise; programs of today speak 1.1.
  if (request.httpVersionMajor === 1 && request.httpVersionMinor === 0)
    return 'it came through a proxy (it speaks HTTP/1.0)';
  return isLoopbackAuthority(hostOf(request)) ? undefined : 'it names another host';
}

function isLoopbackAuthority(host: string): boolean {
  return /^(?:localhost|[\w-]+(?:\.[\w-]+)*\.localhost|127(?:\.\d{1,3}){3}|\[::1\])\.?(?::\d{1,5})?$/i.test(
    host,
  );
}
