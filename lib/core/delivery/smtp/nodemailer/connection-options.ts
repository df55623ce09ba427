import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';
import { tlsMode } from '../../../settings/tls-mode.js';
import type { SmtpDeliveryOptions } from '../smtp-options.js';

/** Octets of the largest reply that is read to its end. What is quoted of it is far shorter. */
const LARGEST_REPLY = 4 * 1024 * 1024;
/** How much later than our own deadline nodemailer's timers fire. */
const LATER_MS = 1000;

/** The options of nodemailer's connection: the table of TLS modes, time-outs in milliseconds. */
export function connectionOptions({ settings, extra }: SmtpDeliveryOptions): SMTPConnectionOptions {
  const { dkim: _dkim, auth: _auth, maxMessages: _maxMessages, name: _name, ...rest } = extra;
  const mode = tlsMode(settings.secureSocketOption, settings.port);
  // The session's own deadline covers all of this and says what was late; these only stand in should it fail.
  const connectionTimeout = settings.connectionTimeout * 1000 + LATER_MS;
  return {
    maxResponseSize: LARGEST_REPLY,
    ...rest,
    host: settings.host ?? 'localhost',
    port: settings.port,
    secure: mode.implicit,
    ignoreTLS: !mode.implicit && mode.startTls === 'never',
    // The session refuses a connection that stays in clear; nodemailer would say STARTTLS to a server that knows no such thing.
    requireTLS: false,
    opportunisticTLS: false,
    connectionTimeout,
    greetingTimeout: connectionTimeout,
    dnsTimeout: connectionTimeout,
    socketTimeout: settings.socketTimeout * 1000,
    // A connection that is given up is cut at once: nothing of it may outlive a signal or a shutdown.
    socketCloseTimeout: 0,
    tls: { minVersion: 'TLSv1.2', ...rest.tls },
    lmtp: false,
    transactionLog: true,
    debug: false,
  };
}
