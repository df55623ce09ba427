import { messageOf } from '../../core/errors/error-facts.js';
import { visible } from '../../core/redaction/printable.js';
import type { RelayEvent } from '../relay-event.js';
import type { RelayTuning } from '../relay-options.js';
import { FolderWatcher } from '../spool/folder-watcher.js';
import type { RelayLease } from '../spool/relay-lease.js';
import type { SpoolScanner } from '../spool/spool-scanner.js';
import type { StaleRelays } from '../spool/stale-relays.js';
import { printableName } from './badmail.js';
import type { Notifier } from './notifier.js';
import type { RelayWorker } from './relay-worker.js';
import type { ServerPause } from './server-pause.js';

/** What a loop works with. */
export interface RelayLoopParts {
  readonly directory: string;
  readonly folder: SpoolScanner;
  readonly worker: RelayWorker;
  readonly berth: RelayLease;
  readonly deadRelays: StaleRelays;
  readonly pause: ServerPause;
  readonly bell: Notifier;
  /** Mails worked on at the same time. */
  readonly lanes: number;
  readonly tuning: RelayTuning;
  readonly emit: (event: RelayEvent) => void;
}

/** A burst of events leads to one look. */
const SHORTEST_REST_MS = 25;
/** Looking takes at most this part of the time. */
const REST_PER_LOOK = 4;
/** How often a drain looks for signs of life of relays that it does not know to live. */
const UNDECIDED_MS = 500;
/** A file that never stops changing does not keep a drain from ending. */
const DRAIN_PATIENCE = 3;

/** Looks into the folder again and again, and lets a few lanes work on what is found. */
export class RelayLoop {
  readonly #parts: RelayLoopParts;
  readonly #lanes: Promise<void>[] = [];
  #looking: Promise<void> | undefined;
  #heart: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();
  #watcher: FolderWatcher | undefined;
  #stopping = false;
  /** Whether the folder has changed since the last look began. */
  #changed = false;
  #hungry = 0;
  #undecided = 0;
  #inFlight = 0;
  readonly #told = new Set<string>();
  #lastTrouble = '';

  constructor(parts: RelayLoopParts) {
    this.#parts = parts;
  }

  /** Mails being worked on. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Files that are claimed by relays of which it is not known whether they live. */
  get undecided(): number {
    return this.#undecided;
  }

  /** Why the folder could not be looked at; undefined when it could. */
  get trouble(): string | undefined {
    return this.#told.has('look') ? this.#lastTrouble : undefined;
  }

  /** Works until {@link stop}. */
  watch(): void {
    const { directory, bell, emit } = this.#parts;
    this.#begin();
    this.#watcher = new FolderWatcher(
      directory,
      () => {
        this.#changed = true;
        if (this.#hungry > 0) bell.notify();
      },
      reason => emit({ type: 'problem', reason: `The folder is polled only, it sends no events: ${reason}` }),
    );
    this.#looking = this.#lookAgainAndAgain();
  }

