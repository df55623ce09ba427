import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from './durable-file.js';
import { errnoOf } from '../../errors/error-facts.js';
import { DeliveredJournal, journalEntry } from './delivered-journal.js';
import { fileIdentity } from './file-identity.js';
import { moveInto } from './move-file.js';
import { isSurelyDead } from './process-identity.js';
import { berthPaths, readLease } from './relay-berth.js';

interface Sighting {
  readonly lease: string;
  /** On the monotonic clock. */
  readonly since: number;
}

/** Watches the relays that share a folder, and gives back what a dead one had claimed. */
export class DeadRelays {
  readonly #relays: string;
  readonly #directory: string;
  readonly #leaseMs: number;
  readonly #seen = new Map<string, Sighting>();

  /**
   * @param relays the folder that holds the folders of all relays
   * @param directory where claimed files go back to
   * @param leaseMs a relay of another machine that gives no sign of life for so long is dead
   */
  constructor(relays: string, directory: string, leaseMs: number) {
    this.#relays = relays;
    this.#directory = directory;
    this.#leaseMs = leaseMs;
  }

  /**
   * Looks once.
   *
   * @param own the folder of the relay that looks
   * @returns how many files were given back
   */
  async recover(own: string): Promise<number> {
    let files = 0;
    for (const name of await namesIn(this.#relays)) {
      const folder = join(this.#relays, name);
      if (folder !== own && (await this.#isDead(folder))) files += await this.#giveBack(folder);
    }
    return files;
  }

  async #isDead(folder: string): Promise<boolean> {
    const lease = await readLease(berthPaths(folder).lease);
    if (lease && isSurelyDead(lease.process)) return true;
    const sign = JSON.stringify(lease ?? null);
    const known = this.#seen.get(folder);
    const now = performance.now();
    if (known?.lease === sign) return now - known.since >= this.#leaseMs;
    this.#seen.set(folder, { lease: sign, since: now });
    return false;
  }

  /** Other relays may do the same at the same time: every step finds its work done, or does it. */
  async #giveBack(folder: string): Promise<number> {
    const { claimed, journal } = berthPaths(folder);
    const delivered = await DeliveredJournal.read(journal);
    let files = 0;
    for (const name of await namesIn(claimed)) {
      const path = join(claimed, name);
      try {
        const entry = journalEntry(name, fileIdentity(await lstat(path, { bigint: true })));
        if (delivered.has(entry)) await rm(path);
        else {
          await moveInto(this.#directory, name, path);
          files++;
        }
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT') throw error;
      }
    }
    // The removed files must be gone from the disk before the journal that tells of them.
    await syncFolder(claimed).catch(() => {});
    await syncFolder(this.#directory).catch(() => {});
    try {
      await rmdir(claimed);
      await rm(folder, { recursive: true, force: true });
      this.#seen.delete(folder);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errnoOf(error) ?? '')) throw error;
      if (errnoOf(error) === 'ENOENT') await rm(folder, { recursive: true, force: true });
    }
    return files;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
