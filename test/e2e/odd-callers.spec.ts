import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { DeliveryOutcome } from 'nest-mailroom';
import { MailDelivery, MailHook, MailMessageError, MailService } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const SETTINGS = { FromAddress: 'a@contoso.test' };
const MAIL = { to: 'ann@contoso.test', subject: 's', text: 'x' };

/** A delivery as JavaScript allows it: its `verify` answers without a promise. */
class Plain extends MailDelivery {
  readonly name = 'plain';
  readonly delivered: string[] = [];
  override async deliver({
    messageId,
    envelope,
  }: {
    messageId: string;
    envelope: { to: readonly string[] };
  }) {
    this.delivered.push(messageId);
    return { status: 'accepted', accepted: [...envelope.to], rejected: [] } satisfies DeliveryOutcome;
  }
  override verify(): Promise<void> {
    return JSON.parse('null') as Promise<void>;
  }
  override async close(): Promise<void> {}
}

describe('An application that does odd things', () => {
  const bench = useMailBench();

  it('and calls a delivery fit that answers without a promise gets its check', async () => {
    const app = await bench.app(SETTINGS, { delivery: new Plain() });
    await expect(app.mail.verify()).resolves.toBeUndefined();
  });

  it('and gives what is no signal is told of it, with its stream closed, its hook told and its line logged', async () => {
    const told: unknown[] = [];
    class Told extends MailHook {
      override onFailure(error: unknown): void {
        told.push(error);
      }
    }
    const app = await bench.app(SETTINGS, { delivery: new Plain(), hooks: [Told] });
    const content = Readable.from(['never read']);
    const options = JSON.parse('{ "signal": {}, "timeoutMs": 60000 }') as object;
    const error = await rejection(app.mail.send({ ...MAIL, attachments: [{ content }] }, options));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ code: 'EMAILMESSAGE', field: 'signal' });
    expect(told).toEqual([error]);
    expect(content.destroyed).toBe(true);
    expect(app.logger.lines.filter(line => line.includes('failed'))).toHaveLength(1);
  });

  it('and overrides send sees its notifications there too', async () => {
    const delivery = new Plain();
    const app = await bench.app(SETTINGS, { delivery });
    const sent: unknown[] = [];
    const send = app.mail.send.bind(app.mail);
    app.mail.send = message => {
      sent.push(message);
      return send(message);
    };
    await app.mail.sendNotification({ to: MAIL.to, title: 't', lines: ['l'] });
    expect(sent).toHaveLength(1);
    expect(delivery.delivered).toHaveLength(1);
    expect(app.mail).toBeInstanceOf(MailService);
  });

  it('and has a stream that cannot be destroyed gets its receipt, and its shutdown waits for nothing', async () => {
    const app = await bench.app(SETTINGS, { delivery: new Plain(), shutdownTimeoutMs: 60_000 });
    const content = Readable.from(['content']);
    content.destroy = () => {
      throw new Error('cannot be destroyed');
    };
    const receipt = await app.mail.send({ ...MAIL, attachments: [{ filename: 'a.txt', content }] });
    expect(receipt.status).toBe('accepted');
    // Jest would end a test that waits for the whole grace time.
    await app.close();
  });

  it('and throws one error again and again finds it with the lines of its first call alone', async () => {
    const always = new Error('always the same');
    class Thrower extends MailHook {
      override beforeSend(): never {
        throw always;
      }
    }
    const app = await bench.app(SETTINGS, { delivery: new Plain(), hooks: [Thrower] });
    await rejection(app.mail.send(MAIL));
    const { stack } = always;
    await rejection(app.mail.sendNotification({ to: MAIL.to, title: 't', lines: ['l'] }));
    expect(always.stack).toBe(stack);
  });

  it('and throws an error whose stack cannot be read gets that error', async () => {
    const hidden = new Error('the real one');
    Object.defineProperty(hidden, 'stack', {
      get(): never {
        throw new Error('no stack');
      },
    });
    class Thrower extends MailHook {
      override beforeSend(): never {
        throw hidden;
      }
    }
    const app = await bench.app(SETTINGS, { delivery: new Plain(), hooks: [Thrower] });
    expect((await rejection(app.mail.send(MAIL))) === hidden).toBe(true);
  });
});
