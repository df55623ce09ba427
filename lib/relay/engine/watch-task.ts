import type { RelayTuning } from '../relay-options.js';
import { FolderWatcher } from '../spool/folder-watcher.js';
import type { RelayFolders } from '../spool/relay-folders.js';
import { OngoingTrouble } from './ongoing-trouble.js';
import type { RelayTask, RelayTaskParts } from './relay-task.js';
import { SHORTEST_REST_MS } from './relay-task.js';
import { TROUBLE_REST_MS } from './relay-trouble.js';

/** What a folder is watched with. */
export interface WatchTaskParts extends RelayTaskParts {
  readonly folders: RelayFolders;
  readonly tuning: RelayTuning;
}

/** So long after events could not be had they are asked for again. */
const WATCH_AGAIN_MS = 60_000;
/** After a scan there is a rest so many times as long: scans take at most a fifth of the time. */
const REST_PER_SCAN = 4;

/** Scans a folder again and again: when it has changed, when a mail is due, and as often as the option `pollMs` says. */
export class WatchTask implements RelayTask {
  readonly #parts: WatchTaskParts;
  readonly #notWatched: OngoingTrouble;
  /** Whether the folder has changed since the last scan began. */
  #changed = false;

  constructor(parts: WatchTaskParts) {
    this.#parts = parts;
    this.#notWatched = new OngoingTrouble('The folder is polled only, it sends no events', parts.emit);
  }

  /** Watches until `stopping` fires. */
  async run(): Promise<void> {
    const { folders, scan, stopping } = this.#parts;
    let watched = folders.pickup;
    // Should that fail, the first scan finds out whether the folder can be used at all.
    let watcher = new FolderWatcher(
      watched,
      () => this.#onChange(),
      () => {},
    );
    let again = 0;
    try {
      while (!stopping.aborted) {
        await this.#scanAndRest();
        const now = performance.now();
        const isToBeTried = !watcher.isWatching && !scan.isTroubled && now >= again;
        // Another folder may have taken the place of the one that is watched.
        if (folders.pickup === watched && !isToBeTried) continue;
        watcher.close();
        watched = folders.pickup;
        watcher = this.#watch(watched);
        again = now + WATCH_AGAIN_MS;
      }
    } finally {
      watcher.close();
    }
  }

  #watch(folder: string): FolderWatcher {
    return new FolderWatcher(
      folder,
      () => this.#onChange(),
      reason => this.#notWatched.failed(new Error(reason)),
    );
  }

  #onChange(): void {
    const { workers, notifier } = this.#parts;
    this.#changed = true;
    if (workers.idle > 0) notifier.notify();
  }

  async #scanAndRest(): Promise<void> {
    const { scan, scanner, workers, pause, overdue, notifier, tuning, stopping } = this.#parts;
    this.#changed = false;
    const tookMs = await scan.run();
    await overdue.run();
    notifier.notify();
    await this.#rest(Math.max(SHORTEST_REST_MS, tookMs * REST_PER_SCAN));
    // Nobody waited for the notification of a change that came during the scan or the rest.
    if (stopping.aborted || (this.#changed && workers.idle > 0)) return;
    // What is known of a folder does not change as long as it cannot be looked at.
    if (scan.isTroubled) return notifier.wait(Math.min(TROUBLE_REST_MS, tuning.pollMs));
    const soonestMs = Math.min(scanner.nextChangeMs() ?? Infinity, tuning.pollMs);
    await notifier.wait(Math.min(Math.max(soonestMs, pause.remainingMs), tuning.pollMs));
  }

  /** Waits the whole time, whatever changes in the folder, unless the relay is stopped. */
  async #rest(ms: number): Promise<void> {
    const { notifier, stopping } = this.#parts;
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !stopping.aborted; left = until - performance.now())
      await notifier.wait(left);
  }
}
