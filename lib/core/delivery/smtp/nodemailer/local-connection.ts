import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { ownAddresses } from '../../../address/loopback.js';

/** What nodemailer reads of a host name that it has resolved. */
interface Resolved {
  /** All are tried, those of IPv6 first. */
  readonly _addresses: readonly string[];
}

/**
 * A connection of nodemailer to a name of this machine. nodemailer would ask name servers for it, which may lead a password
 * that may cross this machine in clear to another one; here nobody is asked (RFC 6761 6.3). The name stays that of the
 * certificate.
 */
export class LocalConnection extends SMTPConnection {
  /** Takes the place of nodemailer's own method. */
  _resolveAndConnect(_target: object, connect: (resolved: Resolved) => void): void {
    connect({ _addresses: ownAddresses() });
  }
}
