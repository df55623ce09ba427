import { describe, expect, it } from '@jest/globals';
import { rateLimitOf } from '../../../lib/queue/worker/rate-limit.js';

describe('The limit that all workers of a queue share', () => {
  it('is none for 0', () => {
    expect(rateLimitOf(0)).toBeUndefined();
  });

  it.each([0.1, 1, 3, 7, 30, 50, 51, 99, 100, 333, 1000, 12_345])(
    'never lets more than %d mails a second through, and little less',
    perSecond => {
      const { max = 0, duration = 1 } = rateLimitOf(perSecond) ?? {};
      const got = (max * 1000) / duration;
      expect(Number.isInteger(max) && max >= 1).toBe(true);
      expect(got).toBeLessThanOrEqual(perSecond);
      expect(got).toBeGreaterThan(perSecond * 0.9);
    },
  );
});
