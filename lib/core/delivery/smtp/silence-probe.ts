import { isIP } from 'node:net';
import { tlsMode } from '../../settings/tls-mode.js';
import type { NodemailerConnection } from './nodemailer/nodemailer-connection.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';
import { speaksTlsAtOnce } from './tls-probe.js';

/**
 * The port on which servers take mail from each other: many greet late there on purpose, and refuse a client that sends
 * before the greeting. TLS from the first byte is not used on it.
 */
const RELAY_PORT = 25;
/** How long a server may stay silent before it is probed. */
const SILENCE_MS = 1500;
/** How long the probe waits for a handshake. */
const HANDSHAKE_MS = 3000;

/**
 * Watches a connection in clear whose server does not greet: it may be waiting for TLS. Finding that out takes seconds
 * and names the setting; waiting for the greeting takes `ConnectionTimeout` and names nothing.
 *
 * @param silent whether the server has said nothing yet
 * @param found called when the server speaks TLS from the first byte
 * @returns a function that ends the watch, with the connection that it may have opened
 */
export function watchSilence(
  { settings, extra, proxy }: SmtpDeliveryOptions,
  connection: NodemailerConnection,
  silent: () => boolean,
  found: () => void,
): () => void {
  const { port, secureSocketOption, connectionTimeout } = settings;
  // A second connection would not go through the proxy.
  const notProbed = port === RELAY_PORT || proxy !== undefined;
  if (notProbed || tlsMode(secureSocketOption, port).implicit) return () => {};
  const ended = new AbortController();
  const silenceMs = Math.min(SILENCE_MS, (connectionTimeout * 1000) / 3);
  const look = (): void => {
    const { socket } = connection;
    if (!socket || socket.connecting) {
      timer = setTimeout(look, silenceMs);
      return;
    }
    if (!silent() || socket.remoteAddress === undefined) return;
    // The address of this very connection: the host name may resolve to another server the next time.
    const target = {
      host: socket.remoteAddress,
      port: socket.remotePort ?? port,
      ...localAddress(extra),
      ...serverName(settings, extra),
    };
    void speaksTlsAtOnce(target, HANDSHAKE_MS, ended.signal).then(speaks => {
      if (speaks && silent() && !ended.signal.aborted) found();
    });
  };
  let timer = setTimeout(look, silenceMs);
  return () => {
    clearTimeout(timer);
    ended.abort();
  };
}

function localAddress({ localAddress: address }: SmtpDeliveryOptions['extra']): { localAddress?: string } {
  return address === undefined ? {} : { localAddress: address };
}

function serverName(
  { host = '' }: SmtpDeliveryOptions['settings'],
  { tls }: SmtpDeliveryOptions['extra'],
): { servername?: string } {
  const name = tls?.servername ?? host;
  return name === '' || isIP(name) > 0 ? {} : { servername: name };
}
