import { describe, expect, it } from '@jest/globals';
import { MailDelivery, MailHook } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import type { MailApp } from '../support/mail-app.js';
import { startMailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';

const bench = useMailBench();

async function against(
  server: { host: string; port: number; close(): Promise<void> },
  settings: object = {},
  options: object = {},
): Promise<MailApp> {
  bench.closing(server);
  return await bench.app(
    { Host: server.host, Port: server.port, FromAddress: 'no-reply@contoso.com', ...settings },
    options,
  );
}

const MESSAGE = { to: 'ann@contoso.com', subject: 'Bounds', text: 'text' };
const SILENT: Script = [{ silence: true }];
const SILENT_AFTER_DOT: Script = [
  { send: '220 hi\r\n' },
  { expect: /^EHLO/, send: '250 hi\r\n' },
  { expect: /^MAIL/, send: '250 ok\r\n' },
  { expect: /^RCPT/, send: '250 ok\r\n' },
  { expect: 'DATA', send: '354 go\r\n' },
  { expectData: true },
  { silence: true },
];

describe('A send', () => {
  it.each([
    ['timeoutMs', {}, { timeoutMs: 200 }],
    ['the setting SendTimeout', { SendTimeout: 0.2 }, {}],
  ])('ends at the time limit of %s and cuts the connection', async (_, settings, options) => {
    const server = await ScriptedSmtpServer.start(SILENT);
    const app = await against(server, settings);
    const error = await rejection(app.mail.send(MESSAGE, options));
    expect(error).toMatchObject({ code: 'EMAILTIMEOUT', phase: 'connect', retryable: true });
    await until(() => server.openConnections === 0);
  });

  it('ends when its signal fires, with the reason as cause', async () => {
    const server = await ScriptedSmtpServer.start(SILENT);
    const app = await against(server);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('user left')), 100);
    const error = await rejection(app.mail.send(MESSAGE, { signal: controller.signal }));
    expect(error).toMatchObject({
      code: 'EMAILABORTED',
      retryable: true,
      cause: expect.objectContaining({ message: 'user left' }),
    });
  });

  it('whose signal has fired already sends nothing', async () => {
    const sink = await MailSink.start();
    const app = await against(sink);
    expect(await rejection(app.mail.send(MESSAGE, { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'EMAILABORTED',
    });
    expect(sink.connections).toBe(0);
  });

  it('that is cut after the dot is not known to have failed', async () => {
    const server = await ScriptedSmtpServer.start(SILENT_AFTER_DOT);
    const app = await against(server);
    const error = await rejection(app.mail.send(MESSAGE, { timeoutMs: 500 }));
    expect(error).toMatchObject({ code: 'EMAILTIMEOUT', phase: 'after-data', retryable: 'unknown' });
  });

  it('ends in time against a server that drips', async () => {
    const server = await ScriptedSmtpServer.start([{ drip: '220-slowly\r\n'.repeat(200), everyMs: 20 }]);
    const app = await against(server);
    expect(await rejection(app.mail.send(MESSAGE, { timeoutMs: 300 }))).toMatchObject({
      code: 'EMAILTIMEOUT',
      retryable: true,
    });
  });

  it.each([-1, Number.NaN, 'soon'])('refuses the time limit %s', async timeoutMs => {
    const sink = await MailSink.start();
    const app = await against(sink);
    expect(await rejection(app.mail.send(MESSAGE, { timeoutMs: timeoutMs as number }))).toMatchObject({
      code: 'EMAILMESSAGE',
      field: 'timeoutMs',
    });
  });
});

describe('Shutting down', () => {
  it('finishes the sends that have begun, and refuses later ones', async () => {
    const sink = await MailSink.start({ delayDataMs: 30 });
    const app = await against(sink, { MaxConnections: 2 });
    const sending = Array.from({ length: 20 }, (_, index) =>
      app.mail.send({ ...MESSAGE, subject: `mail ${index}` }),
    );
    const closing = app.close();
    const late = rejection(
      new Promise(resolve => setTimeout(resolve, 20)).then(() => app.mail.send(MESSAGE)),
    );
    const receipts = await Promise.all(sending);
    await closing;
    expect(receipts.map(receipt => receipt.status)).toEqual(Array.from({ length: 20 }, () => 'accepted'));
    expect(sink.messages).toHaveLength(20);
    expect(await late).toMatchObject({ code: 'EMAILCLOSED' });
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({ code: 'EMAILCLOSED', retryable: true });
  });

  it('lets the hooks that hear of an outcome finish within the grace time', async () => {
    const heard: string[] = [];
    class Bookkeeper extends MailHook {
      override async afterSend(): Promise<void> {
        await new Promise(resolve => setTimeout(resolve, 300));
        heard.push('booked');
      }
    }
    const sink = await MailSink.start();
    const app = await against(sink, {}, { hooks: [Bookkeeper] });
    const sending = app.mail.send(MESSAGE);
    await sink.waitForMessages(1);
    await app.close();
    expect(heard).toEqual(['booked']);
    expect((await sending).status).toBe('accepted');
  });

  it('cuts what is not done within the grace time, and says so of every send', async () => {
    const server = await ScriptedSmtpServer.start(index => (index === 0 ? SILENT_AFTER_DOT : SILENT));
    const app = await against(server, { MaxConnections: 2 }, { shutdownTimeoutMs: 400 });
    const first = rejection(app.mail.send(MESSAGE));
    await new Promise(resolve => setTimeout(resolve, 150));
    const rest = [rejection(app.mail.send(MESSAGE)), rejection(app.mail.send(MESSAGE))];
    await app.close();
    expect(await first).toMatchObject({ code: 'EMAILCLOSED', phase: 'after-data', retryable: 'unknown' });
    for (const error of await Promise.all(rest))
      expect(error).toMatchObject({ code: 'EMAILCLOSED', retryable: true });
    await until(() => server.openConnections === 0);
  });
});

describe('A delivery of the application’s own that listens to nothing', () => {
  class Deaf extends MailDelivery {
    readonly name = 'deaf';
    deliver(): Promise<never> {
      return new Promise(() => {});
    }
    async verify(): Promise<void> {}
    async close(): Promise<void> {}
  }

  it('does not hold a send beyond its time limit', async () => {
    const app = await bench.app({ FromAddress: 'a@contoso.com' }, { delivery: Deaf });
    expect(await rejection(app.mail.send(MESSAGE, { timeoutMs: 50 }))).toMatchObject({
      code: 'EMAILTIMEOUT',
      retryable: 'unknown',
    });
  });

  it('does not hold the shutdown, and its sends reject as closed', async () => {
    const app = await startMailApp(
      { FromAddress: 'a@contoso.com' },
      { delivery: new Deaf(), shutdownTimeoutMs: 50 },
    );
    const error = rejection(app.mail.send(MESSAGE));
    await app.close();
    expect(await error).toMatchObject({ code: 'EMAILCLOSED', retryable: 'unknown' });
  });
});

it('A send whose hook takes too long is known to have sent nothing', async () => {
  const sink = await MailSink.start();
  class Stuck extends MailHook {
    override beforeSend(): Promise<never> {
      return new Promise(() => {});
    }
  }
  const app = await against(sink, {}, { hooks: [Stuck], shutdownTimeoutMs: 50 });
  expect(await rejection(app.mail.send(MESSAGE, { timeoutMs: 20 }))).toMatchObject({
    code: 'EMAILTIMEOUT',
    retryable: true,
  });
});

it('A send with timeoutMs 0 has no time limit, whatever SendTimeout says', async () => {
  const sink = await MailSink.start({ delayDataMs: 300 });
  const app = await against(sink, { SendTimeout: 0.1 });
  expect((await app.mail.send(MESSAGE, { timeoutMs: 0 })).status).toBe('accepted');
});

it('A send that is aborted while a hook works on it rejects as aborted and sends nothing', async () => {
  const sink = await MailSink.start();
  class Slow extends MailHook {
    override async beforeSend(): Promise<void> {
      await new Promise(resolve => setTimeout(resolve, 60));
    }
  }
  const app = await against(sink, {}, { hooks: [Slow] });
  expect(await rejection(app.mail.send(MESSAGE, { timeoutMs: 20 }))).toMatchObject({
    name: 'MailDeliveryError',
    code: 'EMAILTIMEOUT',
    retryable: true,
  });
  await new Promise(resolve => setTimeout(resolve, 100));
  expect(sink.connections).toBe(0);
});