  /** Works until everything that is there has been tried once, or the server cannot be used. */
  async drain(): Promise<void> {
    const { folder, pause, bell, emit } = this.#parts;
    this.#begin();
    const patience = new Map<string, number>();
    while (!this.#stopping) {
      await this.#look();
      bell.notify();
      while ((folder.hasNext || this.#inFlight > 0) && !this.#stopping && !pause.current) await bell.wait(50);
      if (pause.current || this.#stopping) break;
      if (this.#undecided > 0 && !this.#told.has('undecided')) {
        this.#told.add('undecided');
        const reason = `Another relay, of which it is not known whether it lives, has claimed ${this.#undecided} of the mails. Waiting for a sign of life.`;
        emit({ type: 'problem', reason });
      }
      const hopeful = folder.known.settling.filter(name => {
        const looks = (patience.get(name) ?? 0) + 1;
        patience.set(name, looks);
        return looks <= DRAIN_PATIENCE;
      });
      if (hopeful.length > 0) await bell.wait(Math.max(folder.nextChangeMs() ?? 0, SHORTEST_REST_MS));
      else if (this.#undecided > 0) await bell.wait(UNDECIDED_MS);
      else if (this.#told.has('look') || (!folder.hasNext && (await this.#isDrained()))) break;
    }
    // Who was interrupted has not waited for them.
    if (pause.current || this.#stopping) return;
    for (const name of folder.known.settling)
      emit({ type: 'left', file: printableName(name), reason: 'is still being written' });
  }

  /** Lets every lane finish what it has, and leaves the folder as it found it. */
  async stop(): Promise<void> {
    const { bell, berth } = this.#parts;
    this.#stopping = true;
    this.#watcher?.close();
    bell.notify();
    await this.#looking;
    await Promise.all(this.#lanes);
    clearInterval(this.#heart);
    await this.#beating;
    await berth.close();
  }

  #begin(): void {
    const { tuning, lanes } = this.#parts;
    // Several signs of life within a lease, whatever keeps one from coming through.
    this.#heart = setInterval(() => this.#beat(), tuning.leaseMs / 6);
    for (let lane = 0; lane < lanes; lane++) this.#lanes.push(this.#work());
  }

  async #lookAgainAndAgain(): Promise<void> {
    const { folder, pause, bell, tuning } = this.#parts;
    while (!this.#stopping) {
      const took = await this.#look();
      await this.#giveUpOld();
      bell.notify();
      await this.#rest(Math.max(SHORTEST_REST_MS, took * REST_PER_LOOK));
      // Nobody heard the bell during the look and the rest.
      if (this.#changed && this.#hungry > 0) continue;
      // What is known of a folder that cannot be looked at does not change.
      const change = this.#told.has('look') ? undefined : folder.nextChangeMs();
      const soonest = Math.min(change ?? Infinity, tuning.pollMs);
      const paused = pause.remainingMs;
      if (!this.#stopping) await bell.wait(Math.min(Math.max(soonest, paused), tuning.pollMs));
    }
  }

  /** Not to be woken by events. */
  async #rest(ms: number): Promise<void> {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !this.#stopping; left = until - performance.now())
      await this.#parts.bell.wait(left);
  }

  async #look(): Promise<number> {
    const { folder, deadRelays, berth, emit } = this.#parts;
    const began = performance.now();
    this.#changed = false;
    await this.#telling('recover', 'What a dead relay left cannot be taken up', async () => {
      const { files, undecided, problems } = await deadRelays.recover(berth.folder);
      this.#undecided = undecided;
      if (files > 0) emit({ type: 'recovered', files });
      if (problems.length > 0) throw problems[0];
    });
    await this.#telling('look', 'The folder cannot be looked at', () => folder.look());
    return performance.now() - began;
  }

  /** The end of a drain is only believed when another look finds nothing new. */
  async #isDrained(): Promise<boolean> {
    await this.#look();
    const { folder } = this.#parts;
    return !folder.hasNext && this.#inFlight === 0;
  }

  /** While the server cannot be used, mails grow old without being tried. */
  async #giveUpOld(): Promise<void> {
    const { folder, pause, worker, tuning } = this.#parts;
    const { current } = pause;
    if (!current) return;
    for (const name of folder.known.olderThan(Date.now() - tuning.retry.giveUpAfterMs)) {
      if (this.#stopping || !folder.take(name)) return;
      await worker.giveUp(name, current.reason);
    }
  }

  async #work(): Promise<void> {
    const { folder, pause, bell, worker } = this.#parts;
    while (!this.#stopping) {
      const name = pause.current ? undefined : folder.next();
      if (name === undefined) {
        this.#hungry++;
        await bell.wait(pause.current ? pause.remainingMs : undefined);
        this.#hungry--;
        continue;
      }
      this.#inFlight++;
      await worker.work(name);
      this.#inFlight--;
      // Whoever waits for the last one to be done, or for more to do.
      if (!folder.hasNext) bell.notify();
    }
  }

  #beat(): void {
    const { berth } = this.#parts;
    this.#beating = this.#beating.then(() =>
      this.#telling('beat', 'The relay cannot give its sign of life', () => berth.beat()),
    );
  }

  /** Does something that must not end the loop; the same trouble is told once, until it is over. */
  async #telling(kind: string, what: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
      this.#told.delete(kind);
    } catch (error) {
      if (kind === 'look') this.#lastTrouble = messageOf(error);
      if (this.#told.has(kind)) return;
      this.#told.add(kind);
      this.#parts.emit({ type: 'problem', reason: `${what}: ${visible(messageOf(error))}` });
    }
  }
}
