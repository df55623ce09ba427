import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { Injectable, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import type { ComposedMail } from 'nest-mailroom';
import { InjectMail, MailDelivery, MailHook, MailModule, MailService, MailVeto } from 'nest-mailroom';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';
import { startApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import { NOWHERE, startMailboxApp } from './mailbox-app.js';

const MESSAGE = { to: 'ann@contoso.com', subject: 'Hello', text: 'Hello Ann' };

const bench = useMailBench();

describe('MailTestingModule', () => {
  it('takes every mail of an application and keeps it as its recipient reads it', async () => {
    const { mail, mailbox } = bench.closing(await startMailboxApp());
    const receipt = await mail.send({
      ...MESSAGE,
      to: 'Ann <ann@contoso.com>',
      cc: 'bob@contoso.com',
      bcc: 'archive@contoso.com',
      replyTo: 'desk@contoso.com',
      html: '<p>Hello <a href="https://contoso.com/?a=1&amp;b=2">Ann</a></p>',
      headers: { 'X-Campaign': 'spring' },
      attachments: [{ filename: 'report.csv', content: 'a;b', contentType: 'text/csv' }],
    });
    const kept = mailbox.last();
    expect(kept).toMatchObject({
      subject: 'Hello',
      from: { address: 'no-reply@contoso.com' },
      to: [{ name: 'Ann', address: 'ann@contoso.com' }],
      cc: [{ address: 'bob@contoso.com' }],
      bcc: ['archive@contoso.com'],
      replyTo: [{ address: 'desk@contoso.com' }],
      envelope: {
        from: 'no-reply@contoso.com',
        to: ['ann@contoso.com', 'bob@contoso.com', 'archive@contoso.com'],
      },
      messageId: receipt.messageId,
      links: ['https://contoso.com/?a=1&b=2'],
      attachments: [{ filename: 'report.csv', contentType: 'text/csv', size: 3 }],
    });
    expect(kept.receipt).toBe(receipt);
    expect(receipt).toMatchObject({ status: 'accepted', via: 'mailbox' });
    expect(kept.header('x-campaign')).toBe('spring');
    expect(kept.header('X-Nothing')).toBeUndefined();
    expect(String(kept.raw)).toContain('Subject: Hello\r\n');
    expect(Object.keys(kept)).not.toContain('raw');
    expect(kept.text?.trim()).toBe('Hello Ann');
    expect([kept.template, kept.culture, kept.mailer]).toEqual([undefined, undefined, undefined]);
  });

  it('knows template and culture of a mail', async () => {
    const { mail, mailbox } = bench.closing(await startMailboxApp());
    await mail.sendNotification({
      to: 'ann@contoso.com',
      title: 'Bonjour',
      lines: ['Un mot'],
      culture: 'fr',
    });
    expect(mailbox.last()).toMatchObject({ template: 'notification', culture: 'fr', subject: 'Bonjour' });
  });

  it.each([
    ['before', 0],
    ['behind', 1],
  ])('may be imported %s the modules that send', async (_, place) => {
    const modules = [MailModule.forRoot(NOWHERE)];
    modules.splice(place, 0, MailTestingModule.forRoot());
    const { mail, app } = await bench.appOf(...modules);
    await mail.send(MESSAGE);
    expect(app.get(Mailbox).count).toBe(1);
  });

  it('keeps to one mailbox when it is imported twice', async () => {
    const modules = [MailTestingModule.forRoot(), MailModule.forRoot(NOWHERE), MailTestingModule.forRoot()];
    const { mail, app } = await bench.appOf(...modules);
    await mail.send(MESSAGE);
    expect(app.get(Mailbox, { each: true }).map(mailbox => mailbox.count)).toEqual([1]);
  });

  it('takes the mails of every mailer, and tells them apart', async () => {
    @Injectable()
    class Sending {
      constructor(
        readonly mail: MailService,
        @InjectMail('alerts') readonly alerts: MailService,
        @InjectMail('other') readonly other: MailService,
      ) {}
    }
    const module = bench.closing(
      await Test.createTestingModule({
        imports: [
          MailModule.forRoot(NOWHERE, { name: 'alerts' }),
          MailTestingModule.forRoot(),
          MailModule.forRootAsync({ useFactory: () => ({ ...NOWHERE, port: 2 }) }),
          ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ({ Other: { ...NOWHERE, port: 3 } })] }),
          MailModule.fromConfig('Other', { name: 'other', delivery: Mailbox }),
        ],
        providers: [Sending],
      }).compile(),
    );
    const { mail, alerts, other } = module.get(Sending);
    for (const mailer of [alerts, mail, other]) await mailer.send(MESSAGE);
    const mailbox = module.get(Mailbox);
    expect(mailbox.mails.map(({ mailer }) => mailer)).toEqual(['alerts', undefined, 'other']);
    expect(mailbox.filter({ mailer: '' }).map(({ mailer }) => mailer)).toEqual([undefined]);
    expect(mailbox.find({ mailer: 'other' })?.mailer).toBe('other');
  });

  it('keeps the mails of two applications in one process apart', async () => {
    const [one, two] = [bench.closing(await startMailboxApp()), bench.closing(await startMailboxApp())];
    await one.mail.send(MESSAGE);
    expect([one.mailbox.count, two.mailbox.count]).toEqual([1, 0]);
  });

  it('keeps all of fifty mails that are sent at the same time, in the order in which they ended', async () => {
    const { mail, mailbox } = bench.closing(await startMailboxApp());
    const ended: string[] = [];
    await Promise.all(
      Array.from({ length: 50 }, async (_, number) => {
        const size = number % 7 === 0 ? 200_000 : 10;
        const { messageId } = await mail.send({
          ...MESSAGE,
          subject: `Mail ${number}`,
          text: 'x'.repeat(size),
        });
        expect(mailbox.find(kept => kept.messageId === messageId)?.subject).toBe(`Mail ${number}`);
        ended.push(messageId);
      }),
    );
    expect(mailbox.mails.map(({ messageId }) => messageId).toSorted()).toEqual(ended.toSorted());
    expect(new Set(mailbox.mails.map(({ subject }) => subject)).size).toBe(50);
  });

  it('keeps an attachment that was a stream', async () => {
    const { mail, mailbox } = bench.closing(await startMailboxApp());
    const content = Readable.from([Buffer.from('streamed '), Buffer.from('octets')]);
    await mail.send({ ...MESSAGE, attachments: [{ filename: 'a.bin', content }] });
    expect(String(mailbox.last().attachments[0]?.content)).toBe('streamed octets');
  });

  it('has the true receipt, with the recipients that policy dropped', async () => {
    const { mail, mailbox } = bench.closing(await startMailboxApp({ allowedDomains: 'contoso.com' }));
    await mail.send({ ...MESSAGE, to: ['ann@contoso.com', 'eve@fabrikam.com'] });
    expect(mailbox.last()).toMatchObject({
      to: [{ address: 'ann@contoso.com' }],
      receipt: { dropped: [{ address: 'eve@fabrikam.com', field: 'to', rule: 'allowed-domains' }] },
    });
  });

  it('keeps what was suppressed apart from what was sent', async () => {
    const { mail, mailbox } = bench.closing(await startMailboxApp({ allowedDomains: 'contoso.com' }));
    const receipt = await mail.send({ ...MESSAGE, to: 'eve@fabrikam.com' });
    mailbox.assertNothingSent();
    expect(mailbox.suppressed).toMatchObject([{ receipt, mail: { subject: 'Hello' } }]);
  });

  it('keeps a mail that a hook has stopped as suppressed, without a content', async () => {
    class Never extends MailHook {
      override beforeSend(): MailVeto {
        return new MailVeto('has opted out');
      }
    }
    const { mail, mailbox } = bench.closing(await startMailboxApp({}, { hooks: [Never], name: undefined }));
    await mail.send(MESSAGE);
    expect(mailbox.suppressed).toMatchObject([{ receipt: { dropped: [{ reason: 'has opted out' }] } }]);
    expect(mailbox.suppressed[0]?.mail).toBeUndefined();
  });

  it('keeps a mail as a hook has left its finished bytes', async () => {
    class Marking extends MailHook {
      override async beforeDelivery(mail: ComposedMail): Promise<ComposedMail> {
        const bytes = Buffer.concat([Buffer.from('X-Archived: yes\r\n'), await mail.bytes()]);
        return { ...mail, bytes: async () => bytes };
      }
    }
    const { mail, mailbox } = bench.closing(await startMailboxApp({}, { hooks: [Marking], name: undefined }));
    await mail.send(MESSAGE);
    expect(mailbox.last().headers).toContainEqual({ name: 'X-Archived', value: 'yes' });
  });

  it('keeps the error of a send that failed before anything was put together', async () => {
    const { mail, mailbox } = bench.closing(await startMailboxApp());
    const error = await rejection(mail.send({ to: 'ann@contoso.com', template: 'no/such', context: {} }));
    expect(mailbox.failed).toEqual([{ error, template: 'no/such' }]);
    expect(mailbox.count).toBe(0);
  });

  it('keeps each part of a mail that was split, and the part that failed as failed', async () => {
    const { mail, mailbox } = bench.closing(
      await startMailboxApp({ maxRecipients: 1, maxRecipientsOverflow: 'Split' }),
    );
    mailbox.failNext({ responseCode: 550, recipients: ['bob@contoso.com'] });
    const receipt = await mail.send({
      ...MESSAGE,
      to: ['ann@contoso.com', 'bob@contoso.com', 'eve@contoso.com'],
    });
    expect(mailbox.mails.map(({ envelope }) => envelope.to)).toEqual([
      ['ann@contoso.com'],
      ['eve@contoso.com'],
    ]);
    expect(mailbox.mails.map(kept => kept.receipt)).toEqual([receipt, receipt]);
    expect(mailbox.failed).toMatchObject([
      { mail: { envelope: { to: ['bob@contoso.com'] } }, error: { code: 'EMAILENVELOPE', retryable: false } },
    ]);
  });

  it('needs no network to verify, has no backlog, and keeps the mails when its application is closed', async () => {
    const { mail, mailbox, close } = await startMailboxApp();
    await mail.verify();
    expect(await mail.backlog()).toBeUndefined();
    await mail.send(MESSAGE);
    await close();
    expect(mailbox.count).toBe(1);
    expect(await rejection(mail.send(MESSAGE))).toMatchObject({ code: 'EMAILCLOSED' });
    expect(mailbox.failed).toMatchObject([{ error: { code: 'EMAILCLOSED' } }]);
  });

  it('refuses an attachment that cannot be read, as any other delivery', async () => {
    const { mail, mailbox } = bench.closing(await startMailboxApp());
    const attachments = [{ filename: 'a.txt', path: '/no/such/file' }];
    expect(await rejection(mail.send({ ...MESSAGE, attachments }))).toMatchObject({
      code: 'EMAILATTACHMENT',
    });
    expect(mailbox.failed).toMatchObject([{ error: { code: 'EMAILATTACHMENT' } }]);
  });
});

