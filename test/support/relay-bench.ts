import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import type { MailRelayOptions } from 'nest-mailroom/relay';
import type { MailSinkOptions } from './mail-sink.js';
import { MailSink } from './mail-sink.js';
import { RelayApp } from './relay-app.js';
import type { TemporaryDirectory } from './temporary-directory.js';
import { temporaryDirectory } from './temporary-directory.js';

/** What each test of a relay starts with: an empty folder and a server, and what it opens is closed after it. */
export class RelayBench {
  readonly #defaults: Partial<MailRelayOptions>;
  readonly #closers: { close(): Promise<void> }[] = [];
  #ready: { folder: TemporaryDirectory; sink: MailSink } | undefined;

  constructor(defaults: Partial<MailRelayOptions>) {
    this.#defaults = defaults;
  }

  /** The pickup directory. */
  get folder(): TemporaryDirectory {
    return this.#current.folder;
  }

  /** The server that the relay hands mails to. */
  get sink(): MailSink {
    return this.#current.sink;
  }

  /** Starts a relay from the folder to the server. */
  async relay(options: Partial<MailRelayOptions> = {}, more: object = {}): Promise<RelayApp> {
    const { host, port } = this.sink;
    const settings = { Host: host, Port: port, PickupDirectory: this.folder.path, ...more };
    return this.closing(await RelayApp.start({ settings, ...this.#defaults, ...options }));
  }

  /** Closes something after the test. */
  closing<T extends { close(): Promise<void> }>(closer: T): T {
    this.#closers.push(closer);
    return closer;
  }

  /** Names of the mails in the folder. */
  mails(): string[] {
    return readdirSync(this.folder.path).filter(name => name.endsWith('.eml'));
  }

  /** Names in the badmail folder. */
  badmail(): string[] {
    const folder = join(this.folder.path, 'badmail');
    return existsSync(folder) ? readdirSync(folder).toSorted() : [];
  }

  /** Before each test. */
  async open(options: MailSinkOptions): Promise<void> {
    this.#ready = { folder: temporaryDirectory(), sink: await MailSink.start(options) };
  }

  /** After each test. */
  async close(): Promise<void> {
    for (const closer of this.#closers.splice(0).toReversed()) await closer.close();
    await this.sink.close();
    this.folder.remove();
    this.#ready = undefined;
  }

  get #current(): { folder: TemporaryDirectory; sink: MailSink } {
    if (!this.#ready) throw new Error('Only a running test has a folder and a server.');
    return this.#ready;
  }
}

/** Gives every test of a file a folder and a server. */
export function useRelayBench(
  defaults: Partial<MailRelayOptions> = {},
  sinkOptions: MailSinkOptions = {},
): RelayBench {
  const bench = new RelayBench(defaults);
  beforeEach(() => bench.open(sinkOptions));
  afterEach(() => bench.close());
  return bench;
}
