import { createHash } from 'node:crypto';
import { lstat, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSmallFile } from './read-small-file.js';

/** What a relay has recorded of a mail that it will try again. */
export interface DeferredMail {
  /** See {@link stateVersion}: another mail may have the name by now. */
  readonly version: string;
  /** When the next try is due, in milliseconds since 1970. */
  readonly nextAttempt: number;
}

/** Octets of a record, which names every recipient that is done. The mail of a larger one counts like all others. */
const LARGEST_RECORD = 4 * 1024 * 1024;
/** Names that are kept, so that the system is asked only for those records that are there. */
const MOST_NAMES = 10_000;
const NO_RECORDS = async (): Promise<undefined> => undefined;

/** Where relays keep what they know of mails that wait. */
export function relayStates(directory: string): string {
  return join(directory, '.mailroom', 'states');
}

/** The name of the record of a mail; mail files may have names too long, or too odd, to be part of another name. */
export function recordName(mail: string): string {
  return `${createHash('sha256').update(mail).digest('hex').slice(0, 40)}.json`;
}

/** Tells whether a file can be the one that a state is about. */
export function stateVersion({ size, mtimeMs }: { size: number; mtimeMs: number }): string {
  return `${size}:${Math.round(mtimeMs)}`;
}

/**
 * A function that finds the record of a mail in a pickup directory which a relay has tried and will try again. It finds
 * nothing where no relay has worked, where its records may not be read, and for records that do not count: see
 * {@link isRelayFolder}. What else lies there, and how much, costs nothing.
 */
export async function relayRecords(
  directory: string,
): Promise<(mail: string) => Promise<DeferredMail | undefined>> {
  try {
    const mayOwn = await relayAccounts(directory);
    const folder = relayStates(directory);
    for (const part of [join(directory, '.mailroom'), folder])
      if (!(await isRelayFolder(part, mayOwn))) return NO_RECORDS;
    const names = await namesIn(folder);
    return async mail => {
      const name = recordName(mail);
      return names?.has(name) === false ? undefined : recordIn(join(folder, name), mail, mayOwn);
    };
  } catch {
    return NO_RECORDS;
  }
}

/**
 * Whose records count: those of this process's own account, of root, and of the owner of the pickup directory. Anybody
 * else who may write to the directory could otherwise say of a mail that it is to be tried later, and so hide that
 * nobody takes it; the owner could take it away as well.
 */
export async function relayAccounts(directory: string): Promise<(uid: number) => boolean> {
  const accounts = new Set([0, process.geteuid?.(), (await stat(directory)).uid]);
  return uid => process.platform === 'win32' || accounts.has(uid);
}

/**
 * Whether a relay's records may lie in a folder: it is a directory, no link, and belongs to an account that counts.
 *
 * @throws the error of the system when there is nothing of that name
 */
export async function isRelayFolder(path: string, mayOwn: (uid: number) => boolean): Promise<boolean> {
  const stats = await lstat(path);
  return stats.isDirectory() && mayOwn(stats.uid);
}

/**
 * Whether nothing lies in a folder; reads one name at most.
 *
 * @throws the error of the system when the folder cannot be read
 */
export async function isEmptyFolder(path: string): Promise<boolean> {
  const names = await opendir(path);
  try {
    return (await names.read()) === null;
  } finally {
    await names.close();
  }
}

/** The names in a folder; undefined when there are too many to keep, so that each has to be asked for. */
async function namesIn(path: string): Promise<Set<string> | undefined> {
  const names = new Set<string>();
  for await (const { name } of await opendir(path, { bufferSize: 512 }))
    if (names.add(name).size > MOST_NAMES) return undefined;
  return names;
}

/** A record, or undefined when there is none or it does not count: the mail then counts like all others. */
async function recordIn(
  path: string,
  mail: string,
  mayOwn: (uid: number) => boolean,
): Promise<DeferredMail | undefined> {
  try {
    const text = await readSmallFile(path, { largest: LARGEST_RECORD, mayOwn });
    if (text === undefined) return undefined;
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { file, version, nextAttempt } = value as Record<string, unknown>;
    if (file !== mail || typeof version !== 'string' || typeof nextAttempt !== 'number') return undefined;
    return { version, nextAttempt };
  } catch {
    return undefined;
  }
}
