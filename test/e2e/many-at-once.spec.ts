import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { DeliverOptions, DeliveryOutcome, MailMessage } from 'nest-mailroom';
import { MailDelivery } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { upTo } from '../support/sent-mails.js';

const bench = useMailBench();

const mailOf = (index: number): MailMessage => ({
  to: 'ann@example.com',
  subject: `mail-${index}`,
  text: 'x',
});

/** More than are composed at the same time. */
const MANY = 100;

describe('Sends that are begun at the same time', () => {
  it('are all sent, in the order of their beginning over one connection', async () => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink, { MaxConnections: 1 });
    const receipts = await Promise.all(upTo(MANY).map(index => mail.send(mailOf(index))));
    expect(receipts.map(({ status }) => status)).toEqual(upTo(MANY).map(() => 'accepted'));
    const subjects = sink.messages.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw.toString())?.[1]);
    expect(subjects).toEqual(upTo(MANY).map(index => `mail-${index}`));
  });

  it('do not wait for others that cannot be composed', async () => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink);
    const folder = bench.folder();
    const faults: ((index: number) => MailMessage)[] = [
      index => ({ ...mailOf(index), to: 'no address' }),
      index => ({ to: 'ann@example.com', template: `missing-${index}`, context: {} }),
      index => ({ ...mailOf(index), attachments: [{ path: join(folder.path, `missing-${index}`) }] }),
    ];
    const outcomes = await Promise.allSettled(
      upTo(MANY).flatMap(index => [
        ...faults.map(fault => mail.send(fault(index))),
        mail.send(mailOf(index)),
      ]),
    );
    const statuses = outcomes.map(({ status }) => status);
    expect(statuses).toEqual(upTo(MANY).flatMap(() => ['rejected', 'rejected', 'rejected', 'fulfilled']));
    expect(sink.messages).toHaveLength(MANY);
  });

  it('end by their own signals, while others go on', async () => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink);
    const controller = new AbortController();
    const sending = upTo(MANY).map(index =>
      mail.send(mailOf(index), index % 2 === 0 ? { signal: controller.signal } : {}),
    );
    controller.abort();
    const outcomes = await Promise.allSettled(sending);
    expect(outcomes.map(({ status }) => status)).toEqual(
      upTo(MANY).map(index => (index % 2 === 0 ? 'rejected' : 'fulfilled')),
    );
    expect(sink.messages).toHaveLength(MANY / 2);
  });

  it('give a delivery of the application a signal of the platform, in options that it may copy', async () => {
    const seen: DeliverOptions[] = [];
    class Own extends MailDelivery {
      readonly name = 'own';
      override async deliver(_mail: unknown, options: DeliverOptions): Promise<DeliveryOutcome> {
        seen.push({ ...options });
        return { status: 'accepted', accepted: ['ann@example.com'], rejected: [] };
      }
      override async verify(): Promise<void> {}
      override async close(): Promise<void> {}
    }
    const { mail } = await bench.app({ Host: 'localhost', FromAddress: 'a@example.com' }, { delivery: Own });
    await mail.send(mailOf(1));
    expect(seen.map(({ signal }) => signal)).toEqual([expect.any(AbortSignal)]);
    expect(seen[0]?.signal?.aborted).toBe(false);
  });

  it('show a delivery of ours that somebody listens to a signal of the platform, too', async () => {
    const sink = await bench.sink();
    const { app, mail } = await bench.against(sink);
    const delivery = app.get(MailDelivery);
    const signals: unknown[] = [];
    const { deliver } = delivery;
    delivery.deliver = (composed, options) => {
      signals.push(options?.signal);
      return deliver.call(delivery, composed, options);
    };
    await mail.send(mailOf(1));
    expect(signals).toEqual([expect.any(AbortSignal)]);
    expect(sink.messages).toHaveLength(1);
  });
});
