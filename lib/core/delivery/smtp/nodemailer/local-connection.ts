import { ownAddresses } from '../../../address/loopback.js';
import { MailConnection } from './mail-connection.js';

/**
 * Milliseconds for one address before the next one is tried. Those of this machine answer at once; the quarter of a second
 * that Node.js gives is over in a process that is busy, which would leave a server behind that listens on the first one only.
 */
const ATTEMPT_MS = 2000;

/** What a socket is to be connected with. */
interface Target {
  autoSelectFamilyAttemptTimeout?: number;
}

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
export class LocalConnection extends MailConnection {
  /** Takes the place of nodemailer's own method. */
  _resolveAndConnect(target: Target, connect: (resolved: Resolved) => void): void {
    target.autoSelectFamilyAttemptTimeout ??= ATTEMPT_MS;
    connect({ _addresses: ownAddresses() });
  }
}
