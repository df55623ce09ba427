import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIPv6 } from 'node:net';
import type { Socket } from 'node:net';
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { onAbort } from '../../concurrency/on-abort.js';
import { untilAborted } from '../../concurrency/until-aborted.js';
import { messageOf } from '../../errors/error-facts.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { Redactor } from '../../redaction/redact.js';

/**
 * Opens the connection through a proxy; SOCKS needs the package `socks`. Rejects with the signal's reason when it fires,
 * and leaves nothing open then.
 *
 * @throws {@link MailDeliveryError} `EMAILCONNECT`
 */
export async function proxyConnection(
  proxy: string,
  options: SMTPConnectionOptions,
  signal: AbortSignal,
  redact: Redactor,
): Promise<Partial<SMTPConnectionOptions>> {
  try {
    return await openThrough(proxy, options, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    throw new MailDeliveryError(
      'EMAILCONNECT',
      `No way through the proxy of the option smtp.proxy to ${options.host}:${options.port}: ${redact(messageOf(error))}.`,
      { phase: 'connect', retryable: true, transcript: [], cause: error },
    );
  }
}

async function openThrough(
  proxy: string,
  options: SMTPConnectionOptions,
  signal: AbortSignal,
): Promise<Partial<SMTPConnectionOptions>> {
  signal.throwIfAborted();
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') {
    const begun = performance.now();
    const connection = await httpTunnel(url, options, signal);
    // The proxy is a part of connecting: what it took, the server does not get.
    const left = Math.max(1, (options.connectionTimeout ?? 0) - (performance.now() - begun));
    return { connection, connectionTimeout: left, greetingTimeout: left };
  }
  const opening = socksConnection(proxy, options);
  try {
    return await untilAborted(opening, signal);
  } catch (error) {
    // The client of the package cannot be ended; what it still opens is closed.
    opening.then(
      late => late.connection?.destroy(),
      () => {},
    );
    throw error;
  }
}

/** Asks an HTTP proxy for a tunnel (RFC 9110 9.3.6). nodemailer's client can do it, but not be stopped. */
async function httpTunnel(
  proxy: URL,
  { host = '', port = 0, connectionTimeout, tls }: SMTPConnectionOptions,
  signal: AbortSignal,
): Promise<Socket> {
  const target = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
    method: 'CONNECT',
    // An IPv6 address stands in brackets in a URL only.
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port === '' ? undefined : Number(proxy.port),
    path: target,
    headers: { host: target, ...authorization(proxy) },
    agent: false,
    rejectUnauthorized: tls?.rejectUnauthorized !== false,
  });
  const late = setTimeout(
    () => request.destroy(new Error('The proxy did not answer in time')),
    connectionTimeout,
  );
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
    clearTimeout(late);
    stop();
  }
}

function refusal(statusCode = 0): Error {
  return Object.assign(new Error(`The proxy refused the connection (${statusCode})`), { code: 'EPROXY' });
}

function authorization({ username, password }: URL): { 'proxy-authorization'?: string } {
  if (username === '' && password === '') return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` };
}

/** Opens the connection with nodemailer's own client. */
async function socksConnection(
  proxy: string,
  options: SMTPConnectionOptions,
): Promise<Partial<SMTPConnectionOptions>> {
  const { createTransport } = await import('nodemailer');
  const transporter = createTransport({ ...options, logger: false, proxy });
  if (/^socks/i.test(proxy)) transporter.set('proxy_socks_module', await importSocks());
  return new Promise((resolve, reject) => {
    if (typeof transporter.getSocket !== 'function')
      return reject(new Error('The option smtp.proxy is no proxy address'));
    transporter.getSocket(
      { host: options.host, port: Number(options.port), tls: options.tls },
      (error, socketOptions) => {
        if (error) reject(error);
        else resolve(socketOptions || {});
      },
    );
  });
}

async function importSocks(): Promise<unknown> {
  const name = 'socks';
  try {
    return await import(name);
  } catch (error) {
    throw new Error(
      'The option smtp.proxy names a SOCKS proxy, which needs the package "socks": npm install socks',
      { cause: error },
    );
  }
}
