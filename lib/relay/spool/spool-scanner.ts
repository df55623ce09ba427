import type { BigIntStats } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as pass } from 'node:timers/promises';
import { errnoOf } from '../../core/errors/error-facts.js';
import { QuickFiles } from './quick-files.js';
import { RoomInIndex } from './room-in-index.js';
import { inodeOf } from './second-names.js';
import type { SettlingOptions } from './settling.js';
import { Settling } from './settling.js';
import type { SpoolEntry } from './spool-entry.js';
import { isPublished, notAFile, versionOf } from './spool-entry.js';
import { SpoolIndex } from './spool-index.js';

/** How a folder is scanned. */
export interface SpoolScannerOptions extends SettlingOptions {
  /** Milliseconds until a file that is seen for the first time may be taken, because of earlier tries. */
  readonly waitOf: (name: string, file: { size: number; mtimeMs: number }) => Promise<number>;
  /** Looks at the files. @default by other threads */
  readonly files?: QuickFiles;
  /**
   * Most mails that are known at the same time, and as many entries that cannot be taken: mails beyond are only counted.
   * @default 50000
   */
  readonly mostKnown?: number;
}

/** What the system says of a file. */
type FileFacts = Pick<BigIntStats, 'size' | 'mtimeNs' | 'ctimeNs' | 'nlink' | 'dev' | 'ino'>;

/** Of an entry that is no mail nothing else needs to be known. */
const NO_FACTS: FileFacts = { size: 0n, mtimeNs: 0n, ctimeNs: 0n, nlink: 1n, dev: 0n, ino: 0n };
/** Default of {@link SpoolScannerOptions.mostKnown}. */
const MOST_KNOWN = 50_000;
const BY_OTHER_THREADS = new QuickFiles();
/** Files that are looked up at the same time. */
const AT_ONCE = 64;

/** Finds the finished mails in a folder, oldest first. Remembers what it has seen, so that a scan costs little. */
export class SpoolScanner {
  readonly #options: SpoolScannerOptions;
  readonly #settling: Settling;
  /** What is known of the files. */
  readonly index: SpoolIndex;
  /** Names that can be taken, the oldest last. */
  #queue: string[] = [];
  #scans = 0;
  #room: RoomInIndex | undefined;
  #scanning: Promise<void> | undefined;
  /** When the queue was made, on the monotonic clock. */
  #sortedAt = 0;
  /** Whether a file came back after the last scan that can be taken at once. */
  #returned = false;

  /** @param index what is known already */
  constructor(options: SpoolScannerOptions, index = new SpoolIndex()) {
    this.#options = options;
    this.#settling = new Settling(options);
    this.index = index;
  }

