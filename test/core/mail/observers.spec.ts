import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { MailDelivery } from '../../../lib/core/delivery/mail-delivery.js';
import type { DeliveryOutcome } from '../../../lib/core/delivery/mail-delivery.js';
import {
  MAIL_INTERCEPTOR,
  MAIL_PREVIEW_OBSERVER,
  MAIL_TEST_OBSERVER,
} from '../../../lib/core/mail/mail.constants.js';
import { MailModule } from '../../../lib/core/mail/mail.module.js';
import { MailService } from '../../../lib/core/mail/mail.service.js';
import type { ComposedMail } from '../../../lib/core/mime/composed-mail.js';
import type { MailObserver, ObservedSend } from '../../../lib/core/sending/mail-observer.js';
import type { NestApp } from '../../support/nest-app.js';
import { startNestApp } from '../../support/nest-app.js';
import { rejection } from '../../support/rejection.js';

/** Nothing listens there: a mail that is not intercepted fails. */
const NOWHERE = { host: '127.0.0.1', port: 1, fromAddress: 'no-reply@contoso.com' };
const MESSAGE = { to: 'ann@contoso.com', subject: 'Hello', text: 'Hello Ann' };

class Watching implements MailObserver {
  readonly sends: ObservedSend[] = [];
  observe(send: ObservedSend): void {
    this.sends.push(send);
  }
}

class Catching extends MailDelivery {
  readonly name = 'catching';
  readonly mails: ComposedMail[] = [];
  async deliver(mail: ComposedMail): Promise<DeliveryOutcome> {
    this.mails.push(mail);
    return { status: 'accepted', accepted: mail.envelope.to, rejected: [] };
  }
  async verify(): Promise<void> {}
  async close(): Promise<void> {}
}

class Failing extends Catching {
  override async deliver(): Promise<DeliveryOutcome> {
    throw new Error('not to be used');
  }
}

function provided(values: Readonly<Record<symbol, object>>): DynamicModule {
  class Tool {}
  Module({})(Tool);
  const providers = Object.getOwnPropertySymbols(values).map(token => ({
    provide: token,
    useValue: values[token],
  }));
  return { module: Tool, global: true, providers, exports: providers.map(({ provide }) => provide) };
}

/** A running application whose mailer comes from the sources, as the tokens above do. */
interface LibraryApp extends NestApp {
  readonly mail: MailService;
}

async function startLibraryApp(...imports: DynamicModule[]): Promise<LibraryApp> {
  const started = await startNestApp(...imports);
  return { ...started, mail: started.app.get(MailService, { strict: false }) };
}

let app: LibraryApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

describe('A module that brings a delivery in place of all others', () => {
  it.each([
    ['before', 0],
    ['behind', 1],
  ])('gets the mails of a mailer when it is imported %s it', async (_, place) => {
    const catching = new Catching();
    const modules = [MailModule.forRoot(NOWHERE)];
    modules.splice(place, 0, provided({ [MAIL_INTERCEPTOR]: catching }));
    app = await startLibraryApp(...modules);
    expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'accepted', via: 'catching' });
    expect(catching.mails.map(mail => mail.envelope.to)).toEqual([['ann@contoso.com']]);
  });

  it.each([
    ['a delivery of the application’s own as a class', { delivery: Failing }],
    ['a delivery of the application’s own as an instance', { delivery: new Failing() }],
    ['a fallback', { fallback: { ...NOWHERE, port: 2 } }],
  ])('gets them in place of %s', async (_, options) => {
    const catching = new Catching();
    app = await startLibraryApp(
      MailModule.forRoot(NOWHERE, options),
      provided({ [MAIL_INTERCEPTOR]: catching }),
    );
    expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'accepted', via: 'catching' });
    await app.mail.verify();
  });

  it('needs no pickup directory, but settings without a fault', async () => {
    const tool = provided({ [MAIL_INTERCEPTOR]: new Catching() });
    const pickup = { useSpecifiedPickupDirectory: true, fromAddress: 'a@contoso.com' };
    app = await startLibraryApp(MailModule.forRoot({ ...pickup, pickupDirectory: '/nowhere/at/all' }), tool);
    expect(await app.mail.send(MESSAGE)).toMatchObject({ via: 'catching' });
    expect(await rejection(startLibraryApp(MailModule.forRoot(pickup), tool))).toMatchObject({
      code: 'EMAILSETTINGS',
    });
  });

  it('does so in its own application only', async () => {
    const catching = new Catching();
    app = await startLibraryApp(MailModule.forRoot(NOWHERE), provided({ [MAIL_INTERCEPTOR]: catching }));
    const other = await startLibraryApp(MailModule.forRoot(NOWHERE));
    expect(await rejection(other.mail.send(MESSAGE))).toMatchObject({ code: 'EMAILCONNECT' });
    expect(catching.mails).toEqual([]);
    await other.close();
  });
});

