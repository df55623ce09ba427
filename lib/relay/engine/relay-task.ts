import type { ServerPause } from '../../core/delivery/server-pause.js';
import type { RelayEvent } from '../relay-event.js';
import type { SpoolScanner } from '../spool/spool-scanner.js';
import type { FolderScan } from './folder-scan.js';
import type { Notifier } from './notifier.js';
import type { OverdueMails } from './overdue-mails.js';
import type { WorkerPool } from './worker-pool.js';

/** What a relay does with its folder while its workers work: watch it, or drain it. */
export interface RelayTask {
  /** Does it; resolves when it is done, or soon after `stopping` has fired. */
  run(): Promise<void>;
}

/** What every task works with. */
export interface RelayTaskParts {
  readonly scanner: SpoolScanner;
  readonly scan: FolderScan;
  readonly workers: WorkerPool;
  readonly pause: ServerPause;
  readonly overdue: OverdueMails;
  /** Wakes idle workers, and the task itself. */
  readonly notifier: Notifier;
  /** Fires when a shutdown begins. */
  readonly stopping: AbortSignal;
  readonly emit: (event: RelayEvent) => void;
}

/** Milliseconds between two scans at least: a burst of events leads to one scan. */
export const SHORTEST_REST_MS = 25;
