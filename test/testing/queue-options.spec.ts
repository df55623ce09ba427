import { describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import type { DeliveryOutcome } from 'nest-mailroom';
import { MailDelivery, MailModule, MailService } from 'nest-mailroom';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';

const MAIL = { to: 'ann@contoso.com', subject: 's', text: 'x' };
const SETTINGS = { FromAddress: 'a@contoso.com' };
const client = { query: async (): Promise<void> => {} };

class Unreachable extends MailDelivery {
  readonly name = 'queue';
  override readonly queues = true;
  async deliver(): Promise<DeliveryOutcome> {
    throw new Error('A test must not come here');
  }
  async verify(): Promise<void> {}
  async close(): Promise<void> {}
}

async function start() {
  const testing = await Test.createTestingModule({
    imports: [MailTestingModule.forRoot(), MailModule.forRoot(SETTINGS, { delivery: Unreachable })],
  }).compile();
  return { testing, mail: testing.get(MailService), mailbox: testing.get(Mailbox) };
}

describe('The mailbox of an application whose mailer has a queue', () => {
  it('catches its mails as ever, with what the send asked of the queue', async () => {
    const { testing, mail, mailbox } = await start();
    const sendAt = new Date(Date.now() + 3_600_000);
    await mail.send(MAIL, { idempotencyKey: 'order-1', sendAt, priority: 3, transaction: client });
    await mail.send(MAIL, { delayMs: 0 });
    await mail.send(MAIL);
    expect(mailbox.mails.map(({ queue }) => queue)).toEqual([
      { idempotencyKey: 'order-1', sendAt, priority: 3, inTransaction: true },
      { inTransaction: false },
      undefined,
    ]);
    await testing.close();
  });

  it('tells it of mails that failed too', async () => {
    const { testing, mail, mailbox } = await start();
    mailbox.failNext({ code: 'EMAILCONNECT' });
    await mail.send(MAIL, { idempotencyKey: 'order-1' }).catch(() => {});
    expect(mailbox.failed.map(sent => sent.mail?.queue?.idempotencyKey)).toEqual(['order-1']);
    await testing.close();
  });

  it('tells it where it stands in for the delivery alone, with the culture of the mail', async () => {
    const testing = await Test.createTestingModule({
      imports: [MailModule.forRoot(SETTINGS, { delivery: Unreachable })],
    })
      .overrideProvider(MailDelivery)
      .useClass(Mailbox)
      .compile();
    const mail = testing.get(MailService);
    await mail.sendNotification(
      { to: 'ann@contoso.com', title: 't', lines: ['x'], culture: 'fr' },
      { priority: 1 },
    );
    const mailbox = testing.get<Mailbox>(MailDelivery);
    expect(mailbox.last()).toMatchObject({ culture: 'fr', queue: { priority: 1, inTransaction: false } });
    await testing.close();
  });
});
