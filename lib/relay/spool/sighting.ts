import type { Stats } from 'node:fs';

/** What is known of one file in the folder. */
export interface Sighting {
  readonly name: string;
  /** Size and times as they were seen last. */
  version: string;
  /** Age of the file, for the order; milliseconds since 1970. */
  mtimeMs: number;
  size: number;
  /** When a change was seen last, on the monotonic clock. */
  changedAt: number;
  /**
   * `settling`: perhaps still being written. `ready`: can be taken, once it is due. `taken`: being worked on.
   * `done`: not taken again in this run. `left`: not a file that can be taken.
   */
  state: 'settling' | 'ready' | 'taken' | 'done' | 'left';
  /** While it is settling: when to look again, on the monotonic clock. */
  recheckAt: number;
  /** Not to be taken before this moment, on the monotonic clock. */
  due: number;
  /** The look that saw it last. */
  look: number;
}

/** Tells a changed file from an unchanged one. */
export function versionOf({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${ino}:${size}:${mtimeMs}:${ctimeMs}`;
}

/**
 * Whether a file was put in its place when its content was complete: a rename changes the inode's time and not the
 * content's; a write changes both to the same moment.
 */
export function isPublished({ mtimeMs, ctimeMs }: Stats): boolean {
  return ctimeMs > mtimeMs;
}

/** Why a directory entry named like a mail cannot be one; undefined when it can. */
export function notAFile(stats: Stats): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isSymbolicLink()) return 'is a symbolic link, which is never followed';
  if (stats.isDirectory()) return 'is a directory';
  return 'is no regular file';
}
