import { randomUUID } from 'node:crypto';
import { lstat, readdir, rename, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
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
  /** The content of the lease file. */
  readonly lease: string;
  /** When this content was first seen, on the monotonic clock. */
  readonly since: number;
}

/** What looking for stale relays has brought. */
export interface Recovery {
  /** Files that were given back. */
  readonly files: number;
  /** Files claimed by relays of which it is not known yet whether they live. */
  readonly undecided: number;
  /** What went wrong with single relays; the others were looked at. */
  readonly problems: readonly unknown[];
}

/** Finds the relays of a shared folder that have died, and gives back what they had claimed. */
export class StaleRelays {
  readonly #folders: RelayFolders;
  readonly #directory: string;
  readonly #states: MailStates;
  readonly #leaseMs: number;
  readonly #seen = new Map<string, SeenLease>();

  /**
   * @param directory where claimed files go back to
   * @param leaseMs milliseconds without a renewal after which a relay counts as dead whose lease does not say a number
   */
  constructor(folders: RelayFolders, directory: string, states: MailStates, leaseMs: number) {
    this.#folders = folders;
    this.#directory = directory;
    this.#states = states;
    this.#leaseMs = leaseMs;
  }

  /**
   * Looks at every other relay once.
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
        if (dead === false) continue;
        if (dead || (await isUnfinished(folder))) files += await this.#giveBack(folder);
        else if (await isEmpty(folder)) await removeLeaseFolder(folder);
        else undecided += (await namesIn(leasePaths(folder).claimed)).length;
      } catch (error) {
        // A file between the folders of the relays is not the relay's business.
        if (errnoOf(error) !== 'ENOTDIR') problems.push(error);
      }
    }
    return { files, undecided, problems };
  }

  /**
   * Whether a relay is dead: on this machine by its process, elsewhere by a lease that has not been renewed for its whole
   * time. Undefined as long as that time has not passed.
   */
  async #isDead(folder: string): Promise<boolean | undefined> {
    const lease = await readLease(leasePaths(folder).lease);
    const alive = lease && isAlive(lease.process);
    if (alive !== undefined) return !alive;
    const content = JSON.stringify(lease ?? null);
    const known = this.#seen.get(folder);
    const now = performance.now();
    if (known?.lease !== content) {
      this.#seen.set(folder, { lease: content, since: now });
      // It was renewed since it was last seen.
      return known ? false : undefined;
    }
    return now - known.since >= (lease?.leaseMs || this.#leaseMs) ? true : undefined;
  }

  async #giveBack(dead: string): Promise<number> {
    // The rename decides which of several relays gets it. Its owner, should it live after all, finds it gone as a whole.
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

  /** Removes delivered files that are back in the pickup directory, because a loss of power has undone their claims. */
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

/** Whether a folder is empty: its relay died while it removed the folder. */
async function isEmpty(folder: string): Promise<boolean> {
  return (await namesIn(folder)).length === 0;
}

/**
 * Whether a folder has the hidden name that it has while it is made or removed, but neither a lease nor claimed files: a
 * relay was killed before it had written the lease. One that lives finds the folder gone and makes another.
 */
async function isUnfinished(folder: string): Promise<boolean> {
  if (!basename(folder).startsWith('.')) return false;
  const { lease, claimed } = leasePaths(folder);
  return (await readLease(lease)) === undefined && (await namesIn(claimed)).length === 0;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
