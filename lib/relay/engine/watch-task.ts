import type { RelayTuning } from '../relay-options.js';
import { FolderWatcher } from '../spool/folder-watcher.js';
import type { RelayFolders } from '../spool/relay-folders.js';
import type { MailProcessor } from './mail-processor.js';
import type { RelayTask, RelayTaskParts } from './relay-task.js';
import { SHORTEST_REST_MS } from './relay-task.js';

/** What a folder is watched with. */
export interface WatchTaskParts extends RelayTaskParts {
  readonly folders: RelayFolders;
  readonly processor: MailProcessor;
  readonly tuning: RelayTuning;
}

/** After a scan there is a rest so many times as long: scans take at most a fifth of the time. */
const REST_PER_SCAN = 4;

/** Scans a folder again and again: when it has changed, when a mail is due, and as often as the option `pollMs` says. */
export class WatchTask implements RelayTask {
  readonly #parts: WatchTaskParts;
  /** Whether the folder has changed since the last scan began. */
  #changed = false;

  constructor(parts: WatchTaskParts) {
    this.#parts = parts;
  }

  /** Watches until `stopping` fires. */
  async run(): Promise<void> {
    const { folders, stopping } = this.#parts;
    let watched = folders.pickup;
    let watcher = this.#watch(watched);
    try {
      while (!stopping.aborted) {
        await this.#scanAndRest();
        if (folders.pickup === watched) continue;
        // Another folder has taken the place of the one that is watched.
        watcher.close();
        watched = folders.pickup;
        watcher = this.#watch(watched);
      }
    } finally {
      watcher.close();
    }
  }

  #watch(folder: string): FolderWatcher {
    const { emit } = this.#parts;
    return new FolderWatcher(
      folder,
      () => this.#onChange(),
      reason => emit({ type: 'problem', reason: `The folder is polled only, it sends no events: ${reason}` }),
    );
  }

  #onChange(): void {
    const { workers, notifier } = this.#parts;
    this.#changed = true;
    if (workers.idle > 0) notifier.notify();
  }

  async #scanAndRest(): Promise<void> {
    const { scan, scanner, workers, pause, notifier, tuning, stopping } = this.#parts;
    this.#changed = false;
    const tookMs = await scan.run();
    await this.#giveUpOld();
    notifier.notify();
    await this.#rest(Math.max(SHORTEST_REST_MS, tookMs * REST_PER_SCAN));
    // Nobody waited for the notification of a change that came during the scan or the rest.
    if (stopping.aborted || (this.#changed && workers.idle > 0)) return;
    // As long as a folder cannot be scanned, what is known of it does not change.
    const changeMs = scan.trouble === undefined ? scanner.nextChangeMs() : undefined;
    const soonestMs = Math.min(changeMs ?? Infinity, tuning.pollMs);
    await notifier.wait(Math.min(Math.max(soonestMs, pause.remainingMs), tuning.pollMs));
  }

  /** Waits the whole time, whatever changes in the folder, unless the relay is stopped. */
  async #rest(ms: number): Promise<void> {
    const { notifier, stopping } = this.#parts;
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !stopping.aborted; left = until - performance.now())
      await notifier.wait(left);
  }

  /** While no mail is tried, because the server is unavailable, mails can reach the age at which they are given up. */
  async #giveUpOld(): Promise<void> {
    const { scanner, pause, processor, tuning, stopping } = this.#parts;
    const { current } = pause;
    if (!current) return;
    for (const name of scanner.index.olderThan(Date.now() - tuning.retry.giveUpAfterMs)) {
      if (stopping.aborted || !scanner.take(name)) return;
      await processor.giveUp(name, current.reason);
    }
  }
}
