import { describe, expect, it } from '@jest/globals';
import { retryPolicy } from '../../../lib/core/sending/retry-policy.js';

const waits = (policy: ReturnType<typeof retryPolicy>): number[] => [1, 2, 3, 4, 10].map(policy.waitMs);

describe('The waits between tries', () => {
  it('double from one second up to half a minute by default', () => {
    expect(waits(retryPolicy({ attempts: 20 }))).toEqual([1000, 2000, 4000, 8000, 30_000]);
  });

  it('are always the same when a number says so', () => {
    expect(waits(retryPolicy({ attempts: 20, backoff: 250 }))).toEqual([250, 250, 250, 250, 250]);
  });

  it('follow type, delay and maxDelay', () => {
    expect(waits(retryPolicy({ attempts: 9, backoff: { type: 'fixed', delay: 5 } }))).toEqual([
      5, 5, 5, 5, 5,
    ]);
    const backoff = { type: 'exponential' as const, delay: 10, maxDelay: 50 };
    expect(waits(retryPolicy({ attempts: 9, backoff }))).toEqual([10, 20, 40, 50, 50]);
  });

  it('come from a function, whose nonsense counts as no wait', () => {
    expect(waits(retryPolicy({ attempts: 9, backoff: failed => failed * 7 }))).toEqual([7, 14, 21, 28, 70]);
    expect(waits(retryPolicy({ attempts: 9, backoff: () => Number.NaN }))).toEqual([0, 0, 0, 0, 0]);
    expect(waits(retryPolicy({ attempts: 9, backoff: () => Infinity }))[0]).toBe(2_147_483_647);
  });

  it('do not matter when there is one try', () => {
    expect(retryPolicy(undefined).attempts).toBe(1);
  });
});
