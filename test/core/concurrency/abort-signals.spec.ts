import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { abortable } from '../../../lib/core/concurrency/abortable-iteration.js';
import { withEitherSignal } from '../../../lib/core/concurrency/either-signal.js';
import { linkedAbort } from '../../../lib/core/concurrency/linked-abort.js';
import { onAbort } from '../../../lib/core/concurrency/on-abort.js';
import { isTimeoutError, timeoutError } from '../../../lib/core/concurrency/timeout-error.js';
import { untilAborted } from '../../../lib/core/concurrency/until-aborted.js';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;
const reason = new Error('enough');

describe('A listener of a signal', () => {
  it('is called once with the reason when the signal fires', () => {
    const controller = new AbortController();
    const heard: unknown[] = [];
    onAbort(controller.signal, given => heard.push(given));
    controller.abort(reason);
    controller.abort(new Error('again'));
    expect(heard).toEqual([reason]);
  });

  it('is called at once when the signal has fired, and leaves nothing behind', () => {
    const signal = AbortSignal.abort(reason);
    const heard: unknown[] = [];
    onAbort(signal, given => heard.push(given))();
    expect(heard).toEqual([reason]);
    expect(listeners(signal)).toBe(0);
  });

  it('hears nothing once it has ended its listening', () => {
    const controller = new AbortController();
    const heard: unknown[] = [];
    const stop = onAbort(controller.signal, given => heard.push(given));
    expect(listeners(controller.signal)).toBe(1);
    stop();
    expect(listeners(controller.signal)).toBe(0);
    controller.abort(reason);
    expect(heard).toEqual([]);
  });

  it('never hears of a signal that is not there', () => {
    const heard: unknown[] = [];
    onAbort(undefined, given => heard.push(given))();
    expect(heard).toEqual([]);
  });
});

describe('A linked signal', () => {
  it.each([0, 1])('fires with the reason of source %i', index => {
    const sources = [new AbortController(), new AbortController()];
    const linked = linkedAbort(...sources.map(({ signal }) => signal), undefined);
    sources[index]?.abort(reason);
    expect(linked.signal.reason).toBe(reason);
  });

  it('has fired already when a source has', () => {
    expect(linkedAbort(AbortSignal.abort(reason)).signal.reason).toBe(reason);
  });

  it('leaves no listener at its sources when the work is done', () => {
    const source = new AbortController();
    const linked = linkedAbort(source.signal);
    expect(listeners(source.signal)).toBe(1);
    linked.unlink();
    expect(listeners(source.signal)).toBe(0);
    source.abort(reason);
    expect(linked.signal.aborted).toBe(false);
  });
});

describe('A wait that signals end', () => {
  it('ends with the reason of the signal, and its listener is gone either way', async () => {
    const controller = new AbortController();
    const never = new Promise<never>(() => {});
    const waiting = untilAborted(never, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    const other = new AbortController();
    await expect(untilAborted(Promise.resolve(1), other.signal)).resolves.toBe(1);
    expect(listeners(other.signal)).toBe(0);
  });

  it('ends by either of two signals', async () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const waiting = withEitherSignal(one.signal, two.signal, signal =>
      untilAborted(new Promise<never>(() => {}), signal),
    );
    two.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect([one, two].map(({ signal }) => listeners(signal))).toEqual([0, 0]);
  });

  it('ends the reading of a source that is silent', async () => {
    const controller = new AbortController();
    async function* source(): AsyncGenerator<number> {
      yield 1;
      await new Promise<never>(() => {});
    }
    const read: number[] = [];
    const reading = (async () => {
      for await (const piece of abortable(source(), controller.signal)) {
        read.push(piece);
        setImmediate(() => controller.abort(reason));
      }
    })();
    await expect(reading).rejects.toBe(reason);
    expect(read).toEqual([1]);
    expect(listeners(controller.signal)).toBe(0);
  });
});

describe('The reason of a time limit', () => {
  it('is known by its name, also when it comes from AbortSignal.timeout', async () => {
    const error = timeoutError('The send', '5 ms');
    expect(error.message).toBe('The send took longer than 5 ms');
    expect(isTimeoutError(error)).toBe(true);
    const signal = AbortSignal.timeout(1);
    await new Promise(resolve => onAbort(signal, resolve));
    expect(isTimeoutError(signal.reason)).toBe(true);
    const others = [reason, undefined, 'TimeoutError', null, { name: 'TimeoutError' }];
    expect(others.filter(isTimeoutError)).toEqual([]);
  });
});
