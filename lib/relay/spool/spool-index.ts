import type { SpoolEntry } from './spool-entry.js';

/** What is known of the files in a folder, by their names. */
export class SpoolIndex extends Map<string, SpoolEntry> {
  /** Mails that the last scan saw beyond those that are known. */
  beyond = 0;

  /** The names of the files that are perhaps still being written. */
  get settling(): string[] {
    return [...this.values()].filter(({ state }) => state === 'settling').map(({ name }) => name);
  }

  /** The names of the files that can be taken at a moment on the monotonic clock, the oldest last. */
  takeable(now: number): string[] {
    return [...this.values()]
      .filter(({ state, due }) => state === 'ready' && due <= now)
      .sort(
        (left, right) =>
          right.mtimeMs - left.mtimeMs || right.ctimeMs - left.ctimeMs || (left.name < right.name ? 1 : -1),
      )
      .map(({ name }) => name);
  }

  /** The names of the mails that wait for another try at a moment on the monotonic clock, those that wait longest last. */
  waitingNames(now: number): string[] {
    return [...this.values()]
      .filter(({ state, due }) => state === 'ready' && due > now)
      .sort((left, right) => left.due - right.due)
      .map(({ name }) => name);
  }

  /** A copy of the entries that cannot be taken: another scanner of the same folder need not tell of them again. */
  get left(): SpoolIndex {
    const entries = [...this.values()].filter(({ state }) => state === 'left');
    return new SpoolIndex(entries.map(entry => [entry.name, { ...entry, lastScan: 0 }]));
  }

  /** How many mails are there, those included that wait for another try. */
  get count(): number {
    const mails = [...this.values()].filter(({ state }) => state !== 'left');
    return mails.length + this.beyond;
  }

  /** How many mails wait for another try. */
  get waiting(): number {
    return this.waitingNames(performance.now()).length;
  }

  /** When the oldest mail was written, in milliseconds since 1970. */
  get oldest(): number | undefined {
    let oldest: number | undefined;
    for (const { state, mtimeMs } of this.values())
      if (state !== 'left' && (oldest === undefined || mtimeMs < oldest)) oldest = mtimeMs;
    return oldest;
  }

  /** The names of the mails that were written before a moment and are not being worked on. */
  olderThan(time: number): string[] {
    return [...this.values()]
      .filter(({ state, mtimeMs }) => (state === 'ready' || state === 'done') && mtimeMs < time)
      .map(({ name }) => name);
  }
}
