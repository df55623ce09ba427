import { randomUUID } from 'node:crypto';
import { lstat, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../core/errors/error-facts.js';
import { DeliveredJournal, journalEntry, parseJournalEntry } from './delivered-journal.js';
import { syncFolder } from './durable-file.js';
import type { MailStates } from './mail-states.js';
import { fileIdentity } from './move-file.js';
import { isAlive } from './process-identity.js';
import type { RelayFolders } from './relay-folders.js';
import { leasePaths, readLease, removeLeaseFolder } from './relay-lease.js';
import { returnFile } from './return-file.js';

interface SeenLease {
  readonly lease: string;
  /** On the monotonic clock. */
  readonly since: number;
}

/** What a look at the other relays has brought. */
export interface Recovery {
  /** Files that were given back. */
  readonly files: number;
  /** Files of relays of which it is not known yet whether they live. */
  readonly undecided: number;
  /** What went wrong with single relays; the others were looked at. */
  readonly problems: readonly unknown[];
}

/** Watches the relays that share a folder, and gives back what a dead one had claimed. */
export class StaleRelays {
  readonly #folders: RelayFolders;
  readonly #directory: string;
  readonly #states: MailStates;
  readonly #leaseMs: number;
  readonly #seen = new Map<string, SeenLease>();

  /**
   * @param directory where claimed files go back to
   * @param leaseMs how long a relay may be silent that does not say so itself
   */
  constructor(folders: RelayFolders, directory: string, states: MailStates, leaseMs: number) {
    this.#folders = folders;
    this.#directory = directory;
    this.#states = states;
    this.#leaseMs = leaseMs;
  }

  /**
   * Looks once.
   *
   * @param own the folder of the relay that looks
   */
  async recover(own: string): Promise<Recovery> {
    let files = 0;
    let undecided = 0;
    const problems: unknown[] = [];
    for (const name of await namesIn(this.#folders.relays)) {
      const folder = join(this.#folders.relays, name);
      if (folder === own) continue;
      try {
        const dead = await this.#isDead(folder);
        if (dead === undefined && (await isRemains(folder))) await removeLeaseFolder(folder);
        else if (dead) files += await this.#giveBack(folder);
        else if (dead === undefined) undecided += (await namesIn(leasePaths(folder).claimed)).length;
      } catch (error) {
        // Something that is no relay's folder is nobody's business.
        if (errnoOf(error) !== 'ENOTDIR') problems.push(error);
      }
    }
    return { files, undecided, problems };
  }

  /** On this machine the process decides, elsewhere the silence; undefined while that is too short. */
  async #isDead(folder: string): Promise<boolean | undefined> {
    const lease = await readLease(leasePaths(folder).lease);
    const alive = lease && isAlive(lease.process);
    if (alive !== undefined) return !alive;
    const sign = JSON.stringify(lease ?? null);
    const known = this.#seen.get(folder);
    const now = performance.now();
    if (known?.lease !== sign) {
      this.#seen.set(folder, { lease: sign, since: now });
      // It has grown since the last look, so somebody lives.
      return known ? false : undefined;
    }
    return now - known.since >= (lease?.leaseMs || this.#leaseMs) ? true : undefined;
  }

  async #giveBack(dead: string): Promise<number> {
    // Under a private name: of several relays one gets it, and its owner, should it live, finds it gone as a whole.
    const folder = join(this.#folders.relays, `.${randomUUID()}`);
    try {
      await rename(dead, folder);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return 0;
      throw error;
    }
    this.#seen.delete(dead);
    const { claimed, journal } = leasePaths(folder);
    const delivered = await DeliveredJournal.read(journal);
    let files = 0;
    for (const name of await namesIn(claimed)) {
      const path = join(claimed, name);
      const entry = journalEntry(name, fileIdentity(await lstat(path, { bigint: true })));
      if (delivered.has(entry)) {
        await this.#states.takeUp(name, await lstat(path));
        await unlink(path);
      } else {
        await this.#states.takeUp(name);
        await returnFile(this.#directory, this.#states, name, path);
        files++;
      }
    }
    await this.#removeReappeared(delivered);
    // The removed files must be gone from the disk before the journal that tells of them.
    await syncFolder(claimed).catch(() => {});
    await syncFolder(this.#directory).catch(() => {});
    await removeLeaseFolder(folder);
    return files;
  }

  /** After a loss of power a claim may be undone although what came of it is on record. */
  async #removeReappeared(delivered: ReadonlySet<string>): Promise<void> {
    for (const entry of delivered) {
      const parsed = parseJournalEntry(entry);
      if (!parsed || parsed.name.includes('/')) continue;
      const path = join(this.#directory, parsed.name);
      const stats = await lstat(path, { bigint: true }).catch(() => undefined);
      if (stats && fileIdentity(stats) === parsed.identity) await unlink(path).catch(() => {});
    }
  }
}

/** What is left of a folder when a relay died while it removed it. */
async function isRemains(folder: string): Promise<boolean> {
  return (await namesIn(folder)).length === 0;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
