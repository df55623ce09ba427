import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificate } from '../../support/certificates.js';
import { createCertificateAuthority } from '../../support/certificates.js';
import { freePorts } from '../../support/free-ports.js';
import { ProcessGroup } from '../../support/process-group.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { accepts } from '../mail-servers/accepts.js';
import { waitUntilEmpty } from './mail-queue.js';
import type { CopyUnit, DeliveredMail } from './maildir.js';
import { copiesById, readMaildir } from './maildir.js';
import type { PostfixDirectories, PostfixPorts } from './postfix-configuration.js';
import { MAILBOX_USER, MAILDIR, mainCf, masterCf } from './postfix-configuration.js';
import type { PostfixInstallation } from './postfix-programs.js';
import { configurationComplaint, findPostfix, runPostfixCommand } from './postfix-programs.js';

/** What a test wants of its Postfix. */
export interface PrivatePostfixOptions {
  /** Further local parts, and the reply that `RCPT TO` them gets. */
  readonly faults?: Readonly<Record<string, string>>;
  /** Parameters of `main.cf` on top of the harness's own. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Recipients that are refused, in whatever domain. */
const FAULTS: Readonly<Record<string, string>> = {
  busy: '450 4.2.1 The mailbox is busy',
  gone: '550 5.1.1 The mailbox is gone',
  leaving: '421 4.3.2 The server is leaving',
};
const START_TIMEOUT_MS = 20_000;

/** A real Postfix that belongs to one test: on loopback only, with its own queue, delivering into one Maildir. */
export class PrivatePostfix {
  readonly host = '127.0.0.1';
  readonly ports: PostfixPorts;
  /** Certificate of the authority that signed the server's certificate, PEM. */
  readonly ca: string;
  readonly #installation: PostfixInstallation;
  readonly #directory: TemporaryDirectory;
  readonly #directories: PostfixDirectories;
  #processes: ProcessGroup | undefined;

  private constructor(
    installation: PostfixInstallation,
    directory: TemporaryDirectory,
    ports: PostfixPorts,
    ca: string,
  ) {
    this.#installation = installation;
    this.#directory = directory;
    this.#directories = directoriesBelow(directory.path);
    this.ports = ports;
    this.ca = ca;
  }

