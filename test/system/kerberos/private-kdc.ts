import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePorts } from '../../support/free-ports.js';
import { ProcessGroup } from '../../support/process-group.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { accepts } from '../mail-servers/accepts.js';

/** The realm of every private KDC. */
export const REALM = 'CONTOSO.TEST';

/** Where the programs of MIT Kerberos are. */
export interface KerberosPrograms {
  readonly krb5kdc: string;
  readonly kdb5Util: string;
  readonly kadminLocal: string;
  readonly kinit: string;
}

/** How a ticket is asked for. */
export interface TicketRequest {
  /** Life of the ticket in seconds. @default 36000 */
  readonly lifeSeconds?: number;
}

const PROGRAMS: KerberosPrograms = {
  krb5kdc: '/usr/sbin/krb5kdc',
  kdb5Util: '/usr/sbin/kdb5_util',
  kadminLocal: '/usr/sbin/kadmin.local',
  kinit: '/usr/bin/kinit',
};
const PACKAGES = 'krb5-kdc krb5-admin-server krb5-user';
const START_TIMEOUT_MS = 20_000;
const LIFE_SECONDS = 36_000;

const run = promisify(execFile);

/** A real key distribution centre (RFC 4120) that belongs to one test: on loopback only, with a realm of its own. */
export class PrivateKdc {
  readonly #directory: TemporaryDirectory;
  readonly #programs: KerberosPrograms;
  readonly #port: number;
  #processes: ProcessGroup | undefined;

  private constructor(programs: KerberosPrograms, port: number) {
    this.#directory = temporaryDirectory();
    this.#programs = programs;
    this.#port = port;
  }

