import { describe, expect, it } from '@jest/globals';
import { onAbort } from '../../../lib/core/concurrency/on-abort.js';
import { InFlight } from '../../../lib/core/delivery/in-flight.js';

describe('The work that a delivery has in flight', () => {
  it('lets close() resolve at once when nothing has begun', async () => {
    const inFlight = new InFlight();
    await inFlight.close(60_000);
    expect({ closed: inFlight.closed, cut: inFlight.cut }).toEqual({ closed: true, cut: false });
  });

  it('is waited for by every close(), also work that has no signal yet', async () => {
    const inFlight = new InFlight();
    const told: string[] = [];
    inFlight.begin();
    inFlight.begin();
    const closing = ['one', 'two'].map(name => inFlight.close(60_000).then(() => told.push(name)));
    inFlight.end();
    await new Promise(resolve => setImmediate(resolve));
    told.push('the last work ends');
    inFlight.end(inFlight.link(undefined));
    await Promise.all(closing);
    expect(told).toEqual(['the last work ends', 'one', 'two']);
  });

  it('is cut when the grace time is over, after those who wait were told', async () => {
    const inFlight = new InFlight();
    const told: string[] = [];
    inFlight.begin();
    const linked = inFlight.link(undefined);
    onAbort(linked.signal, () => {
      told.push('signal');
      inFlight.end(linked);
    });
    await inFlight.close(1, () => told.push('onCut'));
    expect(told).toEqual(['onCut', 'signal']);
    expect(inFlight.cut).toBe(true);
    expect(inFlight.link(undefined).signal.aborted).toBe(true);
  });

  it('hears the signal of its caller, with the reason, until it has ended', () => {
    const inFlight = new InFlight();
    const caller = new AbortController();
    const reason = new Error('enough');
    const [one, two] = [inFlight.link(caller.signal), inFlight.link(caller.signal)];
    inFlight.begin();
    inFlight.end(two);
    caller.abort(reason);
    expect({ one: one.signal.reason, two: two.signal.aborted }).toEqual({ one: reason, two: false });
    expect(inFlight.link(caller.signal).signal.reason).toBe(reason);
  });
});