  /**
   * Starts a Postfix with an empty queue and an empty Maildir. End it with {@link stop}.
   *
   * @throws Error saying how to install Postfix when there is none, or what its log says when it does not start
   */
  static async start(options: PrivatePostfixOptions = {}): Promise<PrivatePostfix> {
    const installation = await findPostfix();
    const [plain = 0, startTls = 0, implicitTls = 0] = await freePorts(3);
    const authority = createCertificateAuthority();
    const certificate = authority.issue({ hosts: ['localhost', '127.0.0.1'] });
    const ports = { plain, startTls, implicitTls };
    const postfix = new PrivatePostfix(installation, temporaryDirectory(), ports, authority.cert);
    try {
      postfix.#configure(certificate, options);
      await runPostfixCommand(installation, 'postfix', ['-c', postfix.#directories.configuration, 'check']);
      await postfix.restart();
      return postfix;
    } catch (error) {
      const complaint = await configurationComplaint(installation, postfix.#directories.configuration);
      const log = postfix.log();
      await postfix.stop();
      throw new Error(`The private Postfix did not start. ${complaint} Its log:\n${log}`, { cause: error });
    }
  }

  /** The Maildir into which everything is delivered. */
  get maildir(): string {
    return join(this.#directories.mailboxes, MAILDIR);
  }

  /** Kills all processes of Postfix at the same moment, as a crash would. Queue and Maildir stay. */
  async kill(): Promise<void> {
    await this.#processes?.kill();
    this.#processes = undefined;
  }

  /** Starts Postfix again after {@link kill}, with the same ports, queue and Maildir. Done when it greets. */
  async restart(): Promise<void> {
    await this.kill();
    const { daemonDirectory } = this.#installation;
    const { configuration } = this.#directories;
    const master = join(daemonDirectory, 'master');
    // -d: stays in the foreground and in our process group.
    const processes = ProcessGroup.start(master, ['-c', configuration, '-d'], this.#outputFile);
    this.#processes = processes;
    for (const port of Object.values(this.ports)) await untilListening(port, processes);
  }

  /** Ends Postfix and removes everything that it wrote; harmless when done twice. */
  async stop(): Promise<void> {
    await this.kill();
    this.#directory.remove();
  }

  /** Process ids of Postfix. */
  processIds(): number[] {
    return this.#processes?.members() ?? [];
  }

  /** Makes Postfix try all mails in its queue now. */
  async flushQueue(): Promise<void> {
    await runPostfixCommand(this.#installation, 'postqueue', ['-c', this.#directories.configuration, '-f']);
  }

  /**
   * Waits until everything that Postfix accepted is in the Maildir.
   *
   * @throws Error with the log when mails still wait after this time
   */
  async idle(timeoutMs = 60_000): Promise<void> {
    const waiting = await waitUntilEmpty(this.#directories.queue, timeoutMs);
    if (waiting.length === 0) return;
    throw new Error(
      `${waiting.length} mails still wait in the queue (${waiting.slice(0, 3).join(', ')}, …). The end of the log:\n${this.logEnd()}`,
    );
  }

  /** Every copy of every mail in the Maildir. */
  mails(): Promise<DeliveredMail[]> {
    return readMaildir(this.maildir);
  }

  /**
   * Counts copies by an id in the body, over all recipients. Make ids of letters, digits and dashes: then no transfer
   * encoding changes them.
   *
   * @param pattern what an id looks like; its first group, where it has one, is the id
   * @param unit `deliveries` counts files; `acceptances` leaves out what Postfix, killed, delivered twice by itself
   */
  async countById(pattern: RegExp, unit: CopyUnit = 'deliveries'): Promise<Map<string, number>> {
    const sums = new Map<string, number>();
    for (const [id, recipients] of await this.countByIdAndRecipient(pattern, unit))
      sums.set(
        id,
        [...recipients.values()].reduce((sum, count) => sum + count, 0),
      );
    return sums;
  }

  /** Counts copies by an id in the body, for each recipient: see {@link countById}. */
  async countByIdAndRecipient(
    pattern: RegExp,
    unit: CopyUnit = 'deliveries',
  ): Promise<Map<string, Map<string, number>>> {
    return copiesById(await this.mails(), pattern, unit);
  }

  /** Everything that Postfix has logged. */
  log(): string {
    return [this.#outputFile, this.#logFile]
      .filter(file => existsSync(file))
      .map(file => readFileSync(file, 'utf8'))
      .join('');
  }

  /** The last lines of the log. */
  logEnd(count = 40): string {
    return this.log().split('\n').slice(-count).join('\n');
  }

  get #logFile(): string {
    return join(this.#directories.log, 'maillog');
  }

  get #outputFile(): string {
    return join(this.#directories.log, 'output');
  }

  #configure(certificate: Certificate, options: PrivatePostfixOptions): void {
    const { path } = this.#directory;
    const { mailboxes, log, queue } = this.#directories;
    // Postfix's processes run as users other than root, and must get through.
    chmodSync(path, 0o755);
    for (const directory of [mailboxes, log, queue]) mkdirSync(directory, { mode: 0o755 });
    chownSync(mailboxes, MAILBOX_USER, MAILBOX_USER);
    const configuration = mainCf({
      installation: this.#installation,
      directories: this.#directories,
      logFile: this.#logFile,
      keyFile: this.#directory.write('etc/key.pem', certificate.key),
      certificateFile: this.#directory.write('etc/certificate.pem', certificate.cert),
      faults: { ...FAULTS, ...options.faults },
      parameters: options.parameters ?? {},
    });
    this.#directory.write('etc/main.cf', configuration);
    this.#directory.write('etc/master.cf', masterCf(this.ports));
  }
}

function directoriesBelow(path: string): PostfixDirectories {
  return {
    configuration: join(path, 'etc'),
    queue: join(path, 'queue'),
    data: join(path, 'data'),
    mailboxes: join(path, 'mailboxes'),
    log: join(path, 'log'),
  };
}

async function untilListening(port: number, processes: ProcessGroup): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await accepts(port))) {
    if (!processes.running) throw new Error('Postfix ended while it started.');
    if (Date.now() > deadline) throw new Error(`Postfix does not listen on port ${port}.`);
    await sleep(20);
  }
}
