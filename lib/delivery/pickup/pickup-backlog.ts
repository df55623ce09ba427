import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../errors/error-facts.js';
import type { MailBacklog } from '../mail-delivery.js';

const AT_ONCE = 64;

/**
 * Counts the finished mails that nobody has taken out of a pickup directory yet, and finds the oldest. Reads names in
 * portions and keeps none, so a folder of any size costs little memory.
 *
 * @throws the signal's reason when it fires, or an error of the system
 */
export async function pickupBacklog(directory: string, signal?: AbortSignal): Promise<MailBacklog> {
  const now = Date.now();
  let count = 0;
  let oldest = Infinity;
  let batch: string[] = [];
  const look = async (): Promise<void> => {
    signal?.throwIfAborted();
    const times = await Promise.all(batch.map(name => modified(join(directory, name))));
    batch = [];
    for (const time of times) {
      if (time === undefined) continue;
      count++;
      oldest = Math.min(oldest, time);
    }
  };
  for await (const entry of await opendir(directory, { bufferSize: 512 })) {
    if (!entry.isFile() || !/^[^.].*\.eml$/i.test(entry.name)) continue;
    if (batch.push(entry.name) >= AT_ONCE) await look();
  }
  await look();
  return { count, ...(count > 0 && { oldestAgeMs: Math.max(0, Math.round(now - oldest)) }) };
}

/** When a file was written; undefined when it has been taken meanwhile. */
async function modified(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).mtimeMs;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
