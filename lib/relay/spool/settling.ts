import { withFolderNames } from './held-folder.js';
import { openForWriting } from './open-writers.js';
import type { SecondNames } from './second-names.js';
import type { SpoolEntry } from './spool-entry.js';
import { HAS_SECOND_NAME } from './spool-entry.js';

/** What tells whether files are finished. */
export interface SettlingOptions {
  /** A path that leads to the folder now. */
  readonly folder: () => string;
  /** Milliseconds without a change after which a file counts as finished. */
  readonly settleMs: number;
  /** Knows files that relays are giving back. */
  readonly secondNames: SecondNames;
  /** The time of day as the folder's file system has it, in milliseconds since 1970. */
  readonly now: () => number;
  /** Told once of every entry that cannot be taken. */
  readonly onLeft: (name: string, reason: string) => void;
}

/** An empty file settles so many times as long, because its writer is likely to fill it soon. */
const EMPTY_SETTLES_LONGER = 2.5;
/** A file that a process holds open for so long without writing to it counts as finished. */
const HELD_OPEN_MS = 60_000;
/** A file that settles is not looked at again sooner, however short its time to settle is. */
const SHORTEST_RECHECK_MS = 50;
/** A file that a process holds open is not looked at again sooner. */
const HELD_OPEN_RECHECK_MS = 1000;
/** A file that keeps a second name for so long is told of: relays give files back within moments, or die at it. */
const SECOND_NAME_MS = 60_000;
/** A relay may rename its folder during one look, so that what it has claimed is missed; not during two. */
const LOOKS = 2;

/** Finds out when a file that was seen in the folder is finished, so that it can be taken. */
export class Settling {
  readonly #options: SettlingOptions;
  /** Names of files that processes have open for writing; undefined until this scan has asked. */
  #writers: Set<string> | undefined;

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /** A scan begins: what processes and relays have may have changed. */
  begin(): void {
    this.#writers = undefined;
    this.#options.secondNames.begin();
  }

  /** When a file is to be looked at again that has changed now, on the monotonic clock. */
  recheckAt(file: { size: number }): number {
    return performance.now() + this.#settleMs(file);
  }

  /** Whether a file that is seen for the first time is finished already. */
  isFinished({ name, size, mtimeMs }: SpoolEntry): boolean {
    return this.#options.now() - mtimeMs >= this.#settleMs({ size }) && !this.#isOpen(name);
  }

  /** Looks whether a file that settles is finished now. */
  async look(entry: SpoolEntry): Promise<void> {
    const now = performance.now();
    if (now < entry.recheckAt) return;
    if (entry.links > 1n && !(await this.canBeTaken(entry)))
      entry.recheckAt = now + Math.max(this.#settleMs(entry), HELD_OPEN_RECHECK_MS);
    else if (now - entry.changedAt < HELD_OPEN_MS && this.#isOpen(entry.name))
      entry.recheckAt = now + Math.max(this.#settleMs(entry), HELD_OPEN_RECHECK_MS);
    else entry.state = 'ready';
  }

  /**
   * Whether a file with several names can be taken: none of them may be that of a mail which another relay has, and in a folder
   * that others may write to none may be that of a file elsewhere, so there it can never be.
   */
  async canBeTaken(entry: SpoolEntry): Promise<boolean> {
    const { secondNames, onLeft } = this.#options;
    const isClaimed = await secondNames.isClaimed(entry.inode);
    if (!isClaimed && !(await secondNames.areOfOthers())) return ++entry.looks >= LOOKS;
    entry.looks = 0;
    if (!entry.isTold && performance.now() - entry.changedAt >= SECOND_NAME_MS) {
      entry.isTold = true;
      onLeft(entry.name, HAS_SECOND_NAME);
    }
    return false;
  }

  #settleMs({ size }: { size: number }): number {
    const settleMs = this.#options.settleMs * (size === 0 ? EMPTY_SETTLES_LONGER : 1);
    return Math.max(settleMs, SHORTEST_RECHECK_MS);
  }

  /** Whether a process has a file open for writing. Asked once a scan at most, because it means going through all processes. */
  #isOpen(name: string): boolean {
    this.#writers ??= openForWriting(withFolderNames(this.#options.folder()));
    return this.#writers.has(name);
  }
}
