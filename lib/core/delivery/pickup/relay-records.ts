import { opendir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a relay has recorded of a mail that it will try again. */
export interface DeferredMail {
  /** See {@link stateVersion}: another mail may have the name by now. */
  readonly version: string;
  /** When the next try is due, in milliseconds since 1970. */
  readonly nextAttempt: number;
}

const AT_ONCE = 64;

/** Where relays keep what they know of mails that wait. */
export function relayStates(directory: string): string {
  return join(directory, '.mailroom', 'states');
}

/** Tells whether a file can be the one that a state is about. */
export function stateVersion({ size, mtimeMs }: { size: number; mtimeMs: number }): string {
  return `${size}:${Math.round(mtimeMs)}`;
}

/**
 * The mails of a pickup directory that a relay has tried and will try again, by their names. Empty where no relay has
 * worked, or where its records belong to another account.
 *
 * @throws the signal's reason when it fires
 */
export async function deferredMails(
  directory: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, DeferredMail>> {
  const found = new Map<string, DeferredMail>();
  const folder = relayStates(directory);
  let batch: string[] = [];
  const read = async (): Promise<void> => {
    signal?.throwIfAborted();
    for (const record of await Promise.all(batch.map(name => recordIn(join(folder, name)))))
      if (record) found.set(record.file, record);
    batch = [];
  };
  try {
    for await (const { name } of await opendir(folder))
      if (name.endsWith('.json') && batch.push(name) >= AT_ONCE) await read();
    await read();
  } catch {
    signal?.throwIfAborted();
    // Any other error leaves the records out: every mail counts then.
  }
  return found;
}

/** A record, or undefined when it is gone, belongs to another account or is malformed: the mail then counts like all others. */
async function recordIn(path: string): Promise<(DeferredMail & { file: string }) | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { file, version, nextAttempt } = value as Record<string, unknown>;
    if (typeof file !== 'string' || typeof version !== 'string' || typeof nextAttempt !== 'number')
      return undefined;
    return { file, version, nextAttempt };
  } catch {
    return undefined;
  }
}
