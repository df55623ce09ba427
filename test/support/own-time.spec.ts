import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { ownTime, waitedForCore } from './own-time.js';

/** Keeps the process at work. */
function work(ms: number): void {
  const end = ownTime() + ms;
  while (ownTime() < end);
}

it('The own time of a process goes on while it waits for a timer', async () => {
  const begun = ownTime();
  const waited = waitedForCore();
  await delay(50);
  expect(ownTime() - begun + (waitedForCore() - waited)).toBeGreaterThanOrEqual(49);
});

it('The own time of a process goes on while it works, and never faster than the clock on the wall', () => {
  const begun = performance.now();
  const own = ownTime();
  work(20);
  const ownMs = ownTime() - own;
  expect(ownMs).toBeGreaterThanOrEqual(20);
  expect(ownMs).toBeLessThanOrEqual(performance.now() - begun);
});

it('A process that does not exist waits for nothing', () => {
  expect(waitedForCore(2 ** 30)).toBe(0);
});