describe('An observer of the mails', () => {
  it('sees the finished mail, its template and its receipt before the send returns, as others do', async () => {
    const [one, two] = [new Watching(), new Watching()];
    app = await startLibraryApp(
      MailModule.forRoot(NOWHERE, { delivery: Catching }),
      provided({ [MAIL_TEST_OBSERVER]: one, [MAIL_PREVIEW_OBSERVER]: two }),
    );
    const receipt = await app.mail.sendNotification({
      to: 'ann@contoso.com',
      culture: 'fr',
      title: 'Bonjour',
      greeting: 'Chère Ann',
      lines: ['Un mot'],
    });
    expect(one.sends).toEqual(two.sends);
    expect(one.sends).toMatchObject([
      { template: 'notification', culture: 'fr', receipt, mailer: undefined },
    ]);
    const [mail] = one.sends[0]?.mails ?? [];
    expect(mail?.template).toBe('notification');
    expect(String(await mail?.bytes())).toContain('Subject: Bonjour');
  });

  it('can read a mail again whose attachment was a stream', async () => {
    const watching = new Watching();
    app = await startLibraryApp(
      MailModule.forRoot(NOWHERE, { delivery: Catching }),
      provided({ [MAIL_PREVIEW_OBSERVER]: watching }),
    );
    await app.mail.send({
      ...MESSAGE,
      attachments: [{ filename: 'a.txt', content: Readable.from(['streamed']) }],
    });
    const bytes = await watching.sends[0]?.mails[0]?.bytes();
    expect(String(bytes)).toContain(Buffer.from('streamed').toString('base64'));
  });

  it('sees what would have gone to those who were dropped', async () => {
    const watching = new Watching();
    app = await startLibraryApp(
      MailModule.forRoot({ ...NOWHERE, enabled: false }),
      provided({ [MAIL_PREVIEW_OBSERVER]: watching }),
    );
    await app.mail.send(MESSAGE);
    const [send] = watching.sends;
    expect(send?.receipt).toMatchObject({ status: 'suppressed', dropped: [{ rule: 'disabled' }] });
    expect(String(await send?.mails[0]?.bytes())).toContain('To: ann@contoso.com');
  });

  it('sees the mail and the error of a send that failed, and of one mailer by its name', async () => {
    const watching = new Watching();
    app = await startLibraryApp(
      MailModule.forRoot(NOWHERE, { name: 'first' }),
      MailModule.forRoot(NOWHERE),
      provided({ [MAIL_TEST_OBSERVER]: watching }),
    );
    const error = await rejection(app.mail.send(MESSAGE));
    expect(await rejection(app.mail.send({ ...MESSAGE, to: 'nobody' }))).toMatchObject({
      code: 'EMAILADDRESS',
    });
    expect(watching.sends.map(send => send.mails.length)).toEqual([1, 0]);
    expect(watching.sends[0]?.error).toBe(error);
    expect(watching.sends[0]?.receipt).toBeUndefined();
  });

  it('that throws changes nothing but the log', async () => {
    const throwing: MailObserver = {
      observe: () => {
        throw new Error('broken tool');
      },
    };
    app = await startLibraryApp(
      MailModule.forRoot(NOWHERE, { delivery: Catching }),
      provided({ [MAIL_PREVIEW_OBSERVER]: throwing }),
    );
    expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'accepted' });
    expect(app.logger.lines.join('\n')).toContain('broken tool');
  });
});
