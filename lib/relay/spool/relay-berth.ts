import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../errors/error-facts.js';
import { DeliveredJournal } from './delivered-journal.js';
import type { ProcessIdentity } from './process-identity.js';
import { ownIdentity } from './process-identity.js';
import type { RelayFolders } from './relay-folders.js';

/** The sign of life of a relay. */
export interface Lease {
  readonly process: ProcessIdentity;
  /** Grows while the relay lives. No time of day: clocks jump. */
  readonly beat: number;
}

/** The paths of one relay's own folder. */
export function berthPaths(folder: string): { claimed: string; journal: string; lease: string } {
  return {
    claimed: join(folder, 'claimed'),
    journal: join(folder, 'journal'),
    lease: join(folder, 'lease.json'),
  };
}

/** Reads a lease; undefined when there is none, or when it is just being written. */
export async function readLease(path: string): Promise<Lease | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Lease;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** One relay's own folder beside the mails: what it has claimed, what it has delivered, and its sign of life. */
export class RelayBerth {
  readonly folder: string;
  readonly #folders: RelayFolders;
  readonly #onLost: () => void;
  /** Where claimed files lie. */
  readonly claimed: string;
  readonly journal: DeliveredJournal;
  readonly #lease: string;
  readonly #process = ownIdentity();
  #beat = 0;
  #restoring: Promise<void> | undefined;

  private constructor(folders: RelayFolders, folder: string, onLost: () => void) {
    const { claimed, lease } = berthPaths(folder);
    this.#folders = folders;
    this.#onLost = onLost;
    this.folder = folder;
    this.claimed = claimed;
    this.journal = new DeliveredJournal(claimed);
    this.#lease = lease;
  }

  /** @param onLost called when the folder was gone: another relay had taken this one for dead */
  static async create(folders: RelayFolders, onLost: () => void): Promise<RelayBerth> {
    const berth = new RelayBerth(folders, join(folders.relays, randomUUID()), onLost);
    await berth.#build();
    return berth;
  }

  /** Gives a sign of life. */
  async beat(): Promise<void> {
    this.#beat++;
    await this.restore();
    await this.#write(this.#lease);
  }

  /** Makes the folder again when it is gone. What was claimed is then not this relay's any more. */
  async restore(): Promise<void> {
    // Every lane and the heart may find it gone at the same time.
    this.#restoring ??= this.#restoreOnce().finally(() => {
      this.#restoring = undefined;
    });
    await this.#restoring;
  }

  async #restoreOnce(): Promise<void> {
    if (await this.#isStanding()) return;
    await this.#build();
    this.#onLost();
  }

  async #isStanding(): Promise<boolean> {
    try {
      return (await stat(this.claimed)).isDirectory();
    } catch {
      return false;
    }
  }

  /** Leaves. What could not be given back stays for the next relay to find. */
  async close(): Promise<void> {
    await this.journal.close();
    try {
      await rmdir(this.claimed);
      await rm(this.folder, { recursive: true, force: true });
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errnoOf(error) ?? '')) throw error;
    }
  }

  /** Others see the folder only when it has its lease: without one it would look dead. */
  async #build(): Promise<void> {
    await this.#folders.make();
    const prepared = join(this.#folders.relays, `.${randomUUID()}`);
    await mkdir(prepared);
    await mkdir(berthPaths(prepared).claimed);
    await this.journal.open(berthPaths(prepared).journal);
    await this.#write(berthPaths(prepared).lease);
    await rm(this.folder, { recursive: true, force: true });
    await rename(prepared, this.folder);
  }

  async #write(path: string): Promise<void> {
    const lease: Lease = { process: this.#process, beat: this.#beat };
    const file = await open(path, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(lease));
    } finally {
      await file.close();
    }
  }
}
