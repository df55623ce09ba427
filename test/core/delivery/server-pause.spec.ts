import { describe, expect, it } from '@jest/globals';
import { ServerPause } from '../../../lib/core/delivery/server-pause.js';

describe('The pause of a server that cannot be used', () => {
  it('is longer each time, until the server can be used again', () => {
    const pause = new ServerPause({ firstMs: 10_000, maxMs: 60_000 });
    expect(pause.current).toBeUndefined();
    const waits = [1, 2, 3, 4, 5].map(() => {
      pause.failed('down', performance.now());
      return Math.round(pause.remainingMs / 1000);
    });
    expect(waits[0]).toBeGreaterThanOrEqual(10);
    expect(waits[1]).toBeGreaterThanOrEqual(20);
    expect(waits[4]).toBe(60);
    expect(pause.current).toMatchObject({ reason: 'down', until: expect.any(Date) });
    expect(pause.succeeded()).toBe(true);
    expect(pause.current).toBeUndefined();
    expect(pause.succeeded()).toBe(false);
    pause.failed('down', performance.now());
    expect(Math.round(pause.remainingMs / 1000)).toBeLessThanOrEqual(12);
  });

  it('is part of an outage, from the first try that failed to the last, until one succeeds', () => {
    const pause = new ServerPause({ firstMs: 1, maxMs: 1 });
    expect(pause.outage).toBeUndefined();
    pause.failed('down', performance.now());
    expect(pause.outage).toEqual({ reason: 'down', failures: 1, lastedMs: 0 });
    pause.failed('still down', performance.now());
    expect(pause.outage).toMatchObject({ reason: 'still down', failures: 2 });
    expect(pause.outage?.lastedMs).toBeGreaterThan(0);
    pause.succeeded();
    expect(pause.outage).toBeUndefined();
  });

  it('is not made longer by tries that had begun before it', () => {
    const pause = new ServerPause({ firstMs: 10_000, maxMs: 60_000 });
    const began = performance.now();
    expect(pause.failed('down', began)).toBeDefined();
    expect(pause.failed('down', began)).toBeUndefined();
    expect(pause.remainingMs).toBeLessThanOrEqual(12_000);
  });
});