describe('MailTestingModule with settings', () => {
  @Injectable()
  class Jobs {
    constructor(private readonly mail: MailService) {}
    finished(): Promise<unknown> {
      return this.mail.sendNotification({
        to: 'ann@contoso.com',
        title: 'Done',
        lines: ['It has finished.'],
      });
    }
  }

  it('brings a mailer, so that a provider is tested with one import', async () => {
    const module = bench.closing(
      await Test.createTestingModule({
        imports: [MailTestingModule.forRoot({ settings: NOWHERE, brand: { applicationName: 'Contoso' } })],
        providers: [Jobs],
      }).compile(),
    );
    await module.get(Jobs).finished();
    const kept = module.get(Mailbox).assertSent({ to: 'ann@contoso.com', template: 'notification' });
    expect(kept.html).toContain('Contoso');
  });

  it('brings a named mailer, and one that is not global', async () => {
    @Injectable()
    class Alerts {
      constructor(@InjectMail('alerts') readonly mail: MailService) {}
    }
    const own = MailTestingModule.forRoot({ settings: NOWHERE, name: 'alerts', isGlobal: false });
    const module = bench.closing(
      await Test.createTestingModule({ imports: [own], providers: [Alerts] }).compile(),
    );
    await module.get(Alerts).mail.send(MESSAGE);
    expect(module.get(Mailbox).last().mailer).toBe('alerts');
  });

  it('checks the settings as everywhere', async () => {
    const starting = startApp(MailTestingModule.forRoot({ settings: { Host: 'localhost' } }));
    expect(await rejection(starting)).toMatchObject({ code: 'EMAILSETTINGS' });
  });

  it('says that options without settings belong to nothing', () => {
    expect(() => MailTestingModule.forRoot({ brand: {} })).toThrow(
      new TypeError(
        "MailTestingModule.forRoot(): brand is for a mailer that it brings itself, which needs settings, for example { settings: { Host: 'localhost', FromAddress: 'no-reply@contoso.com' }, brand: … }",
      ),
    );
  });
});

