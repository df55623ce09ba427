import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** In the order in which a mail goes through them, so that a look at one after the other misses none. */
const QUEUES = ['maildrop', 'incoming', 'active', 'deferred'];
const PAUSE_MS = 50;

/** The mails that Postfix has accepted and not yet delivered, as `queue/file`. */
export async function waitingMails(queueDirectory: string): Promise<string[]> {
  const waiting: string[] = [];
  for (const queue of QUEUES) {
    const entries = await readdir(join(queueDirectory, queue), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (entry.isFile() && (await isComplete(join(entry.parentPath, entry.name))))
        waiting.push(`${queue}/${entry.name}`);
    }
  }
  return waiting;
}

/** Resolves with what still waits when nothing waits any more, or when the time is over. */
export async function waitUntilEmpty(queueDirectory: string, timeoutMs: number): Promise<string[]> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let waiting = await waitingMails(queueDirectory);
    if (waiting.length === 0) {
      // A mail that moved backwards (deferred to active) may have been missed once, but not twice.
      await sleep(PAUSE_MS);
      waiting = await waitingMails(queueDirectory);
    }
    if (waiting.length === 0 || Date.now() > deadline) return waiting;
    await sleep(PAUSE_MS);
  }
}

/** Postfix gives a queue file its execute bit when it is complete; what a crash left half written was never accepted. */
async function isComplete(file: string): Promise<boolean> {
  try {
    return ((await stat(file)).mode & 0o100) !== 0;
  } catch {
    return false;
  }
}
