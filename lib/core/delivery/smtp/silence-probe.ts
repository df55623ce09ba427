import { isIP } from 'node:net';
import { tlsMode } from '../../settings/tls-mode.js';
import type { NodemailerConnection } from './nodemailer/nodemailer-connection.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';
import { speaksTlsAtOnce } from './tls-probe.js';

/**
 * Where servers take mail from each other they greet late on purpose, and punish a client that talks first. Nobody
 * speaks TLS from the first byte there.
 */
const GREETS_LATE = 25;
const PATIENCE_MS = 1500;
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
  { settings, extra }: SmtpDeliveryOptions,
  connection: NodemailerConnection,
  silent: () => boolean,
  found: () => void,
): () => void {
  const { port, secureSocketOption, connectionTimeout } = settings;
  // A connection of our own would go around the proxy.
  const leftAlone = port === GREETS_LATE || extra.proxy !== undefined;
  if (leftAlone || tlsMode(secureSocketOption, port).implicit) return () => {};
  const ended = new AbortController();
  const patience = Math.min(PATIENCE_MS, (connectionTimeout * 1000) / 3);
  const look = (): void => {
    const { socket } = connection;
    if (!socket || socket.connecting) {
      timer = setTimeout(look, patience);
      return;
    }
    if (!silent() || socket.remoteAddress === undefined) return;
    // The very server that is silent: its name may lead to another one the next time.
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
  let timer = setTimeout(look, patience);
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
