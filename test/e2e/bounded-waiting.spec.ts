import { generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { MailMessage, MailModuleOptions, MailSettings } from 'nest-mailroom';
import { MailHook } from 'nest-mailroom';
import { BlackHole } from '../support/black-hole.js';
import type { Bound } from '../support/bounded-send.js';
import { boundCode, BOUNDS, boundSettings, cutSend, LATE_MS, until } from '../support/bounded-send.js';
import { HttpProxy } from '../support/http-proxy.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

const MESSAGE: MailMessage = { to: 'ann@contoso.com', subject: 'Bounds', text: 'text' };

async function mailer(
  { host, port }: { host: string; port: number },
  bound: Bound,
  settings: MailSettings = {},
  options: MailModuleOptions = {},
): Promise<MailApp> {
  return bench.app(
    {
      Host: host,
      Port: port,
      FromAddress: 'a@contoso.com',
      MaxConnections: 1,
      ...settings,
      ...boundSettings(bound),
    },
    options,
  );
}

async function start(
  bound: Bound,
  settings: MailSettings = {},
  options: MailModuleOptions = {},
): Promise<{ sink: MailSink; app: MailApp }> {
  const sink = await bench.sink();
  return { sink, app: await mailer(sink, bound, settings, options) };
}

/** Cuts a send before anything of it could have left. */
async function expectCut(
  app: MailApp,
  bound: Bound,
  message = MESSAGE,
  reached: () => boolean = () => true,
): Promise<void> {
  const { error, lateMs } = await cutSend(app, message, bound, reached);
  expect(error).toMatchObject({
    name: 'MailDeliveryError',
    code: boundCode(bound),
    phase: 'connect',
    retryable: true,
  });
  expect(lateMs).toBeLessThan(LATE_MS);
}

const unlimited = { timeoutMs: 0 };

describe.each(BOUNDS)('At the moment of %s a send ends that waits', bound => {
  it('for its turn under MaxMessagesPerSecond', async () => {
    const { sink, app } = await start(bound, { MaxMessagesPerSecond: 0.5, MaxConnections: 5 });
    await app.mail.send(MESSAGE, unlimited);
    await expectCut(app, bound);
    expect((await app.mail.send(MESSAGE, unlimited)).status).toBe('accepted');
    expect(sink.messages).toHaveLength(2);
  });

  it('for a free connection', async () => {
    const sink = await bench.sink({ delayDataMs: 1500 });
    const app = await mailer(sink, bound);
    const first = app.mail.send({ ...MESSAGE, subject: 'first' }, unlimited);
    await until(() => sink.commands.includes('DATA'));
    await expectCut(app, bound, { ...MESSAGE, subject: 'cut' });
    expect((await first).status).toBe('accepted');
    expect((await app.mail.send({ ...MESSAGE, subject: 'next' }, unlimited)).status).toBe('accepted');
    const subjects = await Promise.all(sink.messages.map(async mail => (await mail.parse()).subject));
    expect(subjects).toEqual(['first', 'next']);
    expect(sink.connections).toBe(1);
  });

  it('for a TCP connection that does not come about', async () => {
    const hole = bench.closing(await BlackHole.open());
    const app = await mailer(hole, bound);
    const sockets = () => process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length;
    const before = sockets();
    await expectCut(app, bound, MESSAGE, () => sockets() > before);
    await until(() => sockets() === before);
    hole.fillUp();
    expect((await app.mail.send(MESSAGE, unlimited)).status).toBe('accepted');
  });

  it('for a proxy that does not answer', async () => {
    const sink = await bench.sink();
    const proxy = bench.closing(await HttpProxy.start());
    proxy.answer = 'silence';
    const app = await mailer(sink, bound, {}, { smtp: { proxy: `http://${proxy.address}` } });
    await expectCut(app, bound, MESSAGE, () => proxy.requests.length > 0);
    await until(() => proxy.openConnections === 0);
    proxy.answer = 'tunnel';
    expect((await app.mail.send(MESSAGE, unlimited)).status).toBe('accepted');
  });

  it('for a hook', async () => {
    let calls = 0;
    class Stuck extends MailHook {
      override async beforeSend(): Promise<void> {
        calls++;
        if (calls === 1) await new Promise(() => {});
      }
    }
    const { sink, app } = await start(bound, {}, { hooks: [Stuck] });
    await expectCut(app, bound, MESSAGE, () => calls > 0);
    expect((await app.mail.send(MESSAGE, unlimited)).status).toBe('accepted');
    expect(sink.messages).toHaveLength(1);
  });

  it('for the signature of a mail whose attachment stalls', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const dkim = { domainName: 'contoso.com', keySelector: 'k', privateKey };
    const { sink, app } = await start(bound, {}, { smtp: { dkim } });
    const content = new Readable({ read: () => {} });
    await expectCut(app, bound, { ...MESSAGE, attachments: [{ filename: 'a', content }] });
    expect(content.destroyed).toBe(true);
    expect((await app.mail.send(MESSAGE, unlimited)).status).toBe('accepted');
    expect(sink.messages).toHaveLength(1);
  });

  it('for an attachment that several messages need', async () => {
    const { sink, app } = await start(bound, { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' });
    const content = new Readable({ read: () => {} });
    const to = ['ann@contoso.com', 'ben@contoso.com'];
    await expectCut(app, bound, { ...MESSAGE, to, attachments: [{ filename: 'a', content }] });
    expect(content.destroyed).toBe(true);
    expect((await app.mail.send({ ...MESSAGE, to }, unlimited)).status).toBe('accepted');
    expect(sink.messages).toHaveLength(2);
  });
});

describe('What hooks do with the outcome', () => {
  it.each(BOUNDS)('does not hold a send that was taken beyond the moment of %s', async bound => {
    let told = false;
    class Stuck extends MailHook {
      override async afterSend(): Promise<void> {
        told = true;
        await new Promise(() => {});
      }
    }
    const { app } = await start(bound, {}, { hooks: [Stuck] });
    const controller = new AbortController();
    const sending = app.mail.send(MESSAGE, {
      ...(bound === 'timeoutMs' && { timeoutMs: 300 }),
      ...(bound === 'signal' && { signal: controller.signal }),
    });
    await until(() => told);
    controller.abort();
    expect((await sending).status).toBe('accepted');
  });

  it.each(BOUNDS)('does not hold a send that failed beyond the moment of %s', async bound => {
    class Stuck extends MailHook {
      override onFailure(): Promise<void> {
        return new Promise(() => {});
      }
    }
    const sink = await bench.sink({ rejectSender: () => ({ code: 550, message: 'no' }) });
    const app = await mailer(sink, bound, {}, { hooks: [Stuck] });
    const controller = new AbortController();
    const sending = rejection(
      app.mail.send(MESSAGE, {
        ...(bound === 'timeoutMs' && { timeoutMs: 300 }),
        ...(bound === 'signal' && { signal: controller.signal }),
      }),
    );
    await until(() => sink.commands.some(command => command.startsWith('MAIL')));
    setTimeout(() => controller.abort(), 100);
    expect(await sending).toMatchObject({ code: 'EMAILENVELOPE', responseCode: 550 });
  });

  it.each(BOUNDS)('does not hold a send that %s has ended', async bound => {
    class Stuck extends MailHook {
      override onFailure(): Promise<void> {
        return new Promise(() => {});
      }
    }
    const sink = await bench.sink({ delayDataMs: 2000 });
    const app = await mailer(sink, bound, {}, { hooks: [Stuck] });
    const { error, lateMs } = await cutSend(app, MESSAGE, bound, () => sink.commands.includes('DATA'));
    expect(error).toMatchObject({ code: boundCode(bound) });
    expect(lateMs).toBeLessThan(LATE_MS);
  });

  it('does not hold a send beyond the shutdown', async () => {
    let told = false;
    class Stuck extends MailHook {
      override async afterSend(): Promise<void> {
        told = true;
        await new Promise(() => {});
      }
    }
    const sink = await bench.sink();
    const app = await mailer(sink, 'signal', {}, { hooks: [Stuck], shutdownTimeoutMs: 100 });
    const sending = app.mail.send(MESSAGE);
    await until(() => told);
    await app.close();
    expect((await sending).status).toBe('accepted');
  });
});
