import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect } from '@jest/globals';
import type { ReceivedMail } from '../../support/mail-sink.js';
import { MailSink } from '../../support/mail-sink.js';
import type { RunResult } from '../../support/run-script.js';
import { ATTACKER } from './accounts.js';
import type { Attack } from './attacks.js';
import { DEFERRED, EARLIER, REFUSED } from './attacks.js';
import { RelayOfAccount } from './relay-of-account.js';
import type { Sharing } from './shared-folder.js';
import { NEVER, SharedFolder } from './shared-folder.js';

const BUSY = 'busy@contoso.com';
const NOBODY = 'nobody@contoso.com';
const SLOW = 'slow@contoso.com';
const SLOW_MS = 1000;

/** A shared folder with a private one beside it, a server, and a relay between them that is attacked. */
export class AttackedRelay {
  readonly folder: SharedFolder;
  readonly #sink: MailSink;
  readonly #before: readonly string[];
  readonly #honest = new Set<string>();
  #relay: RelayOfAccount | undefined;

  private constructor(folder: SharedFolder, sink: MailSink) {
    this.folder = folder;
    this.#sink = sink;
    this.#before = folder.privateFacts();
  }

  static async open(sharing: Sharing): Promise<AttackedRelay> {
    let isSlow = false;
    const sink = await MailSink.start({
      rejectRecipient: address => {
        if (address === SLOW) isSlow = true;
        if (address === BUSY) return { code: 450, message: '4.2.1 mailbox busy' };
        return address === NOBODY ? { code: 550, message: '5.1.1 no such user' } : undefined;
      },
      delayDataMs: () => (isSlow ? SLOW_MS : 0),
      rejectData: () => (isSlow ? { code: 451, message: '4.3.0 try again later' } : undefined),
    });
    return new AttackedRelay(new SharedFolder(sharing, { Host: sink.host, Port: sink.port }), sink);
  }

  get relay(): RelayOfAccount {
    if (!this.#relay) throw new Error('The relay was not started.');
    return this.#relay;
  }

  /** Hands in a mail that must go out. */
  handIn(name: string): void {
    this.#honest.add(name);
    this.folder.handIn(name);
  }

  /** Starts the relay and waits until it works; returns how it ended when it refuses to. */
  async start(args: readonly string[] = []): Promise<RunResult | undefined> {
    if (!this.#honest.has(EARLIER)) this.handIn(EARLIER);
    this.#relay = RelayOfAccount.start(this.folder, args);
    await this.relay.until('the first mail went out', () => this.#arrived(EARLIER).length > 0);
    return this.relay.end;
  }

  /** The attacker hands in mails that make the relay write into its own folders; then an honest one must still go out. */
  async work(): Promise<void> {
    this.folder.handIn(DEFERRED, BUSY, ATTACKER);
    this.folder.handIn(REFUSED, NOBODY, ATTACKER);
    this.handIn('later.eml');
    await this.relay.until('the later mail went out', () => this.#arrived('later.eml').length > 0);
    await this.relay.until('two mails were refused', () =>
      [BUSY, NOBODY].every(address => this.#sink.commands.some(line => line.includes(address))),
    );
    // The outcome of a mail is settled after the server has told it.
    await delay(300);
  }

  /** Has a mail under way that the server takes its time for, and refuses for now, as all that come behind it. */
  async underWay(name: string): Promise<void> {
    this.folder.handIn(name, SLOW);
    await this.relay.until('a mail was under way', () =>
      this.#sink.commands.some(line => line.includes(SLOW)),
    );
    await delay(200);
  }

  attack({ path, put }: Attack): void {
    this.folder.attack(path, there => put(there, this.folder));
  }

  /** Nothing outside of the pickup directory was changed, moved, deleted or mailed. */
  expectNoHarm(): void {
    expect(this.folder.privateFacts()).toEqual(this.#before);
    expect(this.#sink.messages.flatMap(({ envelope }) => envelope.to)).not.toContain(NEVER);
    expect(this.#sink.messages.filter(({ raw }) => raw.includes('secret'))).toEqual([]);
    for (const name of this.#honest) {
      const arrived = this.#arrived(name).length;
      expect({ name, arrived, holds: this.folder.holds(name) }).toEqual({
        name,
        arrived: arrived === 0 ? 0 : 1,
        holds: arrived === 0,
      });
    }
  }

  /** Ends the relay, which must heed it, and looks that no harm was done. */
  async expectEnd(): Promise<RunResult> {
    const end = await this.relay.stop();
    expect(end).toMatchObject({ code: 0, stderr: '' });
    this.expectNoHarm();
    return end;
  }

  async close(): Promise<void> {
    await this.#relay?.kill();
    await this.#sink.close();
    this.folder.remove();
  }

  #arrived(name: string): ReceivedMail[] {
    return this.#sink.messages.filter(({ raw }) => raw.includes(`Message-ID: <${name}@contoso.com>`));
  }
}

/** Gives every test of a file a function that opens a folder, which is closed after it. */
export function useAttackedRelay(): (sharing: Sharing) => Promise<AttackedRelay> {
  const open: AttackedRelay[] = [];
  beforeEach(() => {
    open.length = 0;
  });
  afterEach(async () => {
    for (const attacked of open) await attacked.close();
  });
  return async sharing => {
    const attacked = await AttackedRelay.open(sharing);
    open.push(attacked);
    return attacked;
  };
}
