import { describe, expect, it } from '@jest/globals';
import { retryDelayMs } from '../../../lib/core/delivery/retry-delay.js';

const SCHEDULE = { firstMs: 30_000, maxMs: 3_600_000 };

describe('The wait before another try', () => {
  it('is 30 s at first, twice as long each time, and never more than an hour', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 5000].map(
      attempts => retryDelayMs(attempts, SCHEDULE, 0) / 1000,
    );
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
  });

  it('is up to a fifth longer by chance, but not beyond the longest one', () => {
    expect(retryDelayMs(1, SCHEDULE, 1)).toBe(36_000);
    expect(retryDelayMs(20, SCHEDULE, 1)).toBe(3_600_000);
    const waits = new Set(Array.from({ length: 50 }, () => retryDelayMs(1, SCHEDULE)));
    expect(waits.size).toBeGreaterThan(10);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(30_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(36_000);
  });
});
