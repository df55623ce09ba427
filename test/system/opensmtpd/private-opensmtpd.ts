import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { createCertificateAuthority } from '../../support/certificates.js';
import { freePorts } from '../../support/free-ports.js';
import { MAILBOX_ACCOUNT, PrivateRoot } from '../mail-servers/private-root.js';
import { RootedMailServer } from '../mail-servers/rooted-mail-server.js';
import { findUnpackedPrograms } from '../mail-servers/unpacked-programs.js';
import { eventually } from '../postfix/eventually.js';
import type { OpenSmtpdConfiguration } from './opensmtpd-configuration.js';
import { CERTIFICATE_FILE, KEY_FILE, MAILDIR, openSmtpdConfiguration } from './opensmtpd-configuration.js';

/** What a test wants of its OpenSMTPD. */
export type PrivateOpenSmtpdOptions = Partial<Omit<OpenSmtpdConfiguration, 'ports'>>;

const CONFIGURATION_FILE = '/etc/smtpd.conf';

/**
 * A real OpenSMTPD that belongs to one test: on loopback only, with its own spool, delivering into one Maildir. Its accounts,
 * its spool, its socket and its helpers have fixed names and places: so it runs in a root directory of its own.
 *
 * The one of Debian 12 (6.8.0p2, linked with OpenSSL 3) offers TLS and ends every handshake with the alert "internal error", in its log
 * "missing private key", whatever the key: `openssl s_client` gets no further. So these tests send to it in clear.
 */
export class PrivateOpenSmtpd extends RootedMailServer {
  /**
   * Starts an OpenSMTPD with an empty spool and an empty Maildir. End it with {@link stop}.
   *
   * @throws Error saying how to get OpenSMTPD when there is none, or what it printed when it does not start
   */
  static async start(options: PrivateOpenSmtpdOptions = {}): Promise<PrivateOpenSmtpd> {
    const root = new PrivateRoot(findUnpackedPrograms('usr/sbin/smtpd'));
    const [plain = 0, startTls = 0, implicitTls = 0] = await freePorts(3);
    const ports = { plain, startTls, implicitTls };
    const authority = createCertificateAuthority();
    const certificate = authority.issue({ hosts: ['localhost', '127.0.0.1'] });
    mkdirSync(root.path('/var/mail'), { recursive: true });
    chownSync(root.path('/var/mail'), MAILBOX_ACCOUNT.id, MAILBOX_ACCOUNT.id);
    mkdirSync(root.path('/var/lib/opensmtpd/empty'), { recursive: true, mode: 0o755 });
    const configuration = { lines: [], ...options, ports };
    root.write(CONFIGURATION_FILE, openSmtpdConfiguration(configuration));
    root.write(CERTIFICATE_FILE, certificate.cert);
    root.write(KEY_FILE, certificate.key);
    chmodSync(root.path(KEY_FILE), 0o600);
    chmodSync(root.path(CONFIGURATION_FILE), 0o644);
    // -d: in the foreground, logging what it does to the standard error.
    await root.start('/usr/sbin/smtpd', ['-d', '-v'], Object.values(ports));
    return new PrivateOpenSmtpd(root, ports, authority.cert, MAILDIR);
  }

  /** Waits until everything that OpenSMTPD accepted is in the Maildir. */
  override async idle(): Promise<void> {
    // By the log, which is written before the reply 250: now and then a file of a delivered mail stays in the queue.
    const waiting = (): string[] => {
      const log = this.log();
      const done = new Set(evpIds(log, /mda delivery evpid=(\w+) .* stat=Delivered/g));
      return evpIds(log, /smtp envelope evpid=(\w+)/g).filter(id => !done.has(id));
    };
    await eventually('OpenSMTPD delivers everything', () => waiting().length === 0).catch(
      (error: unknown) => {
        throw new Error(
          `OpenSMTPD did not deliver everything. The end of its log:\n${this.log().slice(-3000)}`,
          {
            cause: error,
          },
        );
      },
    );
  }
}

/** The names that OpenSMTPD gives to each recipient of a mail. */
function evpIds(log: string, pattern: RegExp): string[] {
  return [...log.matchAll(pattern)].map(([, id = '']) => id);
}
