import { readdirSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { ComposedMail, DeliveryOutcome, MailModuleOptions, MailSettingsInput } from 'nest-mailroom';
import { MailDelivery, MailHook, MailModule, MailService, TemplateRenderer } from 'nest-mailroom';
import { EveryLevelLogger } from '../support/every-level-logger.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const FROM = 'no-reply@contoso.com';
const PASSWORD = 's3cret-p4ssword';
const TOKEN = 'r3set/t0ken+0123456789==';

const bench = useMailBench();

async function start(settings: MailSettingsInput, options: MailModuleOptions = {}) {
  const app = await bench.appOf(MailModule.forRoot(settings, options));
  const logger = new EveryLevelLogger();
  app.app.useLogger(logger);
  return { app, mail: app.mail, logger };
}

async function withSink(options: MailModuleOptions = {}, settings: object = {}) {
  const sink = await bench.sink({
    rejectRecipient: address =>
      address.startsWith('gone')
        ? { code: 550, message: `5.1.1 <${address}>: user unknown` }
        : address.startsWith('busy')
          ? { code: 451, message: '4.2.1 later' }
          : undefined,
  });
  const started = await start({ Host: sink.host, Port: sink.port, FromAddress: FROM, ...settings }, options);
  return { sink, ...started };
}

describe('The log', () => {
  it('has one line for a mail: Message-ID, template and culture, masked recipients, outcome', async () => {
    const { mail, logger } = await withSink();
    const receipt = await mail.sendNotification({
      to: ['Ann Lee <ann@contoso.com>', 'bob@fabrikam.com'],
      title: 'Done',
      lines: ['All done.'],
      culture: 'fr',
    });
    expect(logger.about('log')).toEqual([
      `Mail ${receipt.messageId} notification (fr) to a***@contoso.com, b***@fabrikam.com: accepted by smtp (${receipt.response})`,
    ]);
    expect([...logger.about('debug'), ...logger.about('warn'), ...logger.about('error')]).toEqual([]);
  });

  it('names the refused recipients and why, masked too', async () => {
    const { mail, logger } = await withSink();
    const receipt = await mail.send({ to: ['ann@contoso.com', 'gone@contoso.com'], text: 't' });
    expect(logger.about('log')).toEqual([
      `Mail ${receipt.messageId} to a***@contoso.com, g***@contoso.com: accepted by smtp (${receipt.response}); refused: g***@contoso.com (550 5.1.1 <g***@contoso.com>: user unknown)`,
    ]);
  });

  it('has one line for a mail that failed, with its code and whether a retry can help', async () => {
    const { mail, logger } = await withSink();
    await rejection(mail.send({ to: 'gone@contoso.com', text: 't', messageId: '<1@contoso.com>' }));
    expect(logger.about('log')).toEqual([
      expect.stringMatching(
        /^Mail <1@contoso\.com> to g\*\*\*@contoso\.com: failed EMAILENVELOPE, retryable: false: .*550 5\.1\.1 <g\*\*\*@contoso\.com>: user unknown/,
      ),
    ]);
  });

  it('has one line for a message that cannot be sent at all', async () => {
    const { mail, logger } = await withSink();
    await rejection(mail.send({ to: 'ann@contoso.com, bob@contoso.com', text: 't' }));
    await rejection(mail.send({ to: 'ann@contoso.com', template: 'a\nb ann@contoso.com', context: {} }));
    expect(logger.about('log')).toEqual([
      expect.stringMatching(
        /^Mail without Message-ID: failed EMAILADDRESS: .*a\*\*\*@contoso\.com, b\*\*\*@contoso\.com/,
      ),
      expect.stringMatching(
        /^Mail <[^>]+> a\\nb a\*\*\*@contoso\.com to a\*\*\*@contoso\.com: failed EMAILTEMPLATENAME: /,
      ),
    ]);
  });

  it('has one line for a mail that policy suppressed, besides the warning', async () => {
    const { mail, logger } = await withSink({}, { AllowedDomains: 'fabrikam.com' });
    const receipt = await mail.send({ to: 'ann@contoso.com', text: 't' });
    expect(logger.about('log')).toEqual([
      `Mail ${receipt.messageId} to a***@contoso.com: suppressed; dropped: 1 by allowed-domains`,
    ]);
    expect(logger.about('warn')).toEqual([
      `Recipients dropped: 1 by allowed-domains (mail ${receipt.messageId})`,
    ]);
  });

  it('names the template in the warning about dropped recipients', async () => {
    const { mail, logger } = await withSink({}, { AllowedDomains: 'fabrikam.com' });
    const receipt = await mail.sendNotification({ to: 'ann@contoso.com', title: 'Hello', lines: ['x'] });
    expect(logger.about('warn')).toEqual([
      `Recipients dropped: 1 by allowed-domains (mail ${receipt.messageId}, template notification)`,
    ]);
  });

  it('tells of a retry when it comes, and how many there were at the end', async () => {
    const { mail, logger } = await withSink({ retry: { attempts: 3, backoff: 5 } });
    await rejection(mail.send({ to: 'busy@contoso.com', text: 't', messageId: '<1@contoso.com>' }));
    expect(logger.about('debug')).toEqual([
      'Mail <1@contoso.com> to b***@contoso.com: try 1 failed, the next one comes in 5 ms for 1 recipient: 451 4.2.1 later',
      'Mail <1@contoso.com> to b***@contoso.com: try 2 failed, the next one comes in 5 ms for 1 recipient: 451 4.2.1 later',
    ]);
    expect(logger.about('log')).toHaveLength(1);
  });

  it('counts no retry whose wait was cut', async () => {
    const { mail, logger } = await withSink({ retry: { attempts: 3, backoff: 60_000 } });
    await mail.send({ to: ['ann@contoso.com', 'busy@contoso.com'], text: 't' }, { timeoutMs: 500 });
    expect(logger.about('log')).toEqual([expect.stringMatching(/: accepted by smtp \(/)]);
  });

  it('names the pickup file, without its folder', async () => {
    const folder = temporaryDirectory();
    const { mail, logger } = await start({
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: folder.path,
      FromAddress: FROM,
    });
    const receipt = await mail.send({ to: 'ann@contoso.com', text: 't' });
    expect(logger.about('log')).toEqual([
      `Mail ${receipt.messageId} to a***@contoso.com: written by pickup as ${readdirSync(folder.path)[0]}`,
    ]);
    folder.remove();
  });

  it('names no more than twenty recipients, and how many more there are', async () => {
    const { mail, logger } = await withSink({}, { MaxRecipients: 100 });
    const to = Array.from({ length: 50 }, (_, index) => `user${index}@contoso.com`);
    await mail.send({ to, text: 't' });
    expect(logger.about('log')).toEqual([
      expect.stringMatching(/(?:u\*\*\*@contoso\.com, ){19}u\*\*\*@contoso\.com and 30 more: accepted/),
    ]);
  });

  it('holds the conversation with the server at verbose only, without the message', async () => {
    const { mail, logger } = await withSink();
    const receipt = await mail.send({ to: 'ann@contoso.com', subject: 'the-subject', text: 'the-body' });
    const [connection, conversation, ...more] = logger.about('verbose');
    expect(more).toEqual([]);
    expect(connection).toMatch(/^New connection\nS: 220 .*\nC: EHLO /);
    expect(conversation).toMatch(
      new RegExp(
        `^${receipt.messageId}\nC: MAIL FROM:<no-reply@contoso\\.com>[\\s\\S]*S: 354[\\s\\S]*S: 250`,
      ),
    );
    expect(logger.lines.join()).not.toMatch(/the-subject|the-body/);
  });

  class Posting extends MailDelivery {
    readonly name = 'post\nLOG forged \u001b[31m';
    constructor(private readonly answer: (mail: ComposedMail) => unknown) {
      super();
    }
    async deliver(mail: ComposedMail): Promise<DeliveryOutcome> {
      return this.answer(mail) as DeliveryOutcome;
    }
    async verify(): Promise<void> {}
    async close(): Promise<void> {}
  }

  it('stays one line whatever the delivery is called and names as its file', async () => {
    const delivery = new Posting(({ envelope: { to } }) => ({
      status: 'queued',
      accepted: to,
      rejected: [],
      file: '/secret/folder/a\nLOG forged\u202e.eml',
    }));
    const { mail, logger } = await start({ FromAddress: FROM }, { delivery });
    await mail.send({ to: 'ann@contoso.com', text: 't', messageId: '<1@contoso.com>' });
    expect(logger.about('log')).toEqual([
      'Mail <1@contoso.com> to a***@contoso.com: queued by post\\nLOG forged \\u001b[31m as a\\nLOG forged\\u202e.eml',
    ]);
  });

  it('stays one line whatever culture a renderer of the application’s own names', async () => {
    class Renderer extends TemplateRenderer {
      override async render() {
        return { subject: 's', text: 't', culture: 'xx\nLOG forged ann@contoso.com' };
      }
    }
    const sink = await bench.sink();
    const app = await Test.createTestingModule({
      imports: [MailModule.forRoot({ Host: sink.host, Port: sink.port, FromAddress: FROM })],
    })
      .overrideProvider(TemplateRenderer)
      .useValue(new Renderer())
      .compile();
    const logger = new EveryLevelLogger();
    app.useLogger(logger);
    bench.closing(app);
    await app.get(MailService).send({ to: 'ann@contoso.com', template: 'x', context: {} });
    expect(logger.about('log')).toEqual([
      expect.stringMatching(
        /^Mail \S+ x \(xx\\nLOG forged a\*\*\*@contoso\.com\) to a\*\*\*@contoso\.com: accepted/,
      ),
    ]);
  });

  it('costs no mail its receipt when the delivery answers what it may not', async () => {
    const delivery = new Posting(({ envelope: { to } }) => ({
      status: 'queued',
      accepted: to,
      rejected: [{ retryable: false }],
      response: { code: 202 },
    }));
    const { mail } = await start({ FromAddress: FROM }, { delivery });
    expect(await mail.send({ to: 'ann@contoso.com', text: 't' })).toMatchObject({ status: 'queued' });
  });

  it('costs no mail its receipt when the logger throws', async () => {
    const { mail, logger } = await withSink();
    Object.assign(logger, {
      log: () => {
        throw new Error('the disk of the log is full');
      },
    });
    expect((await mail.send({ to: 'ann@contoso.com', text: 't' })).status).toBe('accepted');
  });

  it('costs nothing and says nothing when logging is off', async () => {
    const { mail, app } = await withSink();
    app.app.useLogger(false);
    expect(Logger.isLevelEnabled('log')).toBe(false);
    expect((await mail.send({ to: 'ann@contoso.com', text: 't' })).status).toBe('accepted');
  });
});

describe('Everything that a whole run writes', () => {
  const forms = [PASSWORD, TOKEN, encodeURIComponent(TOKEN), TOKEN.replaceAll('=', '=3D')].flatMap(secret => [
    secret,
    Buffer.from(secret).toString('base64'),
    Buffer.from(`\0ann\0${secret}`).toString('base64'),
  ]);
  const echo = `${TOKEN} ${encodeURIComponent(TOKEN)} ${TOKEN.replaceAll('=', '=3D')} ${Buffer.from(TOKEN).toString('base64')} https://identity.contoso.com/reset?token=${encodeURIComponent(TOKEN)} ${PASSWORD} ${Buffer.from(PASSWORD).toString('base64')} ${Buffer.from(`\0ann\0${PASSWORD}`).toString('base64')}`;
  const GREETED: Script = [{ send: '220 hi\r\n' }, { expect: /^EHLO/, send: '250-hi\r\n250 AUTH PLAIN\r\n' }];
  const LOGGED_IN: Script = [...GREETED, { expect: /^AUTH PLAIN/, send: `235 2.7.0 welcome ${echo}\r\n` }];
  const ENVELOPE: Script = [
    { expect: /^MAIL/, send: `250 sender ${echo}\r\n` },
    { expect: /^RCPT/, send: `250 recipient ${echo}\r\n` },
  ];

  @Injectable()
  class Chatty extends MailHook {
    override afterSend(): void {
      throw new Error(`hook saw ${TOKEN}`);
    }
    override onFailure(): void {
      throw new Error(`hook saw ${TOKEN}`);
    }
  }

  it.each([
    [
      'takes the mail',
      [
        ...LOGGED_IN,
        ...ENVELOPE,
        { expect: 'DATA', send: '354 go\r\n' },
        { expectData: true, send: `250 taken ${echo}\r\n` },
      ],
    ],
    ['refuses the login', [...GREETED, { expect: /^AUTH PLAIN/, send: `535 5.7.8 no ${echo}\r\n` }]],
    ['refuses the sender', [...LOGGED_IN, { expect: /^MAIL/, send: `550 no ${echo}\r\n` }]],
    [
      'refuses the recipient for now',
      [
        ...LOGGED_IN,
        { expect: /^MAIL/, send: '250 ok\r\n' },
        { expect: /^RCPT/, send: `451 no ${echo}\r\n` },
        { silence: true },
      ],
    ],
    [
      'refuses the message',
      [
        ...LOGGED_IN,
        ...ENVELOPE,
        { expect: 'DATA', send: '354 go\r\n' },
        { expectData: true, send: `554-no ${echo}\r\n554 no ${echo}\r\n` },
      ],
    ],
    ['says garbage', [...LOGGED_IN, { expect: /^MAIL/, send: `${echo}\r\n` }, { close: true }]],
    ['says good-bye', [{ send: `421 ${echo}\r\n` }, { close: true }]],
  ] as [string, Script][])(
    'holds neither the password nor the reset token, although the server echoes both and %s',
    async (_, script) => {
      const server = await ScriptedSmtpServer.start(script);
      bench.closing({ close: () => server.close().catch(() => {}) });
      const written: string[] = [];
      const { mail, logger } = await start(
        {
          MailSettings: {
            Host: server.host,
            Port: server.port,
            FromAddress: FROM,
            Username: 'ann',
            Password: PASSWORD,
            SecureSocketOption: 'None',
            SocketTimeout: 1,
            ConnectionTimeout: 1,
          },
          TwoFactorSettings: { ResetConfirmationUri: 'https://identity.contoso.com/reset?token=' },
        },
        { hooks: [Chatty], retry: { attempts: 2, backoff: 1 } },
      );
      const outcome = await mail
        .sendResetPassword({ to: 'ann@contoso.com', displayName: 'Ann', token: TOKEN })
        .catch((error: unknown) => error);
      written.push(
        String(outcome),
        inspect(outcome, { depth: 10, showHidden: true }),
        JSON.stringify(outcome),
      );
      written.push(...logger.lines);
      expect(logger.about('log')).toHaveLength(1);
      expect(logger.about('verbose').length).toBeGreaterThan(0);
      expect(logger.about('error')[0]).toContain('hook saw ***');
      for (const form of forms) expect(written.join('\n')).not.toContain(form);
      expect(logger.about('verbose').join('\n')).toContain('***');
    },
  );
});
