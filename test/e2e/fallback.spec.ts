import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import type { DeliveryOutcome, MailModuleOptions } from 'nest-mailroom';
import { MailDelivery, MailDeliveryError, MailModule, MailSettingsError } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { createCertificateAuthority } from '../support/certificates.js';
import { HANG_MS } from '../support/hang-guard.js';
import type { MailApp } from '../support/mail-app.js';
import { startMailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import { MailSink } from '../support/mail-sink.js';
import { ownTime } from '../support/own-time.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import { GREETED, TO_DATA } from '../support/smtp-scripts.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const FROM = 'no-reply@contoso.com';
const MESSAGE = { to: ['ann@contoso.com', 'bob@contoso.com'], subject: 'Fallback', text: 'text' };
const NOBODY = { host: '127.0.0.1', port: 1 };

const bench = useMailBench();

interface Server {
  readonly host: string;
  readonly port: number;
}

async function sink(options: MailSinkOptions = {}): Promise<MailSink> {
  return bench.sink(options);
}

async function scripted(script: Script | ((index: number) => Script)): Promise<ScriptedSmtpServer> {
  return bench.server(script);
}

async function start(
  primary: Server,
  fallback: Server | object,
  { settings = {}, ...options }: MailModuleOptions & { settings?: object } = {},
): Promise<MailApp> {
  const second = 'host' in fallback ? { Host: fallback.host, Port: fallback.port } : fallback;
  return bench.app(
    { Host: primary.host, Port: primary.port, FromAddress: FROM, ...settings },
    { ...options, fallback: second },
  );
}

describe('A fallback', () => {
  it('gets nothing as long as the first server works', async () => {
    const [first, second] = [await sink(), await sink()];
    const app = await start(first, second);
    const receipt = await app.mail.send(MESSAGE);
    expect(receipt).toMatchObject({ status: 'accepted', via: 'smtp' });
    expect(receipt.fallback).toBeUndefined();
    expect([first.messages.length, second.connections]).toEqual([1, 0]);
    expect(app.logger.warnings).toEqual([]);
  });

  it('takes over when nothing listens at the first server, and the receipt says so', async () => {
    const second = await sink();
    const app = await start(NOBODY, second);
    const receipt = await app.mail.send({ ...MESSAGE, messageId: '<kept@contoso.com>' });
    expect(receipt).toMatchObject({
      status: 'accepted',
      via: 'smtp',
      fallback: true,
      messageId: '<kept@contoso.com>',
      accepted: MESSAGE.to,
    });
    expect((await second.messages[0]?.parse())?.messageId).toBe('<kept@contoso.com>');
    expect(app.logger.warnings).toEqual([
      expect.stringMatching(/^The fallback takes over: .*127\.0\.0\.1:1.*Host and Port/),
    ]);
  });

  it.each([
    ['refuses every connection with 421', [{ send: '421 4.3.2 busy\r\n' }, { close: true }]],
    ['refuses every connection with 554', [{ send: '554 5.7.1 go away\r\n' }, { close: true }]],
    ['resets every connection', [{ reset: true }]],
    ['never greets', [{ silence: true }]],
    [
      'refuses STARTTLS',
      [
        { send: '220 hi\r\n' },
        { expect: /^EHLO/, send: '250-hi\r\n250 STARTTLS\r\n' },
        { expect: 'STARTTLS', send: '454 4.7.0 no TLS\r\n' },
      ],
    ],
  ] as [string, Script][])('takes over when the first server %s', async (_, script) => {
    const second = await sink();
    const first = await scripted(script);
    const app = await start(first, second, { settings: { ConnectionTimeout: 1 } });
    expect(await app.mail.send(MESSAGE)).toMatchObject({ fallback: true, accepted: MESSAGE.to });
    expect(second.messages).toHaveLength(1);
  });

  it('takes over when the login is refused, and its server never sees that login', async () => {
    const first = await sink({ auth: { user: 'ann', pass: 'right' }, allowInsecureAuth: true });
    const second = await sink();
    const app = await start(first, second, { settings: { Username: 'ann', Password: 'wrong' } });
    expect(await app.mail.send(MESSAGE)).toMatchObject({ fallback: true });
    expect(first.messages).toEqual([]);
    expect(second.commands.filter(command => command.startsWith('AUTH'))).toEqual([]);
  });

  it('gets no login that was given in code for the first server', async () => {
    const second = await sink({ auth: { user: 'x', pass: 'y' }, allowInsecureAuth: true });
    const app = await start(NOBODY, second, {
      smtp: { auth: { credentials: { user: 'code-user', pass: 'code-secret' } } },
    });
    expect(await rejection(app.mail.send(MESSAGE))).toBeInstanceOf(MailDeliveryError);
    expect(second.connections).toBe(1);
    expect(second.commands.filter(command => command.startsWith('AUTH'))).toEqual([]);
  });

  it('is not asked for the certificate of the first server', async () => {
    const authority = createCertificateAuthority();
    const second = await sink({ tls: 'starttls', certificate: authority.issue({ hosts: ['127.0.0.1'] }) });
    const app = await start(
      NOBODY,
      { Host: second.host, Port: second.port, SecureSocketOption: 'StartTls' },
      { smtp: { tls: { ca: authority.cert, servername: 'smtp.contoso.com' } } },
    );
    expect(await app.mail.send(MESSAGE)).toMatchObject({ fallback: true });
  });

  it('may be a pickup directory', async () => {
    const folder = temporaryDirectory();
    const app = await start(NOBODY, {
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: folder.path,
    });
    const receipt = await app.mail.send(MESSAGE);
    expect(receipt).toMatchObject({ status: 'written', via: 'pickup', fallback: true });
    expect(readdirSync(folder.path)).toEqual([receipt.file?.split('/').at(-1)]);
    folder.remove();
  });

  it.each([
    ['every recipient', { rejectRecipient: () => ({ code: 451, message: 'later' }) }],
    ['every recipient for good', { rejectRecipient: () => ({ code: 550, message: 'never' }) }],
    ['the sender', { rejectSender: () => ({ code: 553, message: 'not you' }) }],
    ['the message', { rejectData: () => ({ code: 554, message: 'spam' }) }],
  ] as [string, MailSinkOptions][])(
    'gets nothing when the first server refuses %s: that condemns no server',
    async (_, options) => {
      const [first, second] = [await sink(options), await sink()];
      const app = await start(first, second);
      expect(await rejection(app.mail.send(MESSAGE))).toBeInstanceOf(MailDeliveryError);
      expect(second.connections).toBe(0);
    },
  );

  it.each([
    ['after the dot', [...TO_DATA, { expectData: true }, { reset: true }], 'unknown'],
    ['in the envelope', [...TO_DATA.slice(0, 3), { reset: true }], true],
  ] as [string, Script, unknown][])(
    'gets nothing when the connection breaks %s',
    async (_, script, retryable) => {
      const second = await sink();
      const first = await scripted(script);
      const app = await start(first, second);
      expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({ retryable });
      expect(second.connections).toBe(0);
    },
  );

  it('gives back to the first server when that one can be used again, and the log tells both', async () => {
    const gone = await MailSink.start();
    const { port } = gone;
    await gone.close();
    const second = await sink();
    const app = await start({ host: '127.0.0.1', port }, second);
    await app.mail.send(MESSAGE);
    await app.mail.send(MESSAGE);
    expect(second.messages).toHaveLength(2);
    await bench.server([...TO_DATA, { expectData: true, send: '250 back\r\n' }], {
      port,
    });
    const deadline = Date.now() + HANG_MS;
    let receipt = await app.mail.send(MESSAGE);
    while (receipt.fallback && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 20));
      receipt = await app.mail.send(MESSAGE);
    }
    expect(receipt).toMatchObject({ response: '250 back' });
    expect(app.logger.warnings.filter(line => line.includes('fallback takes over'))).toHaveLength(1);
    expect(app.logger.lines.filter(line => line.includes('works again'))).toHaveLength(1);
  });

  it('spares later mails the wait for a server that lets them wait', async () => {
    const first = await scripted([{ silence: true }]);
    const second = await sink();
    const app = await start(first, second, { settings: { ConnectionTimeout: 1 } });
    await app.mail.send(MESSAGE);
    const before = first.connections;
    for (let mail = 0; mail < 20; mail++) await app.mail.send(MESSAGE);
    expect(first.connections).toBe(before);
    expect(second.messages).toHaveLength(21);
  });

  it('does not let a login that was refused be tried for every mail', async () => {
    const first = await sink({ auth: { user: 'ann', pass: 'right' }, allowInsecureAuth: true });
    const second = await sink();
    const app = await start(first, second, { settings: { Username: 'ann', Password: 'wrong' } });
    for (let mail = 0; mail < 20; mail++) await app.mail.send(MESSAGE);
    expect(first.connections).toBe(1);
    expect(second.messages).toHaveLength(20);
  });

  it('takes a whole burst at once, also the mails that wait for a free connection of the first server', async () => {
    const first = await scripted([{ silence: true }]);
    const second = await sink();
    const app = await start(first, second, {
      settings: { ConnectionTimeout: 1, MaxConnections: 2 },
    });
    const begun = ownTime();
    const receipts = await Promise.all(Array.from({ length: 60 }, () => app.mail.send(MESSAGE)));
    // One after another they would have waited for half a minute.
    expect(ownTime() - begun).toBeLessThan(15_000);
    expect(receipts.every(receipt => receipt.fallback)).toBe(true);
    // Two that wait for a greeting, and for each a look whether the server wants TLS.
    expect(first.connections).toBeLessThanOrEqual(4);
    expect(second.messages).toHaveLength(60);
  });

  it('that fails too makes an error that tells of both', async () => {
    const second = await scripted([{ send: '421 4.3.2 second is busy\r\n' }, { close: true }]);
    // It is asked again until then.
    const fallback = { Host: second.host, Port: second.port, ConnectionTimeout: 1 };
    const app = await start(NOBODY, fallback);
    const error = await rejection(app.mail.send(MESSAGE));
    expect(error).toMatchObject({
      code: 'EMAILCONNECT',
      phase: 'connect',
      retryable: true,
      message: expect.stringMatching(/127\.0\.0\.1:1.*Port\. The fallback failed too: .*second is busy/s),
      messageId: expect.stringContaining('@contoso.com>'),
      cause: expect.objectContaining({ errors: [expect.any(Error), expect.any(Error)] }),
    });
  });

  it('whose folder is gone makes an error that tells of both', async () => {
    const folder = temporaryDirectory();
    const app = await start(NOBODY, { UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path });
    folder.remove();
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILCONNECT',
      message: expect.stringMatching(/127\.0\.0\.1:1.*The fallback failed too: /s),
    });
  });

  it('that refuses the recipients has the last word', async () => {
    const second = await sink({ rejectRecipient: () => ({ code: 550, message: '5.1.1 never' }) });
    const app = await start(NOBODY, second);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILENVELOPE',
      retryable: false,
      responseCode: 550,
    });
  });

  it('is not asked when the caller has ended the send', async () => {
    const first = await scripted([{ silence: true }]);
    const second = await sink();
    const app = await start(first, second);
    expect(await rejection(app.mail.send(MESSAGE, { timeoutMs: 200 }))).toMatchObject({
      code: 'EMAILTIMEOUT',
    });
    expect(second.connections).toBe(0);
  });

  it('goes before a retry: the mail has left before the first wait', async () => {
    const second = await sink();
    const app = await start(NOBODY, second, { retry: { attempts: 3, backoff: 60_000 } });
    expect(await app.mail.send(MESSAGE)).toMatchObject({ fallback: true });
  });

  it('takes the recipients that a retry is left with', async () => {
    const first = await scripted([
      ...GREETED,
      { expect: /^MAIL FROM/, send: '250 ok\r\n' },
      { expect: /^RCPT TO/, send: '250 ok\r\n' },
      { expect: /^RCPT TO/, send: '451 4.2.1 later\r\n' },
      { expect: 'DATA', send: '354 go\r\n' },
      { expectData: true, send: '250 one\r\n' },
      { close: true },
    ]);
    const second = await sink();
    const app = await start(first, second, {
      retry: {
        attempts: 2,
        backoff: () => {
          void first.close();
          return 100;
        },
      },
    });
    const receipt = await app.mail.send(MESSAGE);
    expect(receipt).toMatchObject({
      accepted: ['ann@contoso.com', 'bob@contoso.com'],
      rejected: [],
      messages: [{ accepted: ['ann@contoso.com'] }, { accepted: ['bob@contoso.com'], fallback: true }],
    });
    expect(second.messages[0]?.envelope.to).toEqual(['bob@contoso.com']);
  });

  it('makes verify() resolve when mails can leave one way or the other, and reject when they cannot', async () => {
    const second = await sink();
    const good = await start(NOBODY, second);
    await expect(good.mail.verify()).resolves.toBeUndefined();
    const bad = await start(NOBODY, { Host: '127.0.0.1', Port: 2 });
    expect(await rejection(bad.mail.verify())).toMatchObject({
      code: 'EMAILCONNECT',
      message: expect.stringContaining('The fallback failed too'),
    });
  });

  it('is closed with the mailer', async () => {
    const second = await sink();
    const app = await start(NOBODY, second);
    await app.mail.send(MESSAGE);
    expect(second.openConnections).toBe(1);
    await app.close();
    await until(() => second.openConnections === 0);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({ code: 'EMAILCLOSED' });
  });

  it('may come from another section of the configuration', async () => {
    const second = await sink();
    const sections = {
      MailSettings: { Host: '127.0.0.1', Port: 1, FromAddress: FROM },
      FallbackMailSettings: { Host: second.host, Port: second.port },
    };
    const app = await bench.appOf(
      ConfigModule.forRoot({ load: [() => sections], ignoreEnvFile: true }),
      MailModule.fromConfig('MailSettings', {
        fallback: {
          inject: [ConfigService],
          useFactory: (config: ConfigService) => config.get('FallbackMailSettings'),
        },
      }),
    );
    expect(await app.mail.send(MESSAGE)).toMatchObject({ fallback: true });
  });

  it('may come from a factory with injection, and may be absent', async () => {
    const second = await sink();
    const LAB = Symbol('LAB');
    class Lab {}
    Module({
      providers: [{ provide: LAB, useValue: { Host: second.host, Port: second.port } }],
      exports: [LAB],
    })(Lab);
    const app = await bench.appOf(
      MailModule.forRootAsync({
        imports: [Lab],
        useFactory: () => ({ Host: '127.0.0.1', Port: 1, FromAddress: FROM }),
        fallback: { inject: [LAB], useFactory: (lab: object) => lab as Record<string, unknown> },
      }),
    );
    expect(await app.mail.send(MESSAGE)).toMatchObject({ fallback: true });
    const without = await bench.app(
      { Host: '127.0.0.1', Port: 1, FromAddress: FROM },
      { fallback: { useFactory: () => undefined } },
    );
    expect(await rejection(without.mail.send(MESSAGE))).toMatchObject({ code: 'EMAILCONNECT' });
  });
});

