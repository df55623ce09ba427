import { chmodSync, chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import type { SmtpPolicy } from '../../support/policy-smtp-server.js';
import { PolicySmtpServer } from '../../support/policy-smtp-server.js';
import { iisMail, publish } from '../../support/relay-app.js';
import { TalkingChild } from '../../support/talking-child.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

/** The account `nobody`. */
export const NOBODY = 65_534;
/** What `setpriv` is given to run a program as that account. */
export const AS_NOBODY = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] as const;

/** One line that a relay has printed. */
export interface PrintedLine {
  readonly event: string;
  readonly [fact: string]: unknown;
}

/** A relay of an ordinary user on a folder of that user: root could do everything, whatever the rights. */
export class OrdinaryRelay {
  /** What it has printed. */
  readonly lines: PrintedLine[] = [];
  readonly child: TalkingChild;
  readonly #reading: Promise<void>;

  private constructor(child: TalkingChild) {
    this.child = child;
    this.#reading = this.#read();
  }

  /** Starts the built command line; resolves when it works. */
  static async start(settingsFile: string, args: readonly string[] = []): Promise<OrdinaryRelay> {
    const relay = ['dist/cli/main.js', 'relay', '--settings', settingsFile, '--json', ...args];
    const started = new OrdinaryRelay(
      await TalkingChild.start('setpriv', [...AS_NOBODY, process.execPath, ...relay]),
    );
    await started.until(() => started.of('started').length > 0);
    return started;
  }

  /** The lines of one event. */
  of(event: string): PrintedLine[] {
    return this.lines.filter(line => line.event === event);
  }

  /** Waits until something holds; looks whenever a line comes, and now and then. */
  async until(holds: () => boolean): Promise<void> {
    let ended = false;
    void this.child.ended.then(() => (ended = true));
    while (!holds()) {
      if (ended) throw new Error(`The relay has ended: ${JSON.stringify(this.lines)} ${this.child.stderr}`);
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    await this.child.kill('SIGTERM');
    await this.#reading;
  }

  async #read(): Promise<void> {
    for (let line = await this.child.line(); line !== undefined; line = await this.child.line())
      this.lines.push(JSON.parse(line) as PrintedLine);
  }
}

/** A folder of an ordinary user, a server, and a relay between them, for each test. */
export class OrdinaryScene {
  readonly #roots: { readonly above: TemporaryDirectory; readonly settings: TemporaryDirectory };
  #relay: OrdinaryRelay | undefined;
  #server: PolicySmtpServer | undefined;

  constructor() {
    this.#roots = { above: temporaryDirectory(), settings: temporaryDirectory() };
    for (const { path } of Object.values(this.#roots)) chmodSync(path, 0o755);
    this.#roots.above.write('pickup/.keep', '');
    for (const path of [this.above, this.folder]) chownSync(path, NOBODY, NOBODY);
  }

  /** The folder in which the pickup directory lies. */
  get above(): string {
    return this.#roots.above.path;
  }

  /** The pickup directory. */
  get folder(): string {
    return join(this.above, 'pickup');
  }

  /** The relay that was started last. */
  get relay(): OrdinaryRelay {
    if (!this.#relay) throw new Error('No relay was started.');
    return this.#relay;
  }

  /** The server of the relay. */
  get server(): PolicySmtpServer {
    if (!this.#server) throw new Error('No server was started.');
    return this.#server;
  }

  /** Puts mails of the user into the folder. */
  publish(mails: number, prefix = 'm'): void {
    for (let index = 0; index < mails; index++) {
      const to = [`${prefix}@contoso.com`];
      publish(this.folder, `${prefix}${index}.eml`, iisMail(`${prefix}${index}`, to));
      chownSync(join(this.folder, `${prefix}${index}.eml`), NOBODY, NOBODY);
    }
  }

  /** Starts server and relay. */
  async start(
    policy: SmtpPolicy = {},
    args: readonly string[] = [],
    delayDotMs = 40,
  ): Promise<OrdinaryRelay> {
    this.#server = await PolicySmtpServer.start(policy, { delayDotMs });
    return this.startAgain(args);
  }

  /** Starts another relay to the same server. */
  async startAgain(args: readonly string[] = []): Promise<OrdinaryRelay> {
    const { host, port } = this.server;
    const MailSettings = { Host: host, Port: port, PickupDirectory: this.folder };
    const file = this.#roots.settings.write('appsettings.json', JSON.stringify({ MailSettings }));
    this.#relay = await OrdinaryRelay.start(file, args);
    return this.#relay;
  }

  /** Names of mails in the folder. */
  mails(): string[] {
    return readdirSync(this.folder).filter(name => name.endsWith('.eml'));
  }

  /** Ends what was started, and removes the folders. */
  async close(): Promise<void> {
    await this.#relay?.child.kill('SIGKILL');
    await this.#server?.close();
    for (const root of Object.values(this.#roots)) root.remove();
  }
}

/** Gives every test of a file a scene. */
export function useOrdinaryScene(): { readonly now: OrdinaryScene } {
  let scene: OrdinaryScene | undefined;
  beforeEach(() => {
    scene = new OrdinaryScene();
  });
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });
  return {
    get now() {
      if (!scene) throw new Error('Only a running test has a scene.');
      return scene;
    },
  };
}
