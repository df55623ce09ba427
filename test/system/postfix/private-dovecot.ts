import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessGroup } from '../../support/process-group.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

/** What a test wants of its Dovecot. */
export interface PrivateDovecotOptions {
  /** SASL mechanisms that it offers, such as `plain login`. */
  readonly mechanisms: string;
  /** Passwords by user name. @default no user has a password */
  readonly users?: Readonly<Record<string, string>>;
  /** Settings of `dovecot.conf` on top of the harness's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Settings of the database that is asked about access tokens (`dovecot-oauth2.conf.ext`). @default none is asked */
  readonly oauth2?: Readonly<Record<string, string>>;
}

const PROGRAM = '/usr/sbin/dovecot';
const OAUTH2_FILE = 'oauth2.conf';
const START_TIMEOUT_MS = 20_000;

/** A real Dovecot that belongs to one test: nothing but its authentication service, for Postfix to ask. */
export class PrivateDovecot {
  readonly #directory: TemporaryDirectory;
  #processes: ProcessGroup | undefined;

  private constructor(directory: TemporaryDirectory) {
    this.#directory = directory;
  }

  /**
   * Starts a Dovecot. End it with {@link stop}.
   *
   * @throws Error saying how to install Dovecot when there is none, or what its log says when it does not start
   */
  static async start(options: PrivateDovecotOptions, program = PROGRAM): Promise<PrivateDovecot> {
    if (!existsSync(program)) {
      throw new Error(
        'These tests need a real Dovecot and are not skipped without it. Install it with "apt-get install dovecot-core" ' +
          '(Debian, Ubuntu); its own service need not run.',
      );
    }
    const dovecot = new PrivateDovecot(temporaryDirectory());
    // Dovecot's and Postfix's processes run as users other than root, and must get through.
    chmodSync(dovecot.#directory.path, 0o755);
    const { path } = dovecot.#directory;
    const users = Object.entries(options.users ?? {}).map(([name, password]) => `${name}:{PLAIN}${password}`);
    dovecot.#directory.write('users', `${users.join('\n')}\n`);
    if (options.oauth2) dovecot.#directory.write(OAUTH2_FILE, settingLines(options.oauth2));
    dovecot.#directory.write('dovecot.conf', configuration(path, options));
    try {
      await dovecot.restart();
      return dovecot;
    } catch (error) {
      await dovecot.stop();
      throw error;
    }
  }

  /** The socket on which Postfix asks. */
  get socket(): string {
    return join(this.#directory.path, 'run', 'sasl');
  }

  /** Parameters for a Postfix that takes mail only from who has logged in, and offers that only under TLS. */
  get postfixParameters(): Record<string, string> {
    return {
      smtpd_sasl_auth_enable: 'yes',
      smtpd_sasl_type: 'dovecot',
      smtpd_sasl_path: this.socket,
      smtpd_sasl_security_options: 'noanonymous',
      smtpd_tls_auth_only: 'yes',
      smtpd_recipient_restrictions: 'permit_sasl_authenticated, reject',
    };
  }

  /** Process ids of this Dovecot. */
  processIds(): number[] {
    return this.#processes?.members() ?? [];
  }

  /** Everything that it has logged. */
  log(): string {
    const file = join(this.#directory.path, 'log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Kills all its processes. The configuration stays. */
  async kill(): Promise<void> {
    await this.#processes?.kill();
    this.#processes = undefined;
    // Killed, it leaves its socket behind, which would look as if it were back, and its number, which keeps the next one
    // from starting as long as nobody has buried the process.
    for (const file of [this.socket, join(this.#directory.path, 'run', 'master.pid')])
      rmSync(file, { force: true });
  }

  /** Starts it again after {@link kill}. Done when its socket is there. */
  async restart(): Promise<void> {
    await this.kill();
    const { path } = this.#directory;
    // -F: stays in the foreground and in our process group.
    const processes = ProcessGroup.start(
      PROGRAM,
      ['-F', '-c', join(path, 'dovecot.conf')],
      join(path, 'output'),
    );
    this.#processes = processes;
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!existsSync(this.socket)) {
      if (!processes.running || Date.now() > deadline) {
        const output = readFileSync(join(path, 'output'), 'utf8');
        throw new Error(`The private Dovecot did not start. Its output and log:\n${output}\n${this.log()}`);
      }
      await sleep(20);
    }
  }

  /** Ends it and removes everything that it wrote; harmless when done twice. */
  async stop(): Promise<void> {
    await this.kill();
    this.#directory.remove();
  }
}

function settingLines(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** Where Dovecot asks about a token: before the passwords, which know nothing of tokens. */
function tokenDatabase(directory: string): string {
  return `passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${directory}/${OAUTH2_FILE}
}`;
}

function configuration(directory: string, options: PrivateDovecotOptions): string {
  return `
base_dir = ${directory}/run
state_dir = ${directory}/run
log_path = ${directory}/log
protocols =
ssl = no
auth_mechanisms = ${options.mechanisms}
auth_verbose = yes
# Nothing: names of users may be of any characters.
auth_username_chars =
# A wrong password is answered at once, and so is the next one from the same address; waiting proves nothing.
auth_failure_delay = 0 secs
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
${options.oauth2 ? tokenDatabase(directory) : ''}
passdb {
  driver = passwd-file
  args = username_format=%u ${directory}/users
}
service auth {
  unix_listener sasl {
    mode = 0666
  }
}
${settingLines(options.settings ?? {})}`;
}
