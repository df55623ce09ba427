import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConnectionLimit } from '../../../../lib/core/delivery/smtp/connection-limit.js';

const MINUTE_MS = 60_000;
const told: number[] = [];

/** A limit of five connections. */
function limitOf(max = 5): ConnectionLimit {
  return new ConnectionLimit(max, connections => told.push(connections));
}

/** How often one more was allowed in so many milliseconds, when each is refused at once. */
function triesIn(limit: ConnectionLimit, milliseconds: number): number {
  let tries = 0;
  for (let passed = 0; passed < milliseconds; passed += 100) {
    jest.advanceTimersByTime(100);
    if (!limit.grow()) continue;
    tries++;
    limit.refused(limit.current - 1);
  }
  return tries;
}

describe('The limit of connections', () => {
  beforeEach(() => {
    told.length = 0;
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('becomes what the server gives, but never less than one', () => {
    const limit = limitOf();
    limit.refused(3);
    expect(limit.current).toBe(3);
    limit.refused(4);
    expect(limit.current).toBe(3);
    limit.refused(0);
    expect(limit.current).toBe(1);
  });

  it('is not told of where one more only could not sign in', () => {
    const limit = limitOf();
    limit.refused(2, false);
    expect(limit.current).toBe(2);
    limit.used();
    expect(told).toEqual([]);
    limit.refused(1);
    limit.used();
    expect(told).toEqual([1]);
  });

  it('allows one more after a second, and up to the setting when nothing is refused', () => {
    const limit = limitOf();
    limit.refused(2);
    expect(limit.grow()).toBe(false);
    for (let connections = 3; connections <= 5; connections++) {
      jest.advanceTimersByTime(1000);
      expect(limit.grow()).toBe(true);
      expect(limit.grow()).toBe(false);
      expect(limit.current).toBe(connections);
    }
    jest.advanceTimersByTime(MINUTE_MS);
    expect(limit.grow()).toBe(false);
  });

  it('asks the less often the more often it is refused, and at least once a minute', () => {
    const limit = limitOf();
    limit.refused(3);
    // 1, 2, 4, 8, 16 and 32 s, then every minute.
    expect(triesIn(limit, MINUTE_MS + 4000)).toBe(6);
    expect(triesIn(limit, 5 * MINUTE_MS)).toBe(5);
  });

  it('is told once, when no connection is being opened, however often it is refused later', () => {
    const limit = limitOf();
    limit.opening = 1;
    limit.refused(3);
    limit.used();
    expect(told).toEqual([]);
    limit.opening = 0;
    limit.used();
    triesIn(limit, 5 * MINUTE_MS);
    limit.used();
    expect(told).toEqual([3]);
  });

  it('is forgotten when nothing is refused for ten minutes, and told again after that', () => {
    const limit = limitOf();
    limit.refused(3);
    limit.used();
    expect(limit.learnt).toBe(true);
    for (let minute = 0; minute < 10; minute++) {
      jest.advanceTimersByTime(MINUTE_MS);
      limit.grow();
    }
    expect(limit).toMatchObject({ learnt: false, current: 5 });
    limit.refused(2);
    limit.used();
    expect(told).toEqual([3, 2]);
    jest.advanceTimersByTime(1000);
    expect(limit.grow()).toBe(true);
  });

  it.each([
    [30, 10_000],
    [3, 1000],
    [600, 60_000],
  ])('keeps idle connections, with a ConnectionTimeout of %i s, for %i ms', (connectionTimeout, idleMs) => {
    expect(limitOf().idleMs(connectionTimeout)).toBe(idleMs);
  });

  it('keeps them for half a second where the server gives few, until that is forgotten', () => {
    const limit = limitOf();
    limit.refused(2);
    expect(limit.idleMs(30)).toBe(500);
    jest.advanceTimersByTime(10 * MINUTE_MS);
    expect(limit.idleMs(30)).toBe(10_000);
  });
});
