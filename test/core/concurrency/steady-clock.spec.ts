import { describe, expect, it } from '@jest/globals';
import { SteadyClock } from '../../../lib/core/concurrency/steady-clock.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A clock, and what it is made of; `pass` lets time go by. */
function steady(start = 1_795_000_000_000) {
  const clocks = { wall: start, monotonic: 5 };
  const clock = new SteadyClock(
    () => clocks.wall,
    () => clocks.monotonic,
  );
  const pass = (ms: number): number => {
    clocks.wall += ms;
    clocks.monotonic += ms;
    return clock.now();
  };
  const jump = (ms: number): number => {
    clocks.wall += ms;
    return clock.now();
  };
  return { clock, clocks, pass, jump, start };
}

describe('The clock by which mails grow old', () => {
  it('shows the time of day, and goes on with it', () => {
    const { clock, pass, start } = steady();
    expect(clock.now()).toBe(start);
    expect(pass(1234)).toBe(start + 1234);
    expect(pass(30 * DAY)).toBe(start + 1234 + 30 * DAY);
  });

  it.each([-1, -5000, -6 * DAY, -400 * DAY])('follows at once when the time is set by %i ms', ms => {
    const { jump, pass, start } = steady();
    expect(jump(ms)).toBe(start + ms);
    expect(pass(10)).toBe(start + ms + 10);
  });

  it.each([1, 100, 999])('follows at once when the time is set ahead by %i ms', ms => {
    const { jump, start } = steady();
    expect(jump(ms)).toBe(start + ms);
  });

  it.each([2000, 3_600_000, 6 * DAY])('goes on as it was when the time jumps ahead by %i ms', ms => {
    const { jump, pass, start } = steady();
    expect(jump(ms)).toBe(start);
    expect(pass(3000)).toBe(start + 3000);
    expect(jump(-ms)).toBe(start + 3000);
    expect(pass(20 * MINUTE)).toBe(start + 3000 + 20 * MINUTE);
  });

  it('follows a jump ahead that has lasted for ten minutes', () => {
    const { jump, pass, start } = steady();
    jump(6 * DAY);
    expect(pass(9 * MINUTE)).toBe(start + 9 * MINUTE);
    expect(pass(MINUTE)).toBe(start + 10 * MINUTE + 6 * DAY);
    expect(pass(1)).toBe(start + 10 * MINUTE + 6 * DAY + 1);
  });

  it('doubts a jump anew that comes on top of another one', () => {
    const { jump, pass, start } = steady();
    jump(3_600_000);
    pass(9 * MINUTE);
    jump(6 * DAY);
    expect(pass(9 * MINUTE)).toBe(start + 18 * MINUTE);
  });

  it('doubts each of several jumps that are taken back', () => {
    const { jump, pass, start } = steady();
    for (let round = 0; round < 10; round++) {
      jump(6 * DAY);
      pass(3 * MINUTE);
      jump(-6 * DAY);
      pass(1000);
    }
    expect(pass(0)).toBe(start + 10 * (3 * MINUTE + 1000));
  });

  it('believes what is left of a jump that is partly taken back', () => {
    const { jump, pass, start } = steady();
    jump(6 * DAY);
    pass(5 * MINUTE);
    jump(-5 * DAY);
    expect(pass(4 * MINUTE)).toBe(start + 9 * MINUTE);
    expect(pass(MINUTE)).toBe(start + 10 * MINUTE + DAY);
  });
});
