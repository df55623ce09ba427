import type { BigIntStats, Stats } from 'node:fs';

/** What is known of one file in the folder. */
export interface SpoolEntry {
  readonly name: string;
  /** What `versionOf` said when the file was seen last. */
  version: string;
  /** Age of the file, for the order; milliseconds since 1970. */
  mtimeMs: number;
  /** When it came to its place, as far as the file system tells; milliseconds since 1970. */
  ctimeMs: number;
  /** Octets. */
  size: number;
  /** When a change was seen last, on the monotonic clock. */
  changedAt: number;
  /**
   * `settling`: perhaps still being written. `ready`: can be taken, once it is due. `taken`: being worked on.
   * `done`: not taken again by this relay as long as it does not change. `left`: not a file that can be taken.
   */
  state: 'settling' | 'ready' | 'taken' | 'done' | 'left';
  /** Device and number of the file, as `inodeOf` says. */
  readonly inode: string;
  /** How many names the file has: another relay that gives it back has not taken its own one away yet. */
  readonly links: bigint;
  /** How often, in a row, a file with several names was found to be no relay's. */
  looks: number;
  /** Whether it was told of that it keeps several names. */
  isTold: boolean;
  /** While it is settling: when to look again, on the monotonic clock. */
  recheckAt: number;
  /** Not to be taken before this moment, on the monotonic clock. */
  due: number;
  /** The number of the scan that saw it last. */
  lastScan: number;
}

/** Tells a changed file from an unchanged one. */
export function versionOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/**
 * Whether a file was put in its place when its content was complete, as the pickup writer does: somebody has set its time
 * by hand, in whole seconds, after the last write, which would have set it to the clock's. Anything else that touches
 * a file in the making, like a change of its rights, leaves the time of the last write as it is.
 */
export function isPublished({ size, mtimeNs, ctimeNs }: BigIntStats): boolean {
  return size > 0n && mtimeNs % 1_000_000_000n === 0n && ctimeNs > mtimeNs;
}

/** What is told of a file that has a second name. */
export const HAS_SECOND_NAME =
  'has a second name (a hard link), so it may be a mail that another relay has; remove one of the names';

/** Why a directory entry named like a mail cannot be one; undefined when it can. */
export function notAFile(
  stats: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'>,
): string | undefined {
  if (stats.isFile()) return undefined;
  if (stats.isSymbolicLink()) return 'is a symbolic link, which is never followed';
  if (stats.isDirectory()) return 'is a directory';
  return 'is no regular file';
}
