import type { PauseReason, ServerPause } from '../../core/delivery/server-pause.js';
import { messageOf } from '../../core/errors/error-facts.js';
import type { RelayEvent } from '../relay-event.js';
import { readableText } from '../spool/held-folder.js';
import type { RelayLease } from '../spool/relay-lease.js';
import type { SpoolScanner } from '../spool/spool-scanner.js';
import type { FolderScan } from './folder-scan.js';
import type { LeaseRenewal } from './lease-renewal.js';
import type { Leftovers } from './leftovers.js';
import type { Notifier } from './notifier.js';
import type { OngoingTrouble } from './ongoing-trouble.js';
import type { RelayTask } from './relay-task.js';
import type { RelayTrouble } from './relay-trouble.js';
import type { WorkerPool } from './worker-pool.js';

/** What an engine is put together from. */
export interface RelayEngineParts {
  readonly lease: RelayLease;
  readonly renewal: LeaseRenewal;
  readonly scanner: SpoolScanner;
  readonly scan: FolderScan;
  readonly workers: WorkerPool;
  readonly task: RelayTask;
  readonly pause: ServerPause;
  readonly notifier: Notifier;
  readonly trouble: RelayTrouble;
  readonly badmailTrouble: OngoingTrouble;
  readonly leftovers: Leftovers;
  /** Fires at the end of the grace time of a shutdown. */
  readonly cut: AbortSignal;
  readonly emit: (event: RelayEvent) => void;
}

/** The working part of a relay: it has a lease on the folder from its making until it is stopped. */
export class RelayEngine {
  readonly #parts: RelayEngineParts;
  #running: Promise<unknown> = Promise.resolve();

  constructor(parts: RelayEngineParts) {
    this.#parts = parts;
  }

  /** What is known of the files in the folder. */
  get scanner(): SpoolScanner {
    return this.#parts.scanner;
  }

  /** Why nothing is tried now; undefined when mails are tried. */
  get pause(): PauseReason | undefined {
    return this.#parts.pause.current;
  }

  /** Mails being worked on. */
  get inFlight(): number {
    return this.#parts.workers.inFlight;
  }

  /** Files claimed by relays of which it is not known whether they live. */
  get undecided(): number {
    return this.#parts.scan.undecided;
  }

  /** Why nothing can be taken from the folder, or moved to badmail; undefined when all is well. */
  get trouble(): string | undefined {
    return this.#parts.trouble.current ?? this.#parts.badmailTrouble.current;
  }

  /** Does the task of the relay; resolves when that is done. To be called once. */
  run(): Promise<void> {
    const { task, workers } = this.#parts;
    const working = workers.run();
    const doing = task.run();
    this.#running = Promise.all([doing, working]);
    return doing;
  }

  /** Lets idle workers take what a scan from outside has found. */
  wakeWorkers(): void {
    if (this.#parts.scanner.hasNext) this.#parts.notifier.notify();
  }

  /** Resolves when every worker has finished its mail and the lease is given up. The signal `stopping` must have fired. */
  async stop(): Promise<void> {
    const { notifier, renewal, lease, leftovers, cut, emit } = this.#parts;
    notifier.notify();
    await this.#running;
    await leftovers.finish(cut);
    await renewal.stop();
    try {
      await lease.close();
    } catch (error) {
      // Nothing is lost by that: the next relay looks at what is left.
      const reason = `The folder of this relay could not be removed: ${readableText(messageOf(error))}`;
      emit({ type: 'problem', reason });
    }
  }
}
