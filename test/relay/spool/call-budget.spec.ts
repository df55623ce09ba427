import { describe, expect, it } from '@jest/globals';
import { CallBudget } from '../../../lib/relay/spool/call-budget.js';

/** A budget with a clock that moves only with the calls. */
function budget(): { calls: CallBudget; take: (ms: number) => void; pass: (ms: number) => void } {
  let now = 0;
  const calls = new CallBudget(() => now);
  const pass = (ms: number): void => {
    now += ms;
  };
  return { calls, pass, take: ms => calls.spend(() => pass(ms)) };
}

describe('The budget of calls on the thread of the application', () => {
  it('is there as long as calls are quick', () => {
    const { calls, take } = budget();
    for (let call = 0; call < 1000; call++) take(0.3);
    expect(calls.isThere).toBe(true);
  });

  it('is there after a slow call among quick ones', () => {
    const { calls, take } = budget();
    for (let time = 0; time < 20; time++) {
      take(5);
      for (let call = 0; call < 20; call++) take(0.1);
    }
    expect(calls.isThere).toBe(true);
  });

  it.each([
    ['one call', 25, 1],
    ['several calls in a row', 5, 5],
  ])('is gone for a while after %s that took too long', (_, ms, times) => {
    const { calls, take, pass } = budget();
    for (let call = 0; call < times; call++) take(ms);
    expect(calls.isThere).toBe(false);
    pass(60_000);
    expect(calls.isThere).toBe(true);
  });

  it('counts a call that fails, whose error is thrown', () => {
    const { calls, pass } = budget();
    expect(() =>
      calls.spend(() => {
        pass(30);
        throw new Error('slow');
      }),
    ).toThrow('slow');
    expect(calls.isThere).toBe(false);
  });
});
