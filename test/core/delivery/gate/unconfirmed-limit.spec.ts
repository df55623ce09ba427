import { describe, expect, it } from '@jest/globals';
import type { UnconfirmedSlot } from '../../../../lib/core/delivery/gate/unconfirmed-limit.js';
import { UnconfirmedLimit } from '../../../../lib/core/delivery/gate/unconfirmed-limit.js';

const never = new AbortController().signal;

/** What came of a wait for a slot. */
function acquired(slot: UnconfirmedSlot, signal = never): Promise<string> {
  return slot.acquire(signal).then(
    () => 'acquired',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe('The limit of unconfirmed mails', () => {
  it('lets the next one go on when a slot is released', async () => {
    const limit = new UnconfirmedLimit(1, never);
    const [first, second] = [limit.slot(), limit.slot()];
    expect(await acquired(first)).toBe('acquired');
    const waiting = acquired(second);
    expect([first.isWaiting, second.isWaiting]).toEqual([false, true]);
    first.release();
    expect(await waiting).toBe('acquired');
    expect(second.isWaiting).toBe(false);
  });

  it('gives a mail that asks again the slot that it waits for', async () => {
    const limit = new UnconfirmedLimit(1, never);
    const slot = limit.slot();
    await Promise.all([slot.acquire(never), slot.acquire(never)]);
    slot.release();
    slot.release();
    const [next, last] = [limit.slot(), limit.slot()];
    expect(await acquired(next)).toBe('acquired');
    const waiting = acquired(last);
    await new Promise(resolve => setImmediate(resolve));
    expect(last.isWaiting).toBe(true);
    last.release();
    expect(await waiting).toBe('The try is over.');
  });

  it('does not lose a slot that is granted in the moment in which its mail gives up', async () => {
    const limit = new UnconfirmedLimit(1, never);
    const [first, second, third] = [limit.slot(), limit.slot(), limit.slot()];
    await first.acquire(never);
    const waiting = acquired(second);
    first.release();
    second.release();
    expect(await waiting).toBe('The try is over.');
    expect(await acquired(third)).toBe('acquired');
  });

  it('sends all away who wait when the relay stops, and who waits too long', async () => {
    const stopping = new AbortController();
    const tooLong = new AbortController();
    const limit = new UnconfirmedLimit(1, stopping.signal);
    await limit.slot().acquire(never);
    const waiting = [acquired(limit.slot()), acquired(limit.slot(), tooLong.signal), acquired(limit.slot())];
    tooLong.abort(new Error('too long'));
    stopping.abort(new Error('stopping'));
    expect(await Promise.all(waiting)).toEqual(['stopping', 'too long', 'stopping']);
    expect(await acquired(limit.slot())).toBe('stopping');
  });
});
