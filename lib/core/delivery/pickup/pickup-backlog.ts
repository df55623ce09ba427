import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../errors/error-facts.js';
import type { MailBacklog } from '../mail-delivery.js';
import type { DeferredMail } from './relay-records.js';
import { relayRecords, stateVersion } from './relay-records.js';

const AT_ONCE = 64;
/** A file that readers take: not hidden. Names on Linux may hold line ends. */
const MAIL = /^[^.].*\.eml$/is;

/**
 * Counts the finished mails that no reader has taken out of a pickup directory yet, and finds the oldest. A mail that a
 * relay has tried counts as waiting from its next try on: until then the relay works, and a recipient's server refuses for
 * now. Reads names in portions and keeps none, so a folder of any size costs little memory.
 *
 * @throws the signal's reason when it fires, or an error of the system
 */
export async function pickupBacklog(directory: string, signal?: AbortSignal): Promise<MailBacklog> {
  const now = Date.now();
  const recordOf = await relayRecords(directory);
  signal?.throwIfAborted();
  let count = 0;
  let deferred = 0;
  let oldest = Infinity;
  let batch: string[] = [];
  const countBatch = async (): Promise<void> => {
    const mails = await Promise.all(batch.map(name => waitingMail(directory, name, recordOf)));
    batch = [];
    for (const mail of mails) {
      if (!mail) continue;
      if (mail.dueAt > now) deferred++;
      else {
        count++;
        oldest = Math.min(oldest, Math.max(mail.mtimeMs, mail.dueAt));
      }
    }
  };
  for await (const entry of await opendir(directory, { bufferSize: 512 })) {
    signal?.throwIfAborted();
    if (!entry.isFile() || !MAIL.test(entry.name)) continue;
    if (batch.push(entry.name) >= AT_ONCE) await countBatch();
  }
  signal?.throwIfAborted();
  await countBatch();
  return {
    count,
    ...(count > 0 && { oldestAgeMs: Math.max(0, Math.round(now - oldest)) }),
    ...(deferred > 0 && { deferred }),
  };
}

interface WaitingMail {
  readonly mtimeMs: number;
  /** When a relay is to try it again; long ago when none has tried it. */
  readonly dueAt: number;
}

/** A mail, or undefined when it has been taken meanwhile or what has its name now is no file. */
async function waitingMail(
  directory: string,
  name: string,
  recordOf: (mail: string) => Promise<DeferredMail | undefined>,
): Promise<WaitingMail | undefined> {
  try {
    const stats = await lstat(join(directory, name));
    if (!stats.isFile()) return undefined;
    const record = await recordOf(name);
    const dueAt = record?.version === stateVersion(stats) ? record.nextAttempt : -Infinity;
    return { mtimeMs: stats.mtimeMs, dueAt };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
