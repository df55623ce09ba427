import { randomUUID } from 'node:crypto';
import { lstat, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../../core/errors/error-facts.js';
import { DeliveredJournal, journalEntry, parseJournalEntry } from './delivered-journal.js';
import { syncFolder } from './durable-file.js';
import { HeldFolder } from './held-folder.js';
import type { MailStates } from './mail-states.js';
import { fileIdentity, moveTo, similarName } from './move-file.js';
import { namesIn } from './names-in.js';
import { folderProblem, ownFileProblem, ownFolderProblem } from './own-folder.js';
import { isAlive } from './process-identity.js';
import type { RelayFolders } from './relay-folders.js';
import { leasePaths, readLease, removeLeaseFolder } from './relay-lease.js';
import { returnFile } from './return-file.js';
import { secondName } from './second-name.js';
import { notAFile } from './spool-entry.js';

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
  readonly #states: MailStates;
  readonly #badmail: () => string;
  readonly #leaseMs: number;
  /** By the names of their folders. */
  readonly #seen = new Map<string, SeenLease>();

  /**
   * @param badmail a path that leads to the folder of mails that cannot be delivered: a move there may have been begun
   * @param leaseMs milliseconds without a renewal after which a relay counts as dead whose lease does not say a number
   */
  constructor(folders: RelayFolders, states: MailStates, badmail: () => string, leaseMs: number) {
    this.#folders = folders;
    this.#states = states;
    this.#badmail = badmail;
    this.#leaseMs = leaseMs;
  }

  /**
   * Looks at every other relay once.
   *
   * @param own the folder of the relay that looks
   */
  async recover(own: string): Promise<Recovery> {
    let relays: HeldFolder;
    try {
      // Held while it is gone through: what takes its place meanwhile is no relays' folder.
      relays = await HeldFolder.open(this.#folders.relays, folderProblem);
    } catch (error) {
      return { files: 0, undecided: 0, problems: errnoOf(error) === 'ENOENT' ? [] : [error] };
    }
    try {
      return await this.#recoverIn(relays.path, basename(own));
    } finally {
      await relays.close();
    }
  }

  async #recoverIn(relays: string, own: string): Promise<Recovery> {
    let files = 0;
    let undecided = 0;
    const problems: unknown[] = [];
    for (const name of await namesIn(relays)) {
      const folder = join(relays, name);
      if (name === own) continue;
      try {
        const problem = await foreignProblem(folder);
        if (problem !== undefined) {
          problems.push(new Error(problem));
          continue;
        }
        const dead = await this.#isDead(folder);
        if (dead === false) continue;
        if (dead || (await isUnfinished(folder))) files += await this.#giveBack(folder, problems);
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
   * Whether the relay is dead that has a folder: on this machine by its process, elsewhere by a lease that has not been renewed for its whole
   * time. Undefined as long as that time has not passed.
   */
  async #isDead(folder: string): Promise<boolean | undefined> {
    const lease = await readLease(leasePaths(folder).lease);
    const alive = lease && isAlive(lease.process);
    // A folder that was taken over has a hidden name; that its first owner lives does not say so of the relay that took it.
    if (alive === false || (alive && !basename(folder).startsWith('.'))) return !alive;
    const content = lease ? JSON.stringify(lease) : await timeOf(leasePaths(folder).lease);
    const known = this.#seen.get(basename(folder));
    const now = performance.now();
    if (known?.lease !== content) {
      this.#seen.set(basename(folder), { lease: content, since: now });
      // It was renewed since it was last seen.
      return known ? false : undefined;
    }
    return now - known.since >= (lease?.leaseMs || this.#leaseMs) ? true : undefined;
  }

  /** @param problems what goes wrong with single files is added to them; the others are given back all the same */
  async #giveBack(dead: string, problems: unknown[]): Promise<number> {
    // The rename decides which of several relays gets it. Its owner, should it live after all, finds it gone as a whole.
    const folder = join(dirname(dead), `.${randomUUID()}`);
    try {
      await rename(dead, folder);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return 0;
      throw error;
    }
    this.#seen.delete(basename(dead));
    // It may be another one than was looked at a moment ago.
    const problem = await foreignProblem(folder);
    if (problem !== undefined) throw new Error(problem);
    const { claimed, journal } = leasePaths(folder);
    const delivered = await DeliveredJournal.read(journal);
    await this.#states.removeUnfinished();
    let files = 0;
    for (const name of await namesIn(claimed)) {
      try {
        if (await this.#settle(claimed, name, delivered)) files++;
      } catch (error) {
        problems.push(error);
      }
    }
    await this.#removeReappeared(delivered);
    // The removed files must be gone from the disk before the journal that tells of them.
    await syncFolder(claimed).catch(() => {});
    await syncFolder(this.#folders.pickup).catch(() => {});
    await removeLeaseFolder(folder);
    return files;
  }

  /** Ends what a dead relay had begun with a file. Returns whether it was given back. */
  async #settle(claimed: string, name: string, delivered: ReadonlySet<string>): Promise<boolean> {
    const path = join(claimed, name);
    const stats = await lstat(path, { bigint: true });
    if (notAFile(stats) !== undefined) {
      // Something had taken the place of a mail as it was claimed: whoever put it there may have it back.
      for (let attempt = 0; ; attempt++)
        if (await moveTo(join(this.#folders.pickup, similarName(name, attempt)), path)) return false;
    }
    if (delivered.has(journalEntry(name, fileIdentity(stats)))) {
      await this.#states.removeDelivered(name, await lstat(path));
      await unlink(path);
      return false;
    }
    if (stats.nlink > 1n && (await secondName(this.#badmail(), name, stats)) !== undefined) {
      // The relay died between the two steps of the move, after all that is known was written down.
      await unlink(path);
      await this.#states.remove(name);
      return false;
    }
    await returnFile(this.#folders.pickup, this.#states, name, path);
    return true;
  }

  /** Removes delivered files that are back in the pickup directory, because a loss of power has undone their claims. */
  async #removeReappeared(delivered: ReadonlySet<string>): Promise<void> {
    for (const entry of delivered) {
      const parsed = parseJournalEntry(entry);
      if (!parsed || parsed.name.includes('/') || !/^[^.].*\.eml$/is.test(parsed.name)) continue;
      const path = join(this.#folders.pickup, parsed.name);
      const stats = await lstat(path, { bigint: true }).catch(() => undefined);
      if (stats?.isFile() && fileIdentity(stats) === parsed.identity) await unlink(path).catch(() => {});
    }
  }
}

/**
 * Why the folder of another relay does not count: all of it must be this account's or root's, and nothing in it a link.
 * Undefined when it does, or is gone.
 */
async function foreignProblem(folder: string): Promise<string | undefined> {
  const { claimed, journal, lease, room } = leasePaths(folder);
  const stats = await lstat(folder).catch(() => undefined);
  // A file between the folders of the relays is not the relay's business.
  if (stats?.isFile()) return undefined;
  for (const path of [folder, claimed]) {
    const problem = await ownFolderProblem(path);
    if (problem !== undefined) return problem;
  }
  for (const path of [journal, lease, room]) {
    const problem = await ownFileProblem(path);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The time of a lease that could not be written for lack of room: its owner sets another one with each renewal. */
async function timeOf(path: string): Promise<string> {
  return lstat(path).then(
    ({ mtimeMs }) => String(mtimeMs),
    () => 'none',
  );
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
