import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeliverOptions, DeliveryOutcome } from '../../../lib/core/delivery/mail-delivery.js';
import { MailDelivery } from '../../../lib/core/delivery/mail-delivery.js';
import type { ComposedMail } from '../../../lib/core/mime/composed-mail.js';
import { QueueBench, settingsFor } from '../../support/queue-bench.js';

/** Delivers by another, and makes the reading of some mails fail as a mistake of a programmer does. */
class FaultyDelivery extends MailDelivery {
  readonly name = 'faulty';
  readonly #delivery: MailDelivery;

  constructor(delivery: MailDelivery) {
    super();
    this.#delivery = delivery;
  }

  override deliver(mail: ComposedMail, options?: DeliverOptions): Promise<DeliveryOutcome> {
    const fault = (): never => {
      throw new TypeError('x is not a function');
    };
    const stream = (): Readable =>
      Readable.from(
        (async function* () {
          yield fault();
        })(),
      );
    const faulty: ComposedMail = {
      envelope: mail.envelope,
      messageId: mail.messageId,
      ...(mail.size !== undefined && { size: mail.size }),
      bytes: async () => fault(),
      stream,
    };
    return this.#delivery.deliver(mail.messageId.startsWith('<bad') ? faulty : mail, options);
  }

  override verify(): Promise<void> {
    return this.#delivery.verify();
  }

  override close(graceMs?: number): Promise<void> {
    return this.#delivery.close(graceMs);
  }
}

let bench: QueueBench;
beforeEach(async () => {
  bench = await QueueBench.start();
});
afterEach(() => bench.close());

describe('A mail whose delivery fails by a mistake in a program', () => {
  it.each([
    ['alone', false],
    ['with a fallback', true],
  ])('is tried again with growing waits and then fails, %s, and holds up no other', async (_, both) => {
    const server = await bench.serve();
    const worker = await bench.worker(settingsFor(server), {
      before: delivery => new FaultyDelivery(delivery),
      retry: { attempts: 3, firstMs: 200, maxMs: 1000 },
      ...(both && { fallback: settingsFor(await bench.serve()) }),
    });
    const bad = await bench.add({ id: 'bad' });
    for (let count = 0; count < 5; count++) await bench.add({ id: `good-${count}` });
    await worker.until('delivered', 5);
    await worker.until('failed');
    await delay(200);
    expect(worker.of('paused')).toEqual([]);
    expect(worker.of('returned')).toEqual([]);
    expect(worker.of('delivered').every(({ fallback }) => !fallback)).toBe(true);
    expect(worker.of('deferred')).toHaveLength(2);
    expect((await bench.inState(bad, 'failed')).content).toBeDefined();
    expect((await bench.job(bad)).failedReason).toMatch(/^Given up after 3 tries; .*x is not a function/);
    expect(server.messages).toHaveLength(5);
  });
});