  /**
   * Starts a KDC with an empty realm. End it with {@link stop}.
   *
   * @throws Error saying how to install Kerberos when there is none, or what its log says when it does not start
   */
  static async start(programs = PROGRAMS): Promise<PrivateKdc> {
    const missing = Object.values(programs).filter(path => !existsSync(path));
    if (missing.length > 0) {
      throw new Error(
        `These tests need a real Kerberos (${missing.join(', ')}) and are not skipped without it. ` +
          `Install it with "apt-get install ${PACKAGES}" (Debian, Ubuntu); its own service need not run.`,
      );
    }
    const [port = 0] = await freePorts(1);
    const kdc = new PrivateKdc(programs, port);
    try {
      // The configuration and the keytab are read by processes of Dovecot, which run as users other than root.
      chmodSync(kdc.#directory.path, 0o755);
      kdc.#directory.write('krb5.conf', clientConfiguration(port));
      kdc.#directory.write('kdc.conf', serverConfiguration(kdc.#directory.path, port));
      await run(programs.kdb5Util, ['create', '-s', '-r', REALM, '-P', 'master'], { env: kdc.#environment });
      await kdc.restart();
      return kdc;
    } catch (error) {
      const log = kdc.log();
      await kdc.stop();
      throw new Error(`The private KDC did not start. Its log:\n${log}`, { cause: error });
    }
  }

  /** `krb5.conf`, for whoever asks this KDC: the value of `KRB5_CONFIG`. */
  get configurationFile(): string {
    return join(this.#directory.path, 'krb5.conf');
  }

  /** Everything that it has logged. */
  log(): string {
    return ['output', 'kdc.log']
      .map(name => join(this.#directory.path, name))
      .filter(file => existsSync(file))
      .map(file => readFileSync(file, 'utf8'))
      .join('');
  }

  /** Process ids of this KDC. */
  processIds(): number[] {
    return this.#processes?.members() ?? [];
  }

  /**
   * Adds accounts, of persons (`ann`) or services (`smtp/localhost`), with random keys.
   *
   * @returns a keytab that holds the keys of all of them
   */
  async addAccounts(...principals: readonly string[]): Promise<string> {
    const keytab = join(this.#directory.path, `${principals[0]?.replaceAll('/', '-')}.keytab`);
    for (const principal of principals) await this.#administer(`addprinc -randkey ${principal}`);
    await this.#administer(`ktadd -k ${keytab} ${principals.join(' ')}`);
    chmodSync(keytab, 0o644);
    return keytab;
  }

  /** Removes an account; keytabs and tickets of it stay. */
  async removeAccount(principal: string): Promise<void> {
    await this.#administer(`delprinc -force ${principal}`);
  }

  /**
   * Gets a ticket for an account of this keytab, as `kinit` does for a person.
   *
   * @param cache name of the cache; a ticket that is there already is replaced
   * @returns the cache: the value of `KRB5CCNAME`
   */
  async ticket(account: string, keytab: string, cache: string, request: TicketRequest = {}): Promise<string> {
    const file = this.emptyCache(cache);
    const life = `${request.lifeSeconds ?? LIFE_SECONDS}s`;
    await run(this.#programs.kinit, ['-l', life, '-k', '-t', keytab, '-c', file, account], {
      env: this.#environment,
    });
    return file;
  }

  /** A cache in which nothing is: the value of `KRB5CCNAME`. */
  emptyCache(name: string): string {
    return `FILE:${join(this.#directory.path, `${name}.cache`)}`;
  }

  /** Kills it at once. The realm stays. */
  async kill(): Promise<void> {
    await this.#processes?.kill();
    this.#processes = undefined;
  }

  /** Lets it take connections and answer nothing, until {@link thaw}. */
  freeze(): void {
    this.#signal('SIGSTOP');
  }

  /** Lets it answer again, also what it was asked in the meantime. */
  thaw(): void {
    this.#signal('SIGCONT');
  }

  /** Starts it again after {@link kill}. Done when it listens. */
  async restart(): Promise<void> {
    await this.kill();
    // -n: stays in the foreground and in our process group.
    const processes = ProcessGroup.start(
      '/usr/bin/env',
      [...variables(this.#environment), this.#programs.krb5kdc, '-n', '-r', REALM],
      join(this.#directory.path, 'output'),
    );
    this.#processes = processes;
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await accepts(this.#port))) {
      if (!processes.running || Date.now() > deadline) throw new Error('The KDC does not listen.');
      await sleep(20);
    }
  }

  /** Ends it and removes everything that it wrote; harmless when done twice. */
  async stop(): Promise<void> {
    await this.kill();
    this.#directory.remove();
  }

  get #environment(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      KRB5_CONFIG: this.configurationFile,
      KRB5_KDC_PROFILE: join(this.#directory.path, 'kdc.conf'),
    };
  }

  /** Not to the shell of the process group: it has to notice when the tests are gone. */
  #signal(signal: NodeJS.Signals): void {
    const daemons = this.processIds().filter(pid => nameOf(pid) === 'krb5kdc');
    for (const pid of daemons) process.kill(pid, signal);
  }

  async #administer(query: string): Promise<void> {
    const { stderr } = await run(this.#programs.kadminLocal, ['-r', REALM, '-q', query], {
      env: this.#environment,
    });
    // It exits with 0 whatever becomes of the query.
    const complaint = stderr.split('\n').find(line => /while|failed|error/i.test(line));
    if (complaint !== undefined) throw new Error(`"${query}": ${complaint}`);
  }
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}

function variables(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}

/** No DNS, neither for the KDC nor to make another host name of the one that is asked for. */
function clientConfiguration(port: number): string {
  return `[libdefaults]
  default_realm = ${REALM}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  # TCP alone: a KDC that is down refuses the connection, where an answer by UDP would be waited for.
  udp_preference_limit = 1

[realms]
  ${REALM} = {
    kdc = 127.0.0.1:${port}
  }
`;
}

function serverConfiguration(directory: string, port: number): string {
  return `[kdcdefaults]
  kdc_listen = 127.0.0.1:${port}
  kdc_tcp_listen = 127.0.0.1:${port}

[realms]
  ${REALM} = {
    database_name = ${directory}/principal
    key_stash_file = ${directory}/stash
    supported_enctypes = aes256-cts-hmac-sha1-96:normal
    max_life = 10h
  }

[logging]
  kdc = FILE:${directory}/kdc.log
`;
}
