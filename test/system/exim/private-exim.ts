import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificateAuthority } from '../../support/certificates.js';
import { freePorts } from '../../support/free-ports.js';
import { MAILBOX_ACCOUNT, PrivateRoot } from '../mail-servers/private-root.js';
import { RootedMailServer } from '../mail-servers/rooted-mail-server.js';
import { findUnpackedPrograms } from '../mail-servers/unpacked-programs.js';
import { eventually } from '../postfix/eventually.js';
import type { EximConfiguration } from './exim-configuration.js';
import { CERTIFICATE_FILE, eximConfiguration, KEY_FILE, MAILDIR, SPOOL } from './exim-configuration.js';

/** What a test wants of its Exim. */
export type PrivateEximOptions = Partial<Omit<EximConfiguration, 'ports'>>;

const DEFAULTS: Omit<EximConfiguration, 'ports'> = {
  options: {},
  acl: {},
  users: {},
  mechanisms: ['PLAIN', 'LOGIN'],
};
/** Debian's own place: Exim gives up its rights when it is told another one. */
const CONFIGURATION_FILE = '/etc/exim4/exim4.conf';
/** The account that Debian's Exim is built for. */
const EXIM_ACCOUNT = 901;

/**
 * A real Exim that belongs to one test: on loopback only, with its own spool, delivering into one Maildir. Debian's Exim looks
 * for its account `Debian-exim` at every start and starts itself anew, without our environment, for each delivery: so it
 * runs in a root directory of its own, where it finds account, configuration, libraries and spool at their usual places.
 */
export class PrivateExim extends RootedMailServer {
  /**
   * Starts an Exim with an empty spool and an empty Maildir. End it with {@link stop}.
   *
   * @throws Error saying how to get Exim when there is none, or what its log says when it does not start
   */
  static async start(options: PrivateEximOptions = {}): Promise<PrivateExim> {
    const root = new PrivateRoot(findUnpackedPrograms('usr/sbin/exim4'));
    const [plain = 0, startTls = 0, implicitTls = 0] = await freePorts(3);
    const ports = { plain, startTls, implicitTls };
    const authority = createCertificateAuthority();
    const certificate = authority.issue({ hosts: ['localhost', '127.0.0.1'] });
    for (const [folder, owner] of [
      [SPOOL, EXIM_ACCOUNT],
      ['/var/log/exim', EXIM_ACCOUNT],
      ['/var/mail', MAILBOX_ACCOUNT.id],
    ] as const) {
      mkdirSync(root.path(folder), { recursive: true, mode: 0o755 });
      chownSync(root.path(folder), owner, owner);
    }
    root.write(CONFIGURATION_FILE, eximConfiguration({ ...DEFAULTS, ...options, ports }));
    root.write(CERTIFICATE_FILE, certificate.cert);
    root.write(KEY_FILE, certificate.key);
    chownSync(root.path(KEY_FILE), 0, EXIM_ACCOUNT);
    chmodSync(root.path(KEY_FILE), 0o640);
    // -bdf: in the foreground; -q1s: what waits is tried again every second.
    await root.start('/usr/sbin/exim4', ['-bdf', '-q1s'], Object.values(ports));
    return new PrivateExim(root, ports, authority.cert, MAILDIR);
  }

  /** Waits until everything that Exim accepted is in the Maildir. */
  override async idle(): Promise<void> {
    const input = this.root.path(join(SPOOL, 'input'));
    // A message that is delivered has neither header nor data file.
    const empty = (): boolean => !existsSync(input) || readdirSync(input).length === 0;
    await eventually('Exim delivers everything', empty).catch((error: unknown) => {
      throw new Error(`Exim did not deliver everything. The end of its log:\n${this.log().slice(-3000)}`, {
        cause: error,
      });
    });
  }
}
