import { describe, expect, it } from '@jest/globals';
import { RateLimiter } from '../../../../lib/core/delivery/smtp/rate-limiter.js';
import { rejection } from '../../../support/rejection.js';

const never = new AbortController().signal;

describe('A rate limiter', () => {
  it('lets everything through without a limit', async () => {
    const limiter = new RateLimiter(0);
    await expect(Promise.all(Array.from({ length: 1000 }, () => limiter.turn(never)))).resolves.toHaveLength(
      1000,
    );
  });

  it('keeps the interval between any two turns', async () => {
    const limiter = new RateLimiter(50);
    const turns = await Promise.all(
      Array.from({ length: 6 }, async () => {
        await limiter.turn(never);
        return performance.now();
      }),
    );
    // Timers may fire a millisecond early; the spacing as a whole must hold.
    expect((turns[5] ?? 0) - (turns[0] ?? 0)).toBeGreaterThanOrEqual(95);
  });

  it('ends a wait when its signal fires', async () => {
    const limiter = new RateLimiter(0.001);
    await limiter.turn(never);
    const controller = new AbortController();
    const waiting = rejection(limiter.turn(controller.signal));
    controller.abort();
    expect(await waiting).toMatchObject({ name: 'AbortError' });
  });
});
