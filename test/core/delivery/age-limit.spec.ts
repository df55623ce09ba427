import { describe, expect, it } from '@jest/globals';
import { SteadyClock } from '../../../lib/core/concurrency/steady-clock.js';
import type { OverdueTries } from '../../../lib/core/delivery/age-limit.js';
import { AgeLimit } from '../../../lib/core/delivery/age-limit.js';

const DAY = 86_400_000;
const START = 1_795_000_000_000;

function limit(limitMs = 5 * DAY) {
  let passed = 0;
  const clock = new SteadyClock(
    () => START + passed,
    () => passed,
  );
  const age = new AgeLimit(limitMs, clock);
  const judge = (ageMs: number, before?: OverdueTries) => age.judge(START + passed - ageMs, before);
  return { age, judge, pass: (ms: number) => (passed += ms) };
}

describe('The age at which a mail is given up', () => {
  it('condemns no mail that is younger, however often it was tried', () => {
    const { age, judge } = limit();
    expect(judge(5 * DAY - 1)).toBeUndefined();
    expect(age.isOver({ attempts: 100, overdue: judge(5 * DAY - 1, { tries: 9, since: START }) })).toBe(
      false,
    );
  });

  it('condemns no mail at the first try since, whatever tries were made before', () => {
    const { age, judge } = limit();
    const overdue = judge(6 * DAY);
    expect(overdue).toEqual({ tries: 1, since: START });
    expect(age.isOver({ attempts: 50, overdue })).toBe(false);
  });

  it('condemns a mail at the second try, some seconds after the first', () => {
    const { age, judge, pass } = limit();
    const first = judge(6 * DAY);
    expect(age.lastTryInMs(first)).toBe(5000);
    pass(4000);
    expect(age.isOver({ attempts: 2, overdue: judge(6 * DAY, first) })).toBe(false);
    expect(age.lastTryInMs(first)).toBe(1000);
    pass(1000);
    expect(age.isOver({ attempts: 2, overdue: judge(6 * DAY, first) })).toBe(true);
  });

  it('waits no longer between the two than the age itself', () => {
    const { age, judge } = limit(300);
    expect(age.lastTryInMs(judge(400))).toBe(300);
  });

  it('condemns no mail that was tried once, whatever is on record of its age', () => {
    const { age } = limit();
    expect(age.isOver({ attempts: 1, overdue: { tries: 2, since: 0 } })).toBe(false);
  });

  it('takes a first try that is still to come for one of now', () => {
    const { judge } = limit();
    expect(judge(6 * DAY, { tries: 1, since: START + 6 * DAY })).toEqual({ tries: 2, since: START });
  });

  it('never comes when there is none', () => {
    const { judge } = limit(Infinity);
    expect(judge(400 * DAY)).toBeUndefined();
  });

  it.each([
    [5 * DAY, '5 days'],
    [1.5 * DAY, '1.5 days'],
    [3_600_000, '3600 s'],
    [500, '0.5 s'],
  ])('of %i ms is told as %s', (limitMs, words) => {
    expect(limit(limitMs).age.words).toBe(words);
  });
});
