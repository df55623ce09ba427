import { describe, expect, it } from '@jest/globals';
import { FallbackMailDelivery } from '../../../lib/core/delivery/fallback/fallback-mail-delivery.js';
import type {
  DeliverOptions,
  DeliveryOutcome,
  QueuedDeliverOptions,
} from '../../../lib/core/delivery/mail-delivery.js';
import { MailDelivery } from '../../../lib/core/delivery/mail-delivery.js';
import { MailDeliveryError } from '../../../lib/core/errors/mail-delivery-error.js';
import type { ComposedMail } from '../../../lib/core/mime/composed-mail.js';
import { ReplacedMail } from '../../../lib/core/mime/replaced-mail.js';
import { rejection } from '../../support/rejection.js';

const BYTES = Buffer.from('Subject: s\r\n\r\nx\r\n');
const MAIL: ComposedMail = new ReplacedMail(
  {
    envelope: { from: 'a@contoso.com', to: ['ann@contoso.com'] },
    messageId: '<1@contoso.com>',
    bytes: async () => BYTES,
    stream: () => {
      throw new Error('not asked');
    },
  },
  BYTES,
);
const LATER = Date.now() + 3_600_000;
const PROMISES: readonly [string, QueuedDeliverOptions, string][] = [
  ['a transaction', { transaction: {} }, 'the mail has a transaction'],
  ['an idempotencyKey', { idempotencyKey: 's3cr3t' }, 'the mail has an idempotencyKey'],
  ['a later time', { dueAt: LATER }, 'the mail has a later time'],
];

class Told extends MailDelivery {
  readonly name: string;
  override readonly queues: boolean;
  readonly told: DeliverOptions[] = [];
  failure: unknown;

  constructor(name: string, queues: boolean) {
    super();
    this.name = name;
    this.queues = queues;
  }

  async deliver(mail: ComposedMail, options: DeliverOptions = {}): Promise<DeliveryOutcome> {
    this.told.push(options);
    if (this.failure !== undefined) throw this.failure;
    return { status: this.queues ? 'queued' : 'accepted', accepted: mail.envelope.to, rejected: [] };
  }

  async verify(): Promise<void> {}

  async close(): Promise<void> {}
}

/** Takes a second to fail, by the clock of a test, so that the circuit stays open. */
class SlowToFail extends Told {
  override async deliver(mail: ComposedMail, options?: DeliverOptions): Promise<DeliveryOutcome> {
    await new Promise(resolve => setTimeout(resolve, this.failure === undefined ? 0 : 100));
    return super.deliver(mail, options);
  }
}

function unreachable(retryable: true | 'unknown' = true): MailDeliveryError {
  return new MailDeliveryError('EMAILCONNECT', 'The queue "mail" cannot be used', {
    phase: 'connect',
    retryable,
  });
}

function both({ other = new Told('smtp', false) } = {}) {
  const queue = new SlowToFail('queue', true);
  return { queue, other, delivery: new FallbackMailDelivery({ primary: queue, fallback: other }) };
}

describe('A queue with a fallback that is none', () => {
  it('counts as a queue, and tells the progress of the queue', async () => {
    const { queue, delivery } = both();
    expect(delivery.queues).toBe(true);
    expect(delivery.progress).toBeUndefined();
    queue.progress = async jobId => ({ state: 'waiting', accepted: [jobId], rejected: [], attempts: 0 });
    const joined = new FallbackMailDelivery({ primary: queue, fallback: new Told('smtp', false) });
    expect(await joined.progress?.('7')).toMatchObject({ accepted: ['7'] });
    expect(new FallbackMailDelivery({ primary: new Told('smtp', false), fallback: queue }).queues).toBe(
      false,
    );
  });

  it('hands on what is asked of a queue, and nothing of that to the fallback', async () => {
    const { queue, other, delivery } = both();
    await delivery.deliver(MAIL, { queue: { priority: 3 } });
    queue.failure = unreachable();
    const outcome = await delivery.deliver(MAIL, { queue: { priority: 3, dueAt: Date.now() - 1 } });
    expect(queue.told.map(({ queue: asked }) => asked?.priority)).toEqual([3, 3]);
    expect(other.told).toHaveLength(1);
    expect(other.told[0]).not.toHaveProperty('queue');
    expect(outcome).toMatchObject({ status: 'accepted', via: 'smtp', fallback: true });
  });

  it.each(PROMISES)('keeps a mail with %s from the fallback, and says why', async (_name, asked, words) => {
    const { queue, other, delivery } = both();
    queue.failure = unreachable();
    const error = await rejection(delivery.deliver(MAIL, { queue: asked }));
    expect(error).toBeInstanceOf(MailDeliveryError);
    expect(error).toMatchObject({
      code: 'EMAILCONNECT',
      retryable: true,
      message: expect.stringMatching(
        new RegExp(`^The queue "mail" cannot be used\\. The fallback was not used: ${words}, .*\\.$`),
      ),
      cause: queue.failure,
    });
    expect(String(error)).not.toContain('s3cr3t');
    expect(other.told).toEqual([]);
  });

  it.each(PROMISES)('keeps a mail with %s from it while the circuit is open too', async (_name, asked) => {
    const { queue, other, delivery } = both();
    queue.failure = unreachable();
    await delivery.deliver(MAIL);
    await delivery.deliver(MAIL);
    // The second one has not tried the queue.
    expect([queue.told.length, other.told.length]).toEqual([1, 2]);
    queue.failure = undefined;
    expect(await delivery.deliver(MAIL, { queue: asked })).toMatchObject({ status: 'queued' });
    expect([queue.told.length, other.told.length]).toEqual([2, 2]);
    // No end of its wait: there is no other way for it.
    expect(queue.told[1]).not.toHaveProperty('waitSignal');
  });

  it('gives the fallback no mail that may be in the queue', async () => {
    const { queue, other, delivery } = both();
    queue.failure = unreachable('unknown');
    expect(await rejection(delivery.deliver(MAIL, { queue: { priority: 1 } }))).toBe(queue.failure);
    expect(await rejection(delivery.deliver(MAIL, { queue: { idempotencyKey: 'k' } }))).toBe(queue.failure);
    expect(other.told).toEqual([]);
  });

  it('says of a mail whose send was ended that, and nothing of the fallback', async () => {
    const { queue, delivery } = both();
    queue.failure = unreachable();
    const ended = new AbortController();
    const delivering = rejection(
      delivery.deliver(MAIL, { signal: ended.signal, queue: { idempotencyKey: 'k' } }),
    );
    ended.abort();
    expect(await delivering).toMatchObject({ code: 'EMAILABORTED', retryable: true });
  });
});

describe('A queue with another queue as its fallback', () => {
  it('tells it what is asked of a queue', async () => {
    const { queue, other, delivery } = both({ other: new Told('second', true) });
    queue.failure = unreachable();
    await delivery.deliver(MAIL, { queue: { priority: 3 } });
    expect(other.told[0]?.queue).toEqual({ priority: 3 });
  });

  it.each(PROMISES)(
    'keeps a mail with %s from it: two queues do not know of each other',
    async (_name, asked) => {
      const { queue, other, delivery } = both({ other: new Told('second', true) });
      queue.failure = unreachable();
      expect(await rejection(delivery.deliver(MAIL, { queue: asked }))).toMatchObject({
        code: 'EMAILCONNECT',
      });
      expect(other.told).toEqual([]);
    },
  );
});
