import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../core/errors/error-facts.js';
import { namesIn } from './names-in.js';
import type { RelayFolders } from './relay-folders.js';
import { leasePaths } from './relay-lease.js';

/** Knows which files have a second name in the folder of a relay: until it is gone, the mail is that relay's. */
export class SecondNames {
  readonly #folders: RelayFolders;
  #claimed: Promise<ReadonlySet<string> | undefined> | undefined;

  constructor(folders: RelayFolders) {
    this.#folders = folders;
  }

  /** What is claimed is looked up anew when it is asked for. */
  begin(): void {
    this.#claimed = undefined;
  }

  /**
   * Whether a relay has claimed a file; also true when that is not sure.
   *
   * @param inode device and number of the file, as {@link inodeOf} says
   */
  async isClaimed(inode: string): Promise<boolean> {
    this.#claimed ??= this.#look();
    return (await this.#claimed)?.has(inode) !== false;
  }

  /** Whether other accounts may write to the pickup directory: a second name may then be that of anything. */
  async areOfOthers(): Promise<boolean> {
    return this.#folders.isShared();
  }

  /** Undefined when a relay's folder went away meanwhile: its files are then somewhere else. */
  async #look(): Promise<ReadonlySet<string> | undefined> {
    const inodes = new Set<string>();
    try {
      for (const relay of await namesIn(this.#folders.relays)) {
        const { claimed } = leasePaths(join(this.#folders.relays, relay));
        for (const name of await readdir(claimed)) {
          inodes.add(inodeOf(await lstat(join(claimed, name), { bigint: true })));
        }
      }
      return inodes;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}

/** What tells a file from all others of a machine. */
export function inodeOf({ dev, ino }: { dev: bigint; ino: bigint }): string {
  return `${dev}:${ino}`;
}
