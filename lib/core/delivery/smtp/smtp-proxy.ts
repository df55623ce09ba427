import type { Socket } from 'node:net';
import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { plainCause } from '../../errors/plain-cause.js';
import type { Redactor } from '../../redaction/redact.js';
import { httpTunnel } from './http-tunnel.js';
import type { ProxyAddress } from './proxy-address.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';
import { socksSocket } from './socks-socket.js';

/** A connection to the mail server that a proxy has opened. */
export interface ProxiedSocket {
  readonly socket: Socket;
  /** Milliseconds that are left until the server must have greeted. @default those of the settings */
  readonly timeoutMs?: number;
}

/**
 * Opens the connection through a proxy; SOCKS needs the package `socks`. Rejects with the signal's reason when it fires,
 * and leaves nothing open then.
 *
 * @param proxy the option `smtp.proxy`
 * @throws {@link MailDeliveryError} `EMAILCONNECT`
 */
export async function proxiedSocket(
  proxy: ProxyAddress,
  options: SmtpDeliveryOptions,
  signal: AnySignal,
  redact: Redactor,
): Promise<ProxiedSocket> {
  try {
    return await openThrough(proxy, options, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const { host = 'localhost', port } = options.settings;
    const cause = plainCause(error, redact);
    throw new MailDeliveryError(
      'EMAILCONNECT',
      `No way through the proxy of the option smtp.proxy to ${host}:${port}: ${cause.message}.`,
      { phase: 'connect', retryable: true, transcript: [], cause },
    );
  }
}

async function openThrough(
  proxy: ProxyAddress,
  { settings, extra }: SmtpDeliveryOptions,
  signal: AnySignal,
): Promise<ProxiedSocket> {
  signal.throwIfAborted();
  const { host = 'localhost', port } = settings;
  const timeoutMs = settings.connectionTimeout * 1000;
  const begun = performance.now();
  const socket = proxy.isSocks
    ? await socksSocket(proxy, { host, port, timeoutMs }, signal)
    : await httpTunnel(proxy, { host, port, timeoutMs, ...(extra.tls && { tls: extra.tls }) }, signal);
  // The proxy is a part of connecting: what it took, the server does not get.
  return { socket, timeoutMs: Math.max(1, timeoutMs - (performance.now() - begun)) };
}
