import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIPv6 } from 'node:net';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { onAbort } from '../../concurrency/on-abort.js';
import { localLookup } from './local-lookup.js';
import type { ProxyAddress, ProxyLogin } from './proxy-address.js';

/** Where an HTTP proxy is to lead. */
export interface TunnelTarget {
  readonly host: string;
  readonly port: number;
  /** Milliseconds for the proxy to answer. */
  readonly timeoutMs: number;
  /** Whom to trust as an `https:` proxy. */
  readonly tls?: Pick<ConnectionOptions, 'ca' | 'rejectUnauthorized'>;
}

/**
 * Asks an HTTP proxy for a tunnel (RFC 9110 9.3.6). nodemailer's client can do it, but not be stopped. Rejects with the
 * signal's reason when it fires.
 */
export async function httpTunnel(
  proxy: ProxyAddress,
  { host, port, timeoutMs, tls = {} }: TunnelTarget,
  signal: AnySignal,
): Promise<Socket> {
  const target = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const request = (proxy.protocol === 'https' ? httpsRequest : httpRequest)({
    method: 'CONNECT',
    host: proxy.host,
    port: proxy.port,
    path: target,
    lookup: localLookup,
    headers: { host: target, ...authorization(proxy.login) },
    agent: false,
    ca: tls.ca,
    rejectUnauthorized: tls.rejectUnauthorized !== false,
  });
  const timer = setTimeout(() => request.destroy(new Error('The proxy did not answer in time')), timeoutMs);
  const stop = onAbort(signal, () => request.destroy());
  try {
    return await new Promise<Socket>((resolve, reject) => {
      request.once('error', reject);
      request.once('response', ({ statusCode }) => reject(refusal(statusCode)));
      request.once('connect', ({ statusCode = 0 }, socket: Socket, ahead: Buffer) => {
        if (statusCode < 200 || statusCode > 299) return reject(refusal(statusCode));
        // A greeting may have come together with the proxy's own reply.
        if (ahead.length > 0) socket.unshift(ahead);
        resolve(socket);
      });
      request.end();
    });
  } catch (error) {
    request.destroy();
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
    stop();
  }
}

function refusal(statusCode = 0): Error {
  return Object.assign(new Error(`The proxy refused the connection (${statusCode})`), { code: 'EPROXY' });
}

function authorization(login: ProxyLogin | undefined): { 'proxy-authorization'?: string } {
  if (!login) return {};
  const { username, password } = login;
  return { 'proxy-authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