describe('A Mailbox in place of a MailDelivery', () => {
  @Module({ imports: [MailModule.forRoot({ ...NOWHERE, allowedDomains: 'contoso.com' })] })
  class AppModule {}

  async function started(app: Promise<INestApplicationContext>): Promise<[MailService, MailDelivery]> {
    const context = bench.closing(await app);
    return [context.get(MailService), context.get(MailDelivery)];
  }

  it('keeps rendered mails with envelope, template and receipt when its class is used', async () => {
    const testing = Test.createTestingModule({ imports: [AppModule] });
    const [mail, mailbox] = await started(testing.overrideProvider(MailDelivery).useClass(Mailbox).compile());
    const { messageId } = await mail.sendNotification({
      to: 'ann@contoso.com',
      title: 'Done',
      lines: ['Now.'],
    });
    if (!(mailbox instanceof Mailbox)) throw new Error('the delivery is not the mailbox');
    expect(mailbox.assertSent({ to: 'ann@contoso.com', template: 'notification' })).toMatchObject({
      messageId,
      subject: 'Done',
      envelope: { to: ['ann@contoso.com'] },
      receipt: { status: 'accepted', via: 'mailbox', messageId, accepted: ['ann@contoso.com'], rejected: [] },
    });
  });

  it('does so when an instance is used, and fails on demand', async () => {
    const mailbox = new Mailbox();
    const testing = Test.createTestingModule({ imports: [AppModule] });
    const [mail] = await started(testing.overrideProvider(MailDelivery).useValue(mailbox).compile());
    mailbox.failNext({ responseCode: 550 });
    const error = await rejection(mail.send(MESSAGE));
    expect(error).toMatchObject({ code: 'EMAILENVELOPE', retryable: false });
    const content = Readable.from(['streamed']);
    await mail.send({ ...MESSAGE, attachments: [{ filename: 'a.txt', content }] });
    expect(String(mailbox.last().attachments[0]?.content)).toBe('streamed');
    expect(mailbox.failed).toMatchObject([{ error, mail: { subject: 'Hello' } }]);
    expect(mailbox.count).toBe(1);
    await mailbox.verify();
  });
});
