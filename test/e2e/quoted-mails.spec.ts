import { afterEach, describe, expect, it } from '@jest/globals';
import type {
  ComposedMail,
  DeliveryOutcome,
  MailMessage,
  MailModuleOptions,
  MailReceipt,
  MailService,
} from 'nest-mailroom';
import { MailDelivery, MailDeliveryError, MailHook, MailModule } from 'nest-mailroom';
import { EveryLevelLogger } from '../support/every-level-logger.js';
import { everyPrint } from '../support/every-print.js';
import { startApp } from '../support/mail-app.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';

const PASSWORD = 'Zebra-Quartz-4711!';
const TOKEN = 'Xy/Z-0987654321+=';
const LINK = `https://id.example.com/reset?token=${encodeURIComponent(TOKEN)}`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** A text cut in two by the lines of a reply. */
const cut = (text: string): string => `${text.slice(0, 10)}\r\n554 5.7.1 ${text.slice(10)}`;
const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A session up to the final dot, which gets this answer. */
function answering(answer: string): Script {
  return [
    { send: '220 hi\r\n' },
    { expect: /^EHLO/, send: '250 hi\r\n' },
    { expect: /^MAIL/, send: '250 ok\r\n' },
    { expect: /^RCPT/, send: '250 ok\r\n' },
    { expect: 'DATA', send: '354 go\r\n' },
    { expectData: true, send: `${answer}\r\n` },
    { expect: 'RSET', send: '250 ok\r\n' },
  ];
}

async function started(script: Script, options: MailModuleOptions = {}, settings: object = {}) {
  const server = await ScriptedSmtpServer.start(script);
  const told: unknown[] = [];
  class Listener extends MailHook {
    override onFailure(error: unknown): void {
      told.push(error);
    }
    override afterSend(receipt: MailReceipt): void {
      told.push(receipt);
    }
  }
  const app = await startApp(
    MailModule.forRoot(
      {
        MailSettings: { Host: server.host, Port: server.port, FromAddress: 'a@example.com', ...settings },
        TwoFactorSettings: { ResetConfirmationUri: 'https://id.example.com/reset?token=' },
      },
      { hooks: [Listener], ...options },
    ),
  );
  const logger = new EveryLevelLogger();
  app.app.useLogger(logger);
  cleanups.push(async () => {
    await app.close();
    await server.close().catch(() => {});
  });
  const everything = (...things: unknown[]): string =>
    [
      ...[...things, ...told].flatMap(thing => [everyPrint(thing), String(stackOf(thing))]),
      ...logger.lines,
    ].join('\n');
  return { mail: app.mail, logger, everything };
}

function stackOf(thing: unknown): string {
  return thing instanceof Error ? `${thing.stack} ${stackOf(thing.cause)}` : '';
}

const oneWay = (password: string): MailMessage => ({
  to: 'ann@example.com',
  template: 'reset-password-one-way',
  context: { displayName: 'Ann', password, mustChange: true },
});

const WAYS: readonly (readonly [string, string, (mail: MailService) => Promise<MailReceipt>])[] = [
  [
    'a text',
    PASSWORD,
    mail => mail.send({ to: 'ann@example.com', subject: 's', text: `It is ${PASSWORD} now` }),
  ],
  [
    'an HTML',
    PASSWORD,
    mail => mail.send({ to: 'ann@example.com', subject: 's', html: `<p>${PASSWORD}</p>` }),
  ],
  [
    'an HTML without a text part, whose tags cut words in two',
    PASSWORD,
    mail =>
      mail.send({
        to: 'ann@example.com',
        subject: 's',
        html: `<p><b>Zebra</b>-Quartz<span title="a">-4711</span>!</p>`,
        text: false,
      }),
  ],
  [
    'a text of two megabytes',
    PASSWORD,
    mail =>
      mail.send({ to: 'ann@example.com', subject: 's', text: `${'word '.repeat(400_000)} ${PASSWORD}` }),
  ],
  ['a template', PASSWORD, mail => mail.send(oneWay(PASSWORD))],
  [
    'a notification',
    LINK,
    mail =>
      mail.sendNotification({
        to: 'ann@example.com',
        title: 'New',
        lines: ['x'],
        action: { label: 'go', url: LINK },
      }),
  ],
  [
    'a reset mail',
    TOKEN,
    mail => mail.sendResetPassword({ to: 'ann@example.com', displayName: 'Ann', token: TOKEN }),
  ],
];

