import { isLoopbackAddress, isLoopbackName } from '../address/loopback.js';
import type { SecureSocketOption } from './mail-settings.js';

/** Port of SMTP with TLS from the first byte (RFC 8314). */
export const IMPLICIT_TLS_PORT = 465;
const SMTP_PORT = 25;

/** What a {@link SecureSocketOption} asks of a connection. */
export interface TlsMode {
  /** TLS before the greeting. */
  readonly implicit: boolean;
  /** What to do about STARTTLS (RFC 3207) on a clear connection. */
  readonly startTls: 'never' | 'when-offered' | 'always';
}

/** The port that is used when the settings give 0 or none. */
export function defaultPort(option: SecureSocketOption): number {
  return option === 'SslOnConnect' ? IMPLICIT_TLS_PORT : SMTP_PORT;
}

/** Maps the setting and the port to what the connection does: the table of MailKit's SecureSocketOptions. */
export function tlsMode(option: SecureSocketOption, port: number): TlsMode {
  switch (option) {
    case 'None':
      return { implicit: false, startTls: 'never' };
    case 'SslOnConnect':
      return { implicit: true, startTls: 'never' };
    case 'StartTls':
      return { implicit: false, startTls: 'always' };
    case 'StartTlsWhenAvailable':
      return { implicit: false, startTls: 'when-offered' };
    case 'Auto':
      return port === IMPLICIT_TLS_PORT
        ? { implicit: true, startTls: 'never' }
        : { implicit: false, startTls: 'when-offered' };
  }
}

/**
 * Whether a host is this machine by its name or address. Where a connection leads is told by the address of its socket
 * alone; this is for what is said before there is one.
 */
export function isLoopbackHost(host: string): boolean {
  return isLoopbackName(host) || isLoopbackAddress(host);
}
