import { open, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../errors/error-facts.js';
import { errnoName } from './errno-name.js';
import { flushFile } from './flush-file.js';
import { newPickupNames } from './pickup-directory.js';
import { isEmptyFolder, isRelayFolder, relayAccounts } from './relay-records.js';
import { writeAdvice } from './write-failure.js';

/** What the system says of a pickup directory. */
export interface PickupDirectoryFacts {
  /** POSIX mode, as an octal text. */
  readonly mode: string;
  readonly owner: number;
  readonly group: number;
  /** Octets that this process may still write there; undefined where the system does not say. */
  readonly freeBytes?: number;
  /** Whether a relay of this package works there now, or has left something undone. */
  readonly relay: boolean;
}

/** @throws the error of the system when there is no such directory */
export async function pickupDirectoryFacts(directory: string): Promise<PickupDirectoryFacts> {
  const { mode, uid, gid } = await stat(directory);
  const space = await statfs(directory).catch(() => undefined);
  return {
    mode: (mode & 0o7777).toString(8).padStart(4, '0'),
    owner: uid,
    group: gid,
    ...(space && { freeBytes: space.bavail * space.bsize }),
    relay: await hasRelay(directory).catch(() => false),
  };
}

/** Whether there is a relay's folder; what an account has put there whose records do not count says nothing. */
async function hasRelay(directory: string): Promise<boolean> {
  const mayOwn = await relayAccounts(directory);
  const folder = join(directory, '.mailroom');
  const relays = join(folder, 'relays');
  for (const part of [folder, relays]) if (!(await isRelayFolder(part, mayOwn))) return false;
  return !(await isEmptyFolder(relays));
}

/**
 * Does in a pickup directory what writing a mail does: makes a hidden file, renames it, and removes it again. No reader
 * takes it, as its name is never that of a mail.
 *
 * @returns why it did not work and what to do; undefined when it did
 */
export async function probePickupDirectory(
  directory: string,
): Promise<{ failure: string; advice: string } | undefined> {
  const names = [newPickupNames(directory).temporary, newPickupNames(directory).temporary] as const;
  let doing = 'A file cannot be written';
  try {
    const file = await open(names[0], 'wx', 0o600);
    try {
      await file.writeFile('A trial of nest-mailroom check.\r\n');
      await flushFile(file);
    } finally {
      await file.close();
    }
    doing = 'A file that was written cannot be renamed';
    await rename(names[0], names[1]);
    doing = 'A file that was written cannot be removed';
    await rm(names[1]);
    return undefined;
  } catch (error) {
    for (const name of names) await rm(name, { force: true }).catch(() => {});
    const errno = errnoName(error);
    return { failure: `${doing} in ${directory} (${errno ?? messageOf(error)})`, advice: writeAdvice(errno) };
  }
}
