import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimes } from '../../core/delivery/pickup/flush-file.js';
import { readSmallFile } from '../../core/delivery/pickup/read-small-file.js';
import { errnoOf } from '../../core/errors/error-facts.js';
import { DeliveredJournal } from './delivered-journal.js';
import { syncFolder } from './durable-file.js';
import { isTrustedOwner } from './own-folder.js';
import type { ProcessIdentity } from './process-identity.js';
import { ownIdentity } from './process-identity.js';
import type { RelayFolders } from './relay-folders.js';
import { isOutOfRoom, Room } from './room.js';

/** What the lease file of a relay holds: its sign of life for other relays. */
export interface Lease {
  readonly process: ProcessIdentity;
  /** Milliseconds without a renewal after which its owner counts as dead. */
  readonly leaseMs: number;
  /** Grows with each renewal. It is no time of day, because the clocks of two machines differ and are set anew. */
  readonly beat: number;
}

/** Every lease file has this length, so that a renewal overwrites the one before it and needs no room on a full disk. */
const LEASE_OCTETS = 512;
/** Octets up to which a lease is read. */
const LARGEST_LEASE = 64 * 1024;
const TRIES = 5;
const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
const NEW_FILE = O_CREAT | O_EXCL | O_WRONLY;
const OWN_FILE = O_WRONLY | O_NOFOLLOW | O_NONBLOCK;

/** The paths of one relay's own folder. */
export function leasePaths(folder: string): {
  claimed: string;
  journal: string;
  lease: string;
  room: string;
} {
  return {
    claimed: join(folder, 'claimed'),
    journal: join(folder, 'journal'),
    lease: join(folder, 'lease.json'),
    room: join(folder, 'room'),
  };
}