  /** Lists the folder and finds out what can be taken. Whoever asks while a scan is under way waits for that one. */
  async scan(): Promise<void> {
    this.#scanning ??= this.#scanOnce().finally(() => {
      this.#scanning = undefined;
    });
    await this.#scanning;
  }

  /** Resolves when no scan is under way, whatever came of the last one. */
  async settled(): Promise<void> {
    await this.#scanning?.catch(() => {});
  }

  async #scanOnce(): Promise<void> {
    this.#scans++;
    this.index.beyond = 0;
    this.#settling.begin();
    const now = performance.now();
    const most = this.#options.mostKnown ?? MOST_KNOWN;
    const room = new RoomInIndex(this.index, most, this.#scans);
    this.#room = room;
    let batch: string[] = [];
    for await (const { name } of await opendir(this.#options.folder(), { bufferSize: 1024 })) {
      if (!/\.eml$/i.test(name) || name.startsWith('.')) continue;
      const known = this.index.get(name);
      if (known) known.lastScan = this.#scans;
      // A mail that waits may meanwhile be another one of the same name.
      const waits = known?.state === 'ready' && known.due > now;
      if (known?.state === 'taken' || (known?.state === 'ready' && !waits)) continue;
      if (!known && !room.hasOne(name, batch.length)) {
        // What is looked up may turn out to be no mail, or one that waits.
        batch = await this.#lookUpAll(batch);
        if (!room.hasOne(name, 0)) {
          this.index.beyond++;
          continue;
        }
      }
      batch.push(name);
      if (batch.length >= AT_ONCE) batch = await this.#lookUpAll(batch);
    }
    await this.#lookUpAll(batch);
    for (const [name, { lastScan, state }] of this.index)
      if (lastScan !== this.#scans && state !== 'taken') this.index.delete(name);
    this.#sort();
  }

  /** The oldest file that can be taken now; it is then taken. */
  next(): string | undefined {
    for (let name = this.#queue.pop(); name !== undefined; name = this.#queue.pop()) {
      const entry = this.index.get(name);
      if (entry?.state !== 'ready') continue;
      entry.state = 'taken';
      return name;
    }
    return undefined;
  }

  /** Whether {@link next} has something without another scan. */
  get hasNext(): boolean {
    return this.#queue.length > 0;
  }

  /** A taken file is not in the folder any more. */
  forget(name: string): void {
    this.index.delete(name);
  }

  /** A taken file is back and may be taken again after so many milliseconds. */
  returned(name: string, waitMs: number): void {
    const entry = this.#reenter(name, 'ready');
    if (!entry) return;
    entry.due = performance.now() + waitMs;
    this.#returned ||= waitMs === 0;
  }

  /** A taken file is back, and is not taken again as long as it does not change. */
  leave(name: string): void {
    this.#reenter(name, 'done');
  }

  /** A taken file is back, and its writer was not finished with it. */
  unfinished(name: string): void {
    const entry = this.#reenter(name, 'settling');
    if (!entry) return;
    entry.changedAt = performance.now();
    entry.recheckAt = this.#settling.recheckAt(entry);
  }

  /** Whether a taken file has not been written to since it was seen. */
  isUnchanged(name: string, { size, mtimeMs }: { size: number; mtimeMs: number }): boolean {
    const entry = this.index.get(name);
    // The two ways of reading a time differ in the last bits.
    return entry?.size === size && Math.abs(entry.mtimeMs - mtimeMs) < 0.01;
  }

  /** How many names a file had when it was found that it can be taken. */
  linksOf(name: string): bigint {
    return this.index.get(name)?.links ?? 1n;
  }

  /** Milliseconds until a file settles or is due by itself; undefined when none will. */
  nextChangeMs(): number | undefined {
    if (this.#returned) return 0;
    const now = performance.now();
    let soonest: number | undefined;
    for (const entry of this.index.values()) {
      const at =
        entry.state === 'settling'
          ? entry.recheckAt
          : entry.state === 'ready' && entry.due > this.#sortedAt
            ? entry.due
            : undefined;
      if (at !== undefined) soonest = Math.min(soonest ?? Infinity, Math.max(at - now, 0));
    }
    return soonest;
  }

  /** Takes the file of this name; false when it cannot be taken. */
  take(name: string): boolean {
    const entry = this.index.get(name);
    if (entry?.state !== 'ready' && entry?.state !== 'done') return false;
    entry.state = 'taken';
    return true;
  }

  #reenter(name: string, state: SpoolEntry['state']): SpoolEntry | undefined {
    const entry = this.index.get(name);
    if (!entry) return undefined;
    entry.state = state;
    // A scan that is under way may not have seen the file, because it came back too late.
    entry.lastScan = this.#scans;
    // The moves out of the folder and back have changed its times.
    entry.version = '';
    return entry;
  }

  async #lookUpAll(names: readonly string[]): Promise<string[]> {
    await Promise.all(names.map(name => this.#lookUp(name)));
    // What was looked up at once has kept everything else waiting.
    if (this.#options.files?.atOnce) await pass();
    return [];
  }

  async #lookUp(name: string): Promise<void> {
    let stats: BigIntStats;
    try {
      const { folder, files = BY_OTHER_THREADS } = this.#options;
      stats = await files.lstat(join(folder(), name));
    } catch (error) {
      // What forbids to look at a file are the rights of the folder.
      if (errnoOf(error) === 'EACCES') throw error;
      // The folder lists a name that cannot be looked up: its octets are no UTF-8 and were replaced.
      if (errnoOf(error) === 'ENOENT' && name.includes('\uFFFD'))
        this.#left(name, 'has a name that is not UTF-8');
      else if (errnoOf(error) !== 'ENOENT') this.#left(name, `cannot be looked at (${errnoOf(error)})`);
      return;
    }
    const version = versionOf(stats);
    const known = this.index.get(name);
    if (known?.version === '' && (known.state === 'done' || known.state === 'ready')) known.version = version;
    if (known && known.version === version) {
      known.lastScan = this.#scans;
      if (known.state === 'settling') await this.#settling.look(known);
      return;
    }
    const problem = notAFile(stats);
    if (problem !== undefined) return this.#left(name, problem, version);
    if (known?.state === 'taken') return;
    const entry = this.#add(name, version, stats, 'settling');
    if (stats.nlink > 1n) await this.#settling.canBeTaken(entry);
    else if (isPublished(stats) || (!known && this.#settling.isFinished(entry))) entry.state = 'ready';
    entry.due = performance.now() + (await this.#options.waitOf(name, entry));
  }

  #left(name: string, reason: string, version = ''): void {
    const known = this.index.get(name);
    if (known?.state === 'left') {
      known.lastScan = this.#scans;
      known.version = version;
      return;
    }
    this.index.delete(name);
    // Beyond that many, each scan looks at them again and tells of none.
    if (this.#room?.takeLeft() === false) return;
    this.#add(name, version, NO_FACTS, 'left');
    this.#options.onLeft(name, reason);
  }

  #add(name: string, version: string, stats: FileFacts, state: SpoolEntry['state']): SpoolEntry {
    const size = Number(stats.size);
    const entry: SpoolEntry = {
      name,
      version,
      mtimeMs: Number(stats.mtimeNs) / 1e6,
      ctimeMs: Number(stats.ctimeNs) / 1e6,
      size,
      inode: inodeOf(stats),
      links: stats.nlink,
      looks: 0,
      isTold: false,
      changedAt: performance.now(),
      recheckAt: this.#settling.recheckAt({ size }),
      state,
      due: performance.now(),
      lastScan: this.#scans,
    };
    this.index.set(name, entry);
    return entry;
  }

  #sort(): void {
    const now = performance.now();
    this.#sortedAt = now;
    this.#returned = false;
    this.#queue = this.index.takeable(now);
  }
}