describe('A fallback of a delivery of the application’s own', () => {
  class Own extends MailDelivery {
    readonly name = 'own';
    tries = 0;
    constructor(private readonly answer: (tries: number) => Promise<DeliveryOutcome>) {
      super();
    }
    async deliver(): Promise<DeliveryOutcome> {
      return this.answer(++this.tries);
    }
    async verify(): Promise<void> {}
    async close(): Promise<void> {}
  }

  const unusable = (message: string, retryable: boolean | 'unknown' = true) =>
    new MailDeliveryError('EMAILCONNECT', message, { phase: 'connect', retryable });
  const after = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

  it('gets nothing of which it is not known whether it has left', async () => {
    const second = await sink();
    const delivery = new Own(async () => {
      throw unusable('no answer', 'unknown');
    });
    const app = await start(NOBODY, second, { delivery });
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({ retryable: 'unknown' });
    expect(second.connections).toBe(0);
  });

  it('takes the other mails while one asks a server that lets its callers wait whether it is back', async () => {
    const second = await sink();
    const delivery = new Own(async tries => {
      await after(tries === 1 ? 20 : 2000);
      throw unusable('no answer');
    });
    const app = await start(NOBODY, second, { delivery });
    expect(await app.mail.send(MESSAGE)).toMatchObject({ fallback: true });
    // Ten times as long as the failure took, and slack for a busy machine.
    await after(600);
    const asking = app.mail.send(MESSAGE);
    await after(20);
    const begun = ownTime();
    const others = await Promise.all(Array.from({ length: 10 }, () => app.mail.send(MESSAGE)));
    expect(ownTime() - begun).toBeLessThan(1500);
    expect(others.every(receipt => receipt.fallback)).toBe(true);
    expect(delivery.tries).toBe(2);
    expect(await asking).toMatchObject({ fallback: true });
  });

  it('gives back to it as soon as one mail has found that it works', async () => {
    const second = await sink();
    const delivery = new Own(async tries => {
      if (tries === 1) throw unusable('no answer');
      return { status: 'queued', accepted: MESSAGE.to, rejected: [] };
    });
    const app = await start(NOBODY, second, { delivery });
    expect(await app.mail.send(MESSAGE)).toMatchObject({ fallback: true });
    await after(300);
    expect((await app.mail.send(MESSAGE)).via).toBe('own');
    const receipts = await Promise.all(Array.from({ length: 5 }, () => app.mail.send(MESSAGE)));
    expect(receipts.map(receipt => receipt.via)).toEqual(Array(5).fill('own'));
  });

  it('is not asked when the send was aborted meanwhile, and the error is that of this mail', async () => {
    const second = await sink();
    const abort = new AbortController();
    const delivery = new Own(async () => {
      abort.abort();
      throw new MailDeliveryError('EMAILCONNECT', 'no answer', {
        phase: 'connect',
        retryable: true,
        messageId: '<other@contoso.com>',
        transcript: ['S: 421 about another mail'],
      });
    });
    const app = await start(NOBODY, second, { delivery });
    const sending = app.mail.send({ ...MESSAGE, messageId: '<1@contoso.com>' }, { signal: abort.signal });
    expect(await rejection(sending)).toMatchObject({
      code: 'EMAILABORTED',
      messageId: '<1@contoso.com>',
      transcript: undefined,
    });
    expect(second.connections).toBe(0);
  });

  it('takes over and gives back although the logger throws', async () => {
    const second = await sink();
    const delivery = new Own(async tries => {
      if (tries === 1) throw unusable('no answer');
      return { status: 'queued', accepted: MESSAGE.to, rejected: [] };
    });
    const app = await start(NOBODY, second, { delivery });
    const full = (): never => {
      throw new Error('the disk of the log is full');
    };
    app.app.useLogger({ log: full, warn: full, error: full });
    expect(await app.mail.send(MESSAGE)).toMatchObject({ fallback: true });
    await after(300);
    expect((await app.mail.send(MESSAGE)).via).toBe('own');
    app.app.useLogger(app.logger);
  });

  it('is announced in one line, without addresses and links', async () => {
    const second = await sink();
    const delivery = new Own(async () => {
      throw unusable('no login for ann.lee@contoso.com\nLOG forged \u001b[31m https://x.example/reset?t=abc');
    });
    const app = await start(NOBODY, second, { delivery });
    await app.mail.send(MESSAGE);
    expect(app.logger.warnings).toEqual([
      'The fallback takes over: no login for a***@contoso.com\\nLOG forged \\u001b[31m https://x.example/***',
    ]);
  });

  it('is announced without the secrets of the mail that it was announced for', async () => {
    const second = await sink();
    const delivery = new Own(async () => {
      throw unusable('cannot post r3set-t0ken-0123456789');
    });
    const app = await bench.app(
      {
        MailSettings: { FromAddress: FROM },
        TwoFactorSettings: { ResetConfirmationUri: 'https://x.example/reset?t=' },
      },
      { delivery, fallback: { Host: second.host, Port: second.port } },
    );
    await app.mail.sendResetPassword({
      to: 'ann@contoso.com',
      displayName: 'Ann',
      token: 'r3set-t0ken-0123456789',
    });
    expect(app.logger.warnings).toEqual(['The fallback takes over: cannot post ***']);
  });
});