describe('A server that refuses a mail and quotes it', () => {
  it.each(
    WAYS.flatMap(way =>
      (
        [
          ['as it is', (text: string) => text],
          ['in capitals', (text: string) => text.toUpperCase()],
          ['cut over two lines', cut],
          ['in base64, cut over two lines', (text: string) => cut(base64(text))],
          ['in a URL', (text: string) => encodeURIComponent(text).toLowerCase()],
          ['without its scheme', (text: string) => text.replace('https://', '')],
        ] as const
      ).map(([form, write]) => [way[0], form, way, write] as const),
    ),
  )('gets a secret of %s, %s, into no error and no log', async (_, form, [, secret, send], write) => {
    const quoted = write(secret);
    const lines = quoted.includes('\r\n') ? `554-5.7.1 spam ${quoted} here` : `554 5.7.1 spam ${quoted} here`;
    const { mail, everything } = await started(answering(lines));
    const error = await rejection(send(mail));
    expect(error).toMatchObject({ code: 'EMAILDATA', responseCode: 554, enhancedCode: '5.7.1' });
    expect(error).toMatchObject({
      response: expect.stringMatching(/^554[ -]5\.7\.1 spam .*\*\*\*.* here$/s),
    });
    const shown = everything(error).toLowerCase();
    for (const piece of quoted.split('\r\n554 5.7.1 '))
      for (const part of [piece, piece.slice(-9)]) expect(shown).not.toContain(part.toLowerCase());
    expect(form).not.toBe('');
  });

  it('keeps a short password of a template, and a named text, to itself', async () => {
    const { mail, everything } = await started(answering('554 5.7.1 spam hunter2! and 4711 here'));
    const error = await rejection(mail.send({ ...oneWay('hunter2!'), secrets: ['4711'] }));
    expect(error).toMatchObject({ response: '554 5.7.1 spam *** and *** here' });
    expect(everything(error)).not.toMatch(/hunter2|\b4711\b/);
  });

  it('shows codes, addresses of the envelope and words that are not in the mail', async () => {
    const said = '554 5.7.1 <ann.of.the.long.name@example.com>: Recipient refused by contentfilter4711';
    const { mail, everything } = await started(answering(said));
    const error = await rejection(
      mail.send({
        to: 'ann.of.the.long.name@example.com',
        subject: 's',
        text: 'Dear ann.of.the.long.name@example.com',
      }),
    );
    expect(error).toMatchObject({ response: said });
    expect(everything(error)).toContain('contentfilter4711');
  });

  it('hides ordinary words that are in the mail, too, but none of ours', async () => {
    const { mail } = await started(answering('550 5.7.1 authentication failed, tell the administrator'));
    const text = 'The authentication failed. Message not taken by the mail-server. Ask the administrator.';
    const error = await rejection(mail.send({ to: 'ann@example.com', subject: 's', text }));
    expect(error).toMatchObject({ response: '550 5.7.1 *** failed, tell the ***' });
    expect(String(error)).toMatch(
      /Message not taken by the mail server 127\.0\.0\.1:\d+: 550 5\.7\.1 \*\*\* failed/,
    );
  });
});

describe('A server that takes a mail and quotes it', () => {
  it('gets it into no receipt and no log', async () => {
    const { mail, everything } = await started(
      answering(`250-2.0.0 taken ${cut(PASSWORD).replace('554 5.7.1', '250 2.0.0')}`),
    );
    const receipt = await mail.send(oneWay(PASSWORD));
    expect(receipt.response).toBe('250-2.0.0 taken ***\n250 2.0.0 ***');
    expect(everything(receipt)).not.toMatch(/zebra-|4711/i);
  });
});

