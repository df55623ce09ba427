import type { SpoolEntry } from './spool-entry.js';
import type { SpoolIndex } from './spool-index.js';

/** The share of all mails that must wait, so that it pays to go through all for those that do. */
const WORTH_SORTING = 0.1;

/**
 * Room for what one scan finds. Neither entries that cannot be taken nor mails that wait for another try keep a mail out that
 * could be taken now: the former have a room of their own, the latter make room and are found again by a later scan.
 */
export class RoomInIndex {
  readonly #index: SpoolIndex;
  readonly #most: number;
  readonly #scan: number;
  /** How many entries are known that cannot be taken. */
  #left = 0;
  /** Names of mails that can make room, those that wait longest last. */
  #waiting: string[] = [];
  /** Whether there were so few of these that it is not worth to look for more. */
  #areFew = false;
  /** Mails that have made room to others. */
  readonly #gone = new Set<string>();

  /**
   * @param most mails, and as many other entries, that there is room for
   * @param scan the number of the scan
   */
  constructor(index: SpoolIndex, most: number, scan: number) {
    this.#index = index;
    this.#most = most;
    this.#scan = scan;
    for (const { state } of index.values()) if (state === 'left') this.#left++;
  }

  /**
   * Whether there is room for a name that is not known.
   *
   * @param others how many names were given room already that are not in the index yet: there may be room when they are
   */
  hasOne(name: string, others: number): boolean {
    if (this.#gone.has(name)) return false;
    if (this.#index.size - this.#left + others < this.#most) return true;
    const waits = this.#nextWaiting(others);
    if (!waits) return false;
    this.#index.delete(waits.name);
    this.#gone.add(waits.name);
    // Else the scan comes to it, and counts it then.
    if (waits.lastScan === this.#scan) this.#index.beyond++;
    return true;
  }

  /** Takes room for one more entry that cannot be taken; false when there is none. */
  takeLeft(): boolean {
    if (this.#left >= this.#most) return false;
    this.#left++;
    return true;
  }

  /** A mail that can make room. */
  #nextWaiting(others: number): SpoolEntry | undefined {
    for (;;) {
      while (this.#waiting.length > 0) {
        const entry = this.#index.get(this.#waiting.pop() ?? '');
        if (entry?.state === 'ready') return entry;
      }
      if (this.#areFew || others > 0) return undefined;
      // Those too that have come with this scan: only so every mail of a large folder is looked at.
      this.#waiting = this.#index.waitingNames(performance.now());
      this.#areFew = this.#waiting.length < this.#most * WORTH_SORTING;
    }
  }
}