/** Reads a lease; undefined when there is none of this account that makes sense. */
export async function readLease(path: string): Promise<Lease | undefined> {
  const text = await readSmallFile(path, { largest: LARGEST_LEASE, mayOwn: isTrustedOwner });
  try {
    return text === undefined ? undefined : asLease(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Removes a relay's own folder, unless files are claimed in it. */
export async function removeLeaseFolder(folder: string): Promise<void> {
  const { claimed, ...files } = leasePaths(folder);
  try {
    await rmdir(claimed).catch((error: unknown) =>
      errnoOf(error) === 'ENOENT' ? undefined : Promise.reject(error),
    );
    for (const path of Object.values(files)) await unlink(path).catch(() => {});
    await rmdir(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errnoOf(error) ?? '')) throw error;
  }
}

/**
 * One relay's own folder below the pickup directory: the files that it has claimed, the journal of what it has delivered,
 * and its lease.
 */
export class RelayLease {
  readonly journal: DeliveredJournal;
  /** Room on the disk for what the journal and the states may still have to say. */
  readonly room = new Room(() => leasePaths(this.#folder).room);
  readonly #folders: RelayFolders;
  readonly #onLost: () => void;
  readonly #owner: Omit<Lease, 'beat'>;
  #folder = '';
  /** Folders in a pickup directory that was replaced. */
  readonly #former: string[] = [];
  #renewals = 0;
  #clockOffsetMs = 0;
  #restoring: Promise<void> | undefined;

  private constructor(folders: RelayFolders, leaseMs: number, onLost: () => void) {
    this.#folders = folders;
    this.journal = new DeliveredJournal(folders.files);
    this.#owner = { process: ownIdentity(), leaseMs };
    this.#onLost = onLost;
  }

  /**
   * Makes the folder, with a lease in it.
   *
   * @param leaseMs milliseconds without a renewal after which other relays take this one for dead
   * @param onLost called when the folder was gone: another relay had taken this one for dead
   */
  static async create(folders: RelayFolders, leaseMs: number, onLost: () => void): Promise<RelayLease> {
    const lease = new RelayLease(folders, leaseMs, onLost);
    await lease.#build();
    return lease;
  }

  /** The folder; another one when it had to be made again. */
  get folder(): string {
    return this.#folder;
  }

  /** Where claimed files lie. */
  get claimed(): string {
    return leasePaths(this.#folder).claimed;
  }

  /** How far the clock of the folder's file system is ahead of this machine's, in milliseconds. */
  get clockOffsetMs(): number {
    return this.#clockOffsetMs;
  }

  /** Renews the lease: gives a sign of life. */
  async renew(): Promise<void> {
    this.#renewals++;
    await this.restore();
    await this.#writeLease(leasePaths(this.#folder).lease, OWN_FILE);
  }

  /** Makes the folder anew when it is gone. The files that were claimed then belong to another relay. */
  async restore(): Promise<void> {
    // Several workers and the renewal may find it gone at the same time.
    this.#restoring ??= this.#restoreOnce().finally(() => {
      this.#restoring = undefined;
    });
    await this.#restoring;
  }

  /** Removes the folder, unless files are still claimed: the next relay gives those back. */
  async close(): Promise<void> {
    await this.#restoring?.catch(() => {});
    await this.journal.close();
    await this.room.close();
    for (const folder of [...this.#former, this.#folder]) {
      // What was removed must be gone from the disk before the journal that tells of it.
      await syncFolder(leasePaths(folder).claimed).catch(() => {});
      await removeLeaseFolder(folder);
    }
  }

  async #restoreOnce(): Promise<void> {
    const before = this.#folder;
    const exists = await this.#exists();
    if (exists && dirname(before) === this.#folders.relays) return;
    await this.#build();
    // Where the pickup directory was replaced, what is claimed in the one before stays there until it is done.
    if (exists) this.#former.push(before);
    else this.#onLost();
  }

  /** Whether the folder is there. An error that does not say that it is gone is thrown: claimed mails may lie in it. */
  async #exists(): Promise<boolean> {
    try {
      const there = await lstat(this.claimed);
      if (there.isDirectory()) return true;
      throw new Error(`${this.claimed} is no directory any more; remove what stands in its place`);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  /** Makes a new folder, which gets its name when its lease is written: without one, other relays would take it for dead. */
  async #build(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#folders.make();
        return await this.#buildOnce(join(this.#folders.relays, randomUUID()));
      } catch (error) {
        // Another relay that ended may have removed the empty folders just then.
        if (errnoOf(error) !== 'ENOENT' || tries >= TRIES) throw error;
      }
    }
  }

  async #buildOnce(folder: string): Promise<void> {
    const prepared = join(dirname(folder), `.${randomUUID()}`);
    await mkdir(prepared, 0o700);
    try {
      const { claimed, journal, lease } = leasePaths(prepared);
      await mkdir(claimed, 0o700);
      await this.#writeLease(lease, NEW_FILE);
      await this.journal.open(journal, leasePaths(folder).claimed);
      await syncFolder(prepared);
      await rename(prepared, folder);
    } catch (error) {
      await this.journal.close().catch(() => {});
      await removeLeaseFolder(prepared).catch(() => {});
      throw error;
    }
    await syncFolder(dirname(folder));
    this.#folder = folder;
  }

  async #writeLease(path: string, flags: number): Promise<void> {
    const lease: Lease = { ...this.#owner, beat: this.#renewals };
    const file = await open(path, flags, 0o600);
    try {
      await file.write(JSON.stringify(lease).padEnd(LEASE_OCTETS), 0).catch((error: unknown) => {
        if (!isOutOfRoom(error)) throw error;
        // On a full disk the time of the empty file is the sign of life: to set it takes no room.
        return setTimes(file, this.#renewals, this.#renewals);
      });
      this.#clockOffsetMs = (await file.stat()).ctimeMs - Date.now();
    } finally {
      await file.close();
    }
  }
}

function asLease(value: unknown): Lease | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { process, leaseMs, beat } = value as Partial<Lease>;
  const sound =
    typeof process === 'object' &&
    process !== null &&
    typeof process.machine === 'string' &&
    typeof process.pid === 'number' &&
    typeof beat === 'number';
  return sound ? { process, leaseMs: typeof leaseMs === 'number' ? leaseMs : 0, beat } : undefined;
}