describe('The settings of a fallback', () => {
  const startWith = (fallback: object, settings: object = {}) =>
    startMailApp({ Host: 'smtp.contoso.com', FromAddress: FROM, ...settings }, { fallback });

  it('are checked at start together with the others, all problems at once', async () => {
    const error = await rejection(startWith({ Host: 'x', Port: 99_999, Username: 'ann' }, { Port: 'many' }));
    expect(error).toBeInstanceOf(MailSettingsError);
    expect(error instanceof MailSettingsError && error.problems.map(({ key }) => key)).toEqual([
      'Port',
      'fallback.Port',
      'fallback.Username',
    ]);
  });

  it('must name a folder that exists when they name a pickup directory', async () => {
    const error = await rejection(
      startWith({ UseSpecifiedPickupDirectory: true, PickupDirectory: '/no/such/folder' }),
    );
    expect(error).toMatchObject({ problems: [{ key: 'fallback.PickupDirectory' }] });
  });

  it('may repeat the recipient policy of the main settings but not have another one', async () => {
    const error = await rejection(
      startWith({ Host: 'x', AllowedDomains: 'contoso.com', CatchAllAddress: 'test@contoso.com' }),
    );
    expect(error).toMatchObject({
      problems: [{ key: 'fallback.AllowedDomains' }, { key: 'fallback.CatchAllAddress' }],
    });
    const policy = { AllowedDomains: 'contoso.com; fabrikam.com' };
    bench.closing(await startWith({ Host: 'x', ...policy }, policy));
  });

  it('need no folder on a machine where the main settings switch mail off', async () => {
    const app = await startWith(
      { UseSpecifiedPickupDirectory: true, PickupDirectory: '/no/such/folder' },
      { Enabled: false },
    );
    bench.closing(app);
    expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'suppressed' });
    await expect(app.mail.verify()).resolves.toBeUndefined();
  });

  it('are of no use where the main settings choose a pickup directory, and a warning at start says so', async () => {
    const folder = temporaryDirectory();
    const app = await bench.app(
      { UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path, FromAddress: FROM },
      { fallback: { Host: 'x' } },
    );
    expect(app.logger.warnings).toEqual([expect.stringContaining('The option fallback is not used')]);
    folder.remove();
  });

  it('with Enabled false mean that there is none', async () => {
    const app = await bench.app(
      { Host: '127.0.0.1', Port: 1, FromAddress: FROM },
      { fallback: { Host: 'x', Enabled: false } },
    );
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILCONNECT',
      message: expect.not.stringContaining('fallback'),
    });
  });
});
