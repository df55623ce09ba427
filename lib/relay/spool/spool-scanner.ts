import type { BigIntStats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../core/errors/error-facts.js';
import { openForWriting } from './open-writers.js';
import type { SpoolEntry } from './spool-entry.js';
import { isPublished, notAFile, versionOf } from './spool-entry.js';
import { SpoolIndex } from './spool-index.js';

/** How a folder is watched. */
export interface SpoolScannerOptions {
  readonly directory: string;
  /** Milliseconds without a change after which a file counts as finished. */
  readonly settleMs: number;
  /** Milliseconds until a file that is seen for the first time may be tried, because of earlier tries. */
  readonly waitOf: (name: string, file: { size: number; mtimeMs: number }) => Promise<number>;
  /** The time of day as the folder's file system has it, in milliseconds since 1970. */
  readonly now: () => number;
  /** Told once of every entry that cannot be taken. */
  readonly onLeft: (name: string, reason: string) => void;
}

/** Most files that are known at the same time; the others are only counted until there is room. */
const MOST_KNOWN = 50_000;
const AT_ONCE = 64;
/** An empty file is likely to be filled soon. */
const EMPTY_SETTLES_LONGER = 2.5;
/** A file that somebody holds open without writing counts as finished at last. */
const HELD_OPEN_MS = 60_000;
/** Never looked at again sooner, however short the time to settle. */
const SHORTEST_RECHECK_MS = 50;
const HELD_OPEN_RECHECK_MS = 1000;

/** The finished mails in a folder, oldest first. Remembers what it has seen, so that a look costs little. */
export class SpoolScanner {
  readonly #options: SpoolScannerOptions;
  /** What is known of the files. */
  readonly known = new SpoolIndex();
  /** Names that can be taken, the oldest last. */
  #queue: string[] = [];
  #look = 0;
  #looking: Promise<void> | undefined;
  #sortedAt = 0;
  #returned = false;
  #writers: Set<string> | undefined;

  constructor(options: SpoolScannerOptions) {
    this.#options = options;
  }

  /** Lists the folder and finds out what can be taken. Who asks while a look is under way gets its result. */
  async look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  async #lookOnce(): Promise<void> {
    this.#look++;
    this.known.beyond = 0;
    this.#writers = undefined;
    const now = performance.now();
    let batch: string[] = [];
    for await (const { name } of await opendir(this.#options.directory, { bufferSize: 1024 })) {
      if (!/\.eml$/i.test(name) || name.startsWith('.')) continue;
      const known = this.known.get(name);
      if (known) known.look = this.#look;
      // A mail that waits may meanwhile be another one of the same name.
      const waits = known?.state === 'ready' && known.due > now;
      if (known?.state === 'taken' || (known?.state === 'ready' && !waits)) continue;
      if (!known && this.known.size + batch.length >= MOST_KNOWN) {
        this.known.beyond++;
        continue;
      }
      batch.push(name);
      if (batch.length >= AT_ONCE) batch = await this.#seeAll(batch);
    }
    await this.#seeAll(batch);
    for (const [name, { look, state }] of this.known)
      if (look !== this.#look && state !== 'taken') this.known.delete(name);
    this.#sort();
  }

  /** The oldest file that can be taken now; it is then taken. */
  next(): string | undefined {
    for (let name = this.#queue.pop(); name !== undefined; name = this.#queue.pop()) {
      const sighting = this.known.get(name);
      if (sighting?.state !== 'ready') continue;
      sighting.state = 'taken';
      return name;
    }
    return undefined;
  }

  /** Whether {@link next} has something without another look. */
  get hasNext(): boolean {
    return this.#queue.length > 0;
  }

  /** A taken file is gone. */
  gone(name: string): void {
    this.known.delete(name);
  }

  /** A taken file is back and may be taken again after this time. */
  back(name: string, waitMs: number): void {
    const sighting = this.#returnedTo(name, 'ready');
    if (!sighting) return;
    sighting.due = performance.now() + waitMs;
    this.#returned ||= waitMs === 0;
  }

  /** A taken file is where it was, and is not taken again as long as it does not change. */
  leave(name: string): void {
    this.#returnedTo(name, 'done');
  }

  /** A taken file turned out to be still in the making. */
  unfinished(name: string): void {
    const sighting = this.#returnedTo(name, 'settling');
    if (!sighting) return;
    sighting.changedAt = performance.now();
    sighting.recheckAt = sighting.changedAt + this.#settleMs(sighting);
  }

  /** Whether a taken file has not been written to since it was seen. */
  isAsSeen(name: string, { size, mtimeMs }: { size: number; mtimeMs: number }): boolean {
    const sighting = this.known.get(name);
    // The two ways of reading a time differ in the last bits.
    return sighting?.size === size && Math.abs(sighting.mtimeMs - mtimeMs) < 0.01;
  }

  /** Milliseconds until a file settles or is due by itself; undefined when none will. */
  nextChangeMs(): number | undefined {
    if (this.#returned) return 0;
    const now = performance.now();
    let soonest: number | undefined;
    for (const sighting of this.known.values()) {
      const at =
        sighting.state === 'settling'
          ? sighting.recheckAt
          : sighting.state === 'ready' && sighting.due > this.#sortedAt
            ? sighting.due
            : undefined;
      if (at !== undefined) soonest = Math.min(soonest ?? Infinity, Math.max(at - now, 0));
    }
    return soonest;
  }

  /** Takes one certain file. */
  take(name: string): boolean {
    const sighting = this.known.get(name);
    if (sighting?.state !== 'ready') return false;
    sighting.state = 'taken';
    return true;
  }

  #returnedTo(name: string, state: SpoolEntry['state']): SpoolEntry | undefined {
    const sighting = this.known.get(name);
    if (!sighting) return undefined;
    sighting.state = state;
    // A look that is under way may have passed the file's place before it came back.
    sighting.look = this.#look;
    // Its own way out and back has changed its times.
    sighting.version = '';
    return sighting;
  }

  async #seeAll(names: readonly string[]): Promise<string[]> {
    await Promise.all(names.map(name => this.#see(name)));
    return [];
  }

  async #see(name: string): Promise<void> {
    let stats: BigIntStats;
    try {
      stats = await lstat(join(this.#options.directory, name), { bigint: true });
    } catch (error) {
      // What cannot be looked up under the name that the folder gives has a name that cannot be written as text.
      if (errnoOf(error) === 'ENOENT' && name.includes('\uFFFD'))
        this.#left(name, 'has a name that is not UTF-8');
      else if (errnoOf(error) !== 'ENOENT') this.#left(name, `cannot be looked at (${errnoOf(error)})`);
      return;
    }
    const version = versionOf(stats);
    const known = this.known.get(name);
    if (known?.version === '' && (known.state === 'done' || known.state === 'ready')) known.version = version;
    if (known && known.version === version) {
      known.look = this.#look;
      if (known.state === 'settling') this.#settle(known);
      return;
    }
    const problem = notAFile(stats);
    if (problem !== undefined) return this.#left(name, problem, version);
    if (known?.state === 'taken') return;
    const file = {
      size: Number(stats.size),
      mtimeMs: Number(stats.mtimeNs) / 1e6,
      ctimeMs: Number(stats.ctimeNs) / 1e6,
    };
    const sighting = this.#add(name, version, file, 'settling');
    if (isPublished(stats)) sighting.state = 'ready';
    else if (!known && this.#isAtRest(file) && !this.#isOpen(name)) sighting.state = 'ready';
    sighting.due = performance.now() + (await this.#options.waitOf(name, file));
  }

  /** Whether a file has not been written to for as long as it takes to settle. */
  #isAtRest(file: { size: number; mtimeMs: number }): boolean {
    return this.#options.now() - file.mtimeMs >= this.#settleMs(file);
  }

  #settle(sighting: SpoolEntry): void {
    const now = performance.now();
    if (now < sighting.recheckAt) return;
    if (now - sighting.changedAt < HELD_OPEN_MS && this.#isOpen(sighting.name))
      sighting.recheckAt = now + Math.max(this.#settleMs(sighting), HELD_OPEN_RECHECK_MS);
    else sighting.state = 'ready';
  }

  #settleMs({ size }: Pick<SpoolEntry, 'size'>): number {
    const settleMs = this.#options.settleMs * (size === 0 ? EMPTY_SETTLES_LONGER : 1);
    return Math.max(settleMs, SHORTEST_RECHECK_MS);
  }

  /** Asked once a look at most: it means going through all processes. */
  #isOpen(name: string): boolean {
    this.#writers ??= openForWriting(this.#options.directory);
    return this.#writers.has(name);
  }

  #left(name: string, reason: string, version = ''): void {
    const known = this.known.get(name);
    if (known?.state === 'left') {
      known.look = this.#look;
      known.version = version;
      return;
    }
    this.#add(name, version, { mtimeMs: 0, ctimeMs: 0, size: 0 }, 'left');
    this.#options.onLeft(name, reason);
  }

  #add(
    name: string,
    version: string,
    { mtimeMs, ctimeMs, size }: { mtimeMs: number; ctimeMs: number; size: number },
    state: SpoolEntry['state'],
  ): SpoolEntry {
    const now = performance.now();
    const sighting = {
      name,
      version,
      mtimeMs,
      ctimeMs,
      size,
      changedAt: now,
      recheckAt: now + this.#settleMs({ size }),
      state,
      due: now,
      look: this.#look,
    };
    this.known.set(name, sighting);
    return sighting;
  }

  #sort(): void {
    const now = performance.now();
    this.#sortedAt = now;
    this.#returned = false;
    this.#queue = [...this.known.values()]
      .filter(({ state, due }) => state === 'ready' && due <= now)
      .sort(
        (left, right) =>
          right.mtimeMs - left.mtimeMs || right.ctimeMs - left.ctimeMs || (left.name < right.name ? 1 : -1),
      )
      .map(({ name }) => name);
  }
}
