import type { Socket } from 'node:net';
import { untilAborted } from '../../concurrency/until-aborted.js';
import { messageOf } from '../../errors/error-facts.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { Redactor } from '../../redaction/redact.js';
import { httpTunnel } from './http-tunnel.js';
import { socksSocket } from './nodemailer/socks-socket.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';

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
  proxy: string,
  options: SmtpDeliveryOptions,
  signal: AbortSignal,
  redact: Redactor,
): Promise<ProxiedSocket | undefined> {
  try {
    return await openThrough(proxy, options, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const { host = 'localhost', port } = options.settings;
    throw new MailDeliveryError(
      'EMAILCONNECT',
      `No way through the proxy of the option smtp.proxy to ${host}:${port}: ${redact(messageOf(error))}.`,
      { phase: 'connect', retryable: true, transcript: [], cause: error },
    );
  }
}

async function openThrough(
  proxy: string,
  { settings, extra }: SmtpDeliveryOptions,
  signal: AbortSignal,
): Promise<ProxiedSocket | undefined> {
  signal.throwIfAborted();
  const { host = 'localhost', port } = settings;
  const timeoutMs = settings.connectionTimeout * 1000;
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') {
    const begun = performance.now();
    const verifyCertificate = extra.tls?.rejectUnauthorized !== false;
    const socket = await httpTunnel(url, { host, port, timeoutMs, verifyCertificate }, signal);
    // The proxy is a part of connecting: what it took, the server does not get.
    return { socket, timeoutMs: Math.max(1, timeoutMs - (performance.now() - begun)) };
  }
  const opening = socksSocket(proxy, { host, port, timeoutMs });
  try {
    const socket = await untilAborted(opening, signal);
    return socket && { socket };
  } catch (error) {
    // The client of the package cannot be ended; what it still opens is closed.
    opening.then(
      late => late?.destroy(),
      () => {},
    );
    throw error;
  }
}
