import { describe, expect, it } from '@jest/globals';
import { LazySignal, platformSignal } from '../../../lib/core/concurrency/lazy-signal.js';
import { linkedAbort } from '../../../lib/core/concurrency/linked-abort.js';
import { onAbort } from '../../../lib/core/concurrency/on-abort.js';

const reason = new Error('enough');

describe('A signal that is made of its platform only when somebody needs that', () => {
  it('fires once, with the first reason', () => {
    const signal = new LazySignal();
    const told: unknown[] = [];
    onAbort(signal, why => told.push(why));
    expect([signal.aborted, signal.reason]).toEqual([false, undefined]);
    signal.abort(reason);
    signal.abort(new Error('too late'));
    expect(told).toEqual([reason]);
    expect([signal.aborted, signal.reason]).toEqual([true, reason]);
    expect(() => signal.throwIfAborted()).toThrow(reason);
  });

  it('has an AbortError for its reason where none is given, as an AbortController has', () => {
    const signal = new LazySignal();
    signal.abort();
    const controller = new AbortController();
    controller.abort();
    expect(signal.reason).toBeInstanceOf(DOMException);
    expect(String(signal.reason)).toBe(String(controller.signal.reason));
  });

  it('tells whoever comes late at once', () => {
    const signal = new LazySignal();
    signal.abort(reason);
    const told: unknown[] = [];
    onAbort(signal, why => told.push(why))();
    expect(told).toEqual([reason]);
  });

  it('does not tell those who have ended their listening, nor those whose listening another one ends', () => {
    const signal = new LazySignal();
    const told: string[] = [];
    const stopFirst = onAbort(signal, () => told.push('first'));
    onAbort(signal, () => {
      told.push('second');
      stopThird();
    });
    const stopThird = onAbort(signal, () => told.push('third'));
    onAbort(signal, () => told.push('fourth'));
    stopFirst();
    signal.abort(reason);
    expect(told).toEqual(['second', 'fourth']);
  });

  it('loses nobody when somebody ends a listening twice', () => {
    const signal = new LazySignal();
    const told: string[] = [];
    const stop = onAbort(signal, () => told.push('first'));
    onAbort(signal, () => told.push('second'));
    stop();
    stop();
    signal.abort(reason);
    expect(told).toEqual(['second']);
  });

  it('is a signal of the platform for those who ask for one, before and after it fires', () => {
    const [early, late] = [new LazySignal(), new LazySignal()];
    const { platform } = early;
    const told: unknown[] = [];
    platform.addEventListener('abort', () => told.push(platform.reason));
    expect(platform).toBeInstanceOf(AbortSignal);
    expect(platform.aborted).toBe(false);
    early.abort(reason);
    late.abort(reason);
    expect(told).toEqual([reason]);
    expect([late.platform.aborted, late.platform.reason]).toEqual([true, reason]);
    expect(early.platform).toBe(platform);
    expect(platformSignal(early)).toBe(platform);
    expect(platformSignal(platform)).toBe(platform);
  });

  it('fires with others that it is linked to, of either kind, until the work is done', () => {
    const [own, controller] = [new LazySignal(), new AbortController()];
    const [one, other, over] = [
      linkedAbort(own, undefined),
      linkedAbort(controller.signal),
      linkedAbort(own, controller.signal),
    ];
    over.unlink();
    own.abort(reason);
    controller.abort(reason);
    expect([one, other, over].map(({ signal }) => signal.reason)).toEqual([reason, reason, undefined]);
  });
});
