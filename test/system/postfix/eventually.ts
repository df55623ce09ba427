import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 20;
const LONGEST_MS = 60_000;

/**
 * Waits until something is so.
 *
 * @param what for the error when it does not become so
 */
export async function eventually(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  longestMs = LONGEST_MS,
): Promise<void> {
  const deadline = Date.now() + longestMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`It did not happen that ${what}.`);
    await sleep(PAUSE_MS);
  }
}