describe('A delivery of the application that quotes a mail', () => {
  class Quoting extends MailDelivery {
    readonly name = 'own';
    constructor(readonly outcome: () => DeliveryOutcome) {
      super();
    }
    override async deliver(_mail: ComposedMail): Promise<DeliveryOutcome> {
      return this.outcome();
    }
    override async verify(): Promise<void> {}
    override async close(): Promise<void> {}
  }
  const details = {
    phase: 'data',
    retryable: false,
    response: `554 ${PASSWORD}`,
    transcript: [`S: 554 ${PASSWORD}`],
  } as const;

  it.each([
    [
      'an error of this package',
      () => {
        throw new MailDeliveryError('EMAILDATA', `no: 554 ${PASSWORD}`, {
          ...details,
          cause: new Error(PASSWORD),
        });
      },
    ],
    [
      'a receipt',
      (): DeliveryOutcome => ({
        status: 'accepted',
        accepted: ['ann@example.com'],
        rejected: [],
        response: `250 ${PASSWORD}`,
      }),
    ],
  ])('gets it into no log, and not into %s', async (_, outcome) => {
    const { mail, everything } = await started([], { delivery: new Quoting(outcome) });
    const result = await mail.send(oneWay(PASSWORD)).catch((error: unknown) => error);
    expect(everything(result)).not.toContain(PASSWORD);
    expect(everything(result)).toContain('***');
  });

  it('gets an error of its own unchanged, which is hidden in the log', async () => {
    const own = new RangeError(`554 ${PASSWORD}`);
    const { mail, logger } = await started([], {
      delivery: new Quoting(() => {
        throw own;
      }),
    });
    expect(await rejection(mail.send(oneWay(PASSWORD)))).toBe(own);
    expect(logger.lines.join('\n')).not.toContain(PASSWORD);
  });
});

describe('The field secrets', () => {
  it.each<[string, (mail: MailService) => Promise<MailReceipt>]>([
    [
      'a notification',
      mail =>
        mail.sendNotification({ to: 'ann@example.com', title: 'New', lines: ['x'], secrets: ['q7-pin'] }),
    ],
    [
      'a reset mail',
      mail =>
        mail.sendResetPassword({
          to: 'ann@example.com',
          displayName: 'Ann',
          token: TOKEN,
          secrets: ['q7-pin'],
        }),
    ],
  ])('is one of %s, too', async (_, send) => {
    const { mail, everything } = await started(answering('554 5.7.1 spam q7-pin here'));
    const error = await rejection(send(mail));
    expect(error).toMatchObject({ response: '554 5.7.1 spam *** here' });
    expect(everything(error)).not.toContain('q7-pin');
  });
});

describe('A message that cannot be sent', () => {
  it.each<[string, object]>([
    ['a header', { subject: 's', text: 'x', headers: { 'List-Unsubscribe': `<${LINK}>\n` } }],
    ['a header of its own', { subject: 's', text: 'x', headers: { 'X-Token': `${TOKEN}\0` } }],
    ['a context that is a text', { template: 'notification', context: `It is ${TOKEN}` }],
  ])('shows nothing of %s', async (_, fields) => {
    const { mail, everything } = await started([]);
    const message: object = { to: 'ann@example.com', ...fields };
    const error = await rejection(mail.send(message as MailMessage));
    expect(error).toMatchObject({ name: 'MailMessageError' });
    expect(everything(error)).not.toContain('0987654321');
  });

  it('shows none of its secrets', async () => {
    const { mail, everything } = await started([]);
    const subject = await rejection(
      mail.send({ to: 'ann@example.com', subject: 'PIN 8264\n', text: 'x', secrets: ['8264'] }),
    );
    expect(subject).toMatchObject({ code: 'EMAILHEADER', field: 'subject' });
    const secrets = await rejection(
      mail.send({ to: 'ann@example.com', subject: 's', text: 'x', secrets: ['good', 826_455 as never] }),
    );
    expect(secrets).toMatchObject({ code: 'EMAILMESSAGE', field: 'secrets[1]' });
    expect(everything(subject, secrets)).not.toContain('8264');
  });

  it.each([['PIN'], [{}], [42]])('names its secrets in a list: %j is refused', async secrets => {
    const { mail } = await started([]);
    const error = await rejection(
      mail.send({ to: 'ann@example.com', subject: 's', text: 'x', secrets: secrets as never }),
    );
    expect(error).toMatchObject({ code: 'EMAILMESSAGE', field: 'secrets' });
  });
});
