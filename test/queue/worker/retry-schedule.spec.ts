import { describe, expect, it } from '@jest/globals';
import { SteadyClock } from '../../../lib/core/concurrency/steady-clock.js';
import type { JobRecord } from '../../../lib/queue/job/mail-job.js';
import { RetrySchedule } from '../../../lib/queue/worker/retry-schedule.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = Date.UTC(2026, 10, 29);

/** A clock on the wall that can be set, and one that nobody sets. */
class Clocks {
  #monotonic = 0;
  #offset = START;
  readonly steady = new SteadyClock(
    () => this.#monotonic + this.#offset,
    () => this.#monotonic,
  );

  pass(ms: number): void {
    this.#monotonic += ms;
    this.steady.now();
  }

  jump(ms: number): void {
    this.#offset += ms;
    this.steady.now();
  }
}

const LIMITS = { attempts: Infinity, firstMs: MINUTE, maxMs: 10 * MINUTE, giveUpAfterMs: 2 * DAY };

function record(changes: Partial<JobRecord>): JobRecord {
  return { tries: 1, delivered: [], refused: [], deferred: [], triedAt: START, ...changes };
}

describe('The schedule of further tries', () => {
  it('waits twice as long after each try, up to the longest wait', () => {
    const schedule = new RetrySchedule(LIMITS, new Clocks().steady);
    for (const [tries, leastMs] of [
      [1, MINUTE],
      [2, 2 * MINUTE],
      [3, 4 * MINUTE],
      [9, 10 * MINUTE],
    ] as const) {
      const next = schedule.after(record({ tries }));
      const waitMs = next.kind === 'again' ? next.waitMs : 0;
      expect(waitMs).toBeGreaterThanOrEqual(leastMs);
      expect(waitMs).toBeLessThanOrEqual(Math.min(leastMs * 1.2, 10 * MINUTE));
    }
  });

  it('gives a mail up after the tries it has', () => {
    const schedule = new RetrySchedule({ ...LIMITS, attempts: 3 }, new Clocks().steady);
    expect(schedule.after(record({ tries: 2 })).kind).toBe('again');
    expect(schedule.after(record({ tries: 3 }))).toEqual({ kind: 'never', reason: 'Given up after 3 tries' });
  });

  it('gives a mail up by its age only when two tries have found it too old', () => {
    const clocks = new Clocks();
    const schedule = new RetrySchedule(LIMITS, clocks.steady);
    const dueAt = START - 3 * DAY;
    const overdue = schedule.overdue({ dueAt });
    expect(overdue).toEqual({ tries: 1, since: START });
    expect(schedule.after(record({ overdue })).kind).toBe('again');
    clocks.pass(10_000);
    const again = schedule.overdue({ dueAt, record: record({ overdue }) });
    expect(again).toEqual({ tries: 2, since: START });
    expect(schedule.after(record({ tries: 2, overdue: again }))).toEqual({
      kind: 'never',
      reason: 'Given up, because the mail was due more than 2 days ago',
    });
  });

  it('counts the age anew when an operator has asked for another round', () => {
    const schedule = new RetrySchedule(LIMITS, new Clocks().steady);
    const again = record({ tries: 0, since: START - MINUTE });
    expect(schedule.overdue({ dueAt: START - 3 * DAY, record: again })).toBeUndefined();
  });

  it('condemns no mail because the clock jumps', () => {
    const clocks = new Clocks();
    const schedule = new RetrySchedule(LIMITS, clocks.steady);
    clocks.jump(365 * DAY);
    clocks.pass(MINUTE);
    expect(schedule.overdue({ dueAt: START })).toBeUndefined();
    clocks.jump(-365 * DAY);
    clocks.pass(MINUTE);
    expect(schedule.overdue({ dueAt: START })).toBeUndefined();
    const fromTheFuture = record({ overdue: { tries: 1, since: START + 365 * DAY } });
    const later = schedule.overdue({ dueAt: START - 3 * DAY, record: fromTheFuture });
    expect(later?.since).toBeLessThanOrEqual(START + 2 * MINUTE);
    expect(schedule.after(record({ tries: 2, overdue: later })).kind).toBe('again');
  });
});
