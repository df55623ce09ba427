import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import { tlsMode } from '../../settings/tls-mode.js';
import { speaksTlsAtOnce } from './tls-probe.js';

/** Ports where servers greet in clear; a silent one there is slow, not wrongly paired. */
const CLEAR_PORTS: ReadonlySet<number> = new Set([25, 587, 2525]);
const PATIENCE_MS = 1500;
const HANDSHAKE_MS = 1500;

/**
 * Watches a connection in clear whose server does not greet: it may be waiting for TLS. Finding that out takes seconds
 * and names the setting; waiting for the greeting takes `ConnectionTimeout` and names nothing.
 *
 * @param silent whether the server has said nothing yet
 * @param found called when the server speaks TLS from the first byte
 * @returns a function that ends the watch
 */
export function watchSilence(
  settings: ResolvedMailSettings,
  connection: SMTPConnection,
  silent: () => boolean,
  found: () => void,
): () => void {
  const { host, port } = settings;
  if (host === undefined || CLEAR_PORTS.has(port) || tlsMode(settings.secureSocketOption, port).implicit)
    return () => {};
  const timer = setTimeout(
    () => {
      const socket = connection._socket;
      if (!socket || socket.connecting || !silent()) return;
      void speaksTlsAtOnce(host, port, HANDSHAKE_MS).then(speaks => {
        if (speaks && silent()) found();
      });
    },
    Math.min(PATIENCE_MS, (settings.connectionTimeout * 1000) / 3),
  );
  return () => clearTimeout(timer);
}
