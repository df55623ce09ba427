import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import type { DeliveryOutcome } from 'nest-mailroom';
import { MailDelivery, MailHook } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const SETTINGS = { FromAddress: 'a@contoso.test' };
const MAIL = { to: 'ann@contoso.test', subject: 's', text: 'x' };

/** Never answers, and does not listen to its signal. */
class Deaf extends MailDelivery {
  readonly name = 'deaf';
  override deliver(): Promise<DeliveryOutcome> {
    return new Promise(() => {});
  }
  override async verify(): Promise<void> {}
  override async close(): Promise<void> {}
}

describe('What is told of a send', () => {
  const bench = useMailBench();

  it('is told in the asynchronous context of its caller, and not in that of another one who ends it', async () => {
    const request = new AsyncLocalStorage<string>();
    const told: unknown[] = [];
    class Told extends MailHook {
      override onFailure(): void {
        told.push(request.getStore());
      }
    }
    const app = await bench.app(SETTINGS, { delivery: new Deaf(), hooks: [Told] });
    const ending = new AbortController();
    const sent = request.run('the caller', () => rejection(app.mail.send(MAIL, { signal: ending.signal })));
    await new Promise(resolve => setImmediate(resolve));
    request.run('somebody else', () => ending.abort());
    expect(await sent).toMatchObject({ code: 'EMAILABORTED' });
    expect(told).toEqual(['the caller']);
  });
});

/** A signal as packages for old platforms make them: it knows functions only. */
class PackagedSignal {
  aborted = false;
  reason: unknown;
  readonly listeners = new Set<() => void>();

  addEventListener(_type: 'abort', listener: () => void): void {
    if (typeof listener !== 'function') throw new TypeError('The listener must be a function');
    this.listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.delete(listener);
  }

  abort(reason: unknown): void {
    Object.assign(this, { aborted: true, reason });
    for (const listener of this.listeners) listener();
  }
}

describe('A signal of a package that knows functions only', () => {
  const bench = useMailBench();
  /** The type of the option says what the platform has. */
  const optionsWith = (signal: object): object => ({ signal });

  it('ends a send that waits for a connection, and is left without listeners', async () => {
    const server = await bench.sink({ delayDataMs: 60_000 });
    const app = await bench.against(server, { MaxConnections: 1 });
    const signals = [new PackagedSignal(), new PackagedSignal()];
    const sent = signals.map(signal => rejection(app.mail.send(MAIL, optionsWith(signal))));
    while (server.connections === 0) await new Promise(resolve => setTimeout(resolve, 5));
    for (const signal of signals.toReversed()) signal.abort(new Error('enough'));
    expect(await Promise.all(sent)).toEqual([
      expect.objectContaining({ code: 'EMAILABORTED' }),
      expect.objectContaining({ code: 'EMAILABORTED' }),
    ]);
    expect(signals.map(({ listeners }) => listeners.size)).toEqual([0, 0]);
  });
});
