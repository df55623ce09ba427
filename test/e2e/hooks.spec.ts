import { afterEach, describe, expect, it } from '@jest/globals';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { MailReceipt } from '../../lib/delivery/mail-receipt.js';
import { MailHook, MailVeto } from '../../lib/hooks/mail-hook.js';
import type { MailMessage } from '../../lib/message/mail-message.js';
import { rejection, startMailApp } from '../support/mail-app.js';
import { MailSink } from '../support/mail-sink.js';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const item of opened.splice(0).toReversed()) await item.close();
});

@Injectable()
class Footer extends MailHook {
  override beforeSend(message: MailMessage): MailMessage {
    return message.template === undefined
      ? { ...message, text: `${message.text}\n-- sent by Contoso` }
      : message;
  }
}

@Injectable()
class NoFridays extends MailHook {
  override beforeSend(message: MailMessage): MailVeto | undefined {
    return message.subject === 'party' ? new MailVeto('no parties') : undefined;
  }
}

@Injectable()
class Observer extends MailHook {
  readonly receipts: MailReceipt[] = [];
  readonly failures: unknown[] = [];
  override afterSend(receipt: MailReceipt): void {
    this.receipts.push(receipt);
    throw new Error('observer broke');
  }
  override onFailure(error: unknown): void {
    this.failures.push(error);
    throw new Error('observer broke');
  }
}

describe('Mail hooks', () => {
  it('may change a message, veto it with a reason, and watch what becomes of it', async () => {
    const sink = await MailSink.start({
      rejectRecipient: address => (address.startsWith('gone') ? { code: 550, message: 'no' } : undefined),
    });
    const app = await startMailApp(
      { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' },
      { hooks: [Footer, NoFridays, Observer] },
    );
    opened.push(sink, app);
    const observer = app.app.get(Observer, { strict: false });

    const sent = await app.mail.send({ to: 'ann@contoso.com', subject: 'work', text: 'Hi' });
    expect((await sink.messages[0]?.parse())?.text).toContain('-- sent by Contoso');
    const vetoed = await app.mail.send({ to: 'ann@contoso.com', subject: 'party', text: 'Hi' });
    expect(vetoed).toMatchObject({
      status: 'suppressed',
      dropped: [{ address: 'ann@contoso.com', field: 'to', rule: 'hook', reason: 'no parties' }],
    });
    const error = await rejection(app.mail.send({ to: 'gone@contoso.com', subject: 'work', text: 'Hi' }));

    expect(observer.receipts).toEqual([sent, vetoed]);
    expect(observer.failures).toEqual([error]);
    expect(app.logger.lines.filter(line => line.includes('Observer failed'))).toHaveLength(3);
    expect(sink.messages).toHaveLength(1);
  });
});

it('A hook that takes long afterwards does not cost the caller the receipt, and streams that hooks attach are closed', async () => {
  const sink = await MailSink.start();
  const attached: Readable[] = [];
  @Injectable()
  class Slow extends MailHook {
    override beforeSend(message: MailMessage): MailMessage {
      const content = createReadStream('/no/such/file');
      attached.push(content);
      return message.template === undefined
        ? { ...message, attachments: [{ filename: 'x', content }] }
        : message;
    }
    override async onFailure(): Promise<void> {
      await new Promise(resolve => setTimeout(resolve, 200));
    }
  }
  const app = await startMailApp(
    { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com' },
    { hooks: [Slow] },
  );
  opened.push(sink, app);
  const error = await rejection(app.mail.send({ to: 'ann@contoso.com', text: 'Hi' }, { timeoutMs: 1000 }));
  expect(error).toMatchObject({ name: 'MailMessageError', code: 'EMAILATTACHMENT' });
  expect(attached.map(stream => stream.destroyed)).toEqual([true]);
});
