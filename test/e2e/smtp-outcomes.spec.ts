import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { MailDeliveryError } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import { GREETED, TO_DATA } from '../support/smtp-scripts.js';

const bench = useMailBench();

async function against(
  server: { host: string; port: number; close(): Promise<void> },
  more: object = {},
): Promise<MailApp> {
  bench.closing(server);
  return bench.app({
    Host: server.host,
    Port: server.port,
    FromAddress: 'no-reply@contoso.com',
    SocketTimeout: 2,
    ...more,
  });
}

const MESSAGE = { to: ['ann@contoso.com', 'bob@contoso.com'], subject: 'Outcome', text: 'text' };
describe('A receipt from SMTP', () => {
  it('tells for each recipient whether the server took the mail', async () => {
    const sink = await MailSink.start({
      rejectRecipient: address =>
        address.startsWith('gone')
          ? { code: 550, message: '5.1.1 no such user' }
          : address.startsWith('full')
            ? { code: 452, message: '4.2.2 mailbox full' }
            : undefined,
    });
    const app = await against(sink);
    const receipt = await app.mail.send({
      ...MESSAGE,
      to: ['ann@contoso.com', 'gone@contoso.com'],
      bcc: 'full@contoso.com',
    });
    expect(receipt).toMatchObject({
      status: 'accepted',
      via: 'smtp',
      envelope: {
        from: 'no-reply@contoso.com',
        to: ['ann@contoso.com', 'gone@contoso.com', 'full@contoso.com'],
      },
      accepted: ['ann@contoso.com'],
      rejected: [
        { address: 'gone@contoso.com', code: 550, enhancedCode: '5.1.1', retryable: false },
        { address: 'full@contoso.com', code: 452, enhancedCode: '4.2.2', retryable: true },
      ],
    });
    expect(receipt.rejected[0]?.response).toContain('no such user');
    const parsed = await sink.messages[0]?.parse();
    expect(parsed?.messageId).toBe(receipt.messageId);
  });
});

describe('A send that fails', () => {
  it.each([
    [550, false],
    [451, true],
  ])('with every recipient refused by %s names them all', async (code, retryable) => {
    const sink = await MailSink.start({ rejectRecipient: () => ({ code, message: 'no' }) });
    const app = await against(sink);
    const error = await rejection(app.mail.send(MESSAGE));
    expect(error).toBeInstanceOf(MailDeliveryError);
    expect(error).toMatchObject({
      code: 'EMAILENVELOPE',
      phase: 'envelope',
      retryable,
      responseCode: code,
      recipients: [
        { address: 'ann@contoso.com', code, retryable },
        { address: 'bob@contoso.com', code, retryable },
      ],
    });
    // The connection is as good as before.
    expect(sink.openConnections).toBe(1);
  });

  it.each([
    [552, false],
    [451, true],
  ])('with the message refused after the dot by %s is surely not delivered', async (code, retryable) => {
    const sink = await MailSink.start({ rejectData: () => ({ code, message: 'no' }) });
    const app = await against(sink);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILDATA',
      phase: 'data',
      retryable,
      responseCode: code,
    });
  });

  it('with a sender that is refused says so', async () => {
    const sink = await MailSink.start({ rejectSender: () => ({ code: 553, message: '5.7.1 not allowed' }) });
    const app = await against(sink);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILENVELOPE',
      phase: 'envelope',
      retryable: false,
      responseCode: 553,
      enhancedCode: '5.7.1',
    });
  });

  it.each([
    ['530 5.7.0 Authentication required', 'MAIL'],
    ['554 5.7.1 <ann@contoso.com>: Recipient address rejected: Access denied', 'RCPT'],
  ])('with “%s” where a login is offered and none was used names the settings', async (reply, command) => {
    const server = await ScriptedSmtpServer.start([
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: '250-hi\r\n250 AUTH PLAIN LOGIN\r\n' },
      ...(command === 'MAIL'
        ? [{ expect: /^MAIL/, send: `${reply}\r\n` }]
        : [
            { expect: /^MAIL/, send: '250 ok\r\n' },
            { expect: /^RCPT/, send: `${reply}\r\n` },
          ]),
    ]);
    const app = await against(server);
    expect(await rejection(app.mail.send({ ...MESSAGE, to: 'ann@contoso.com' }))).toMatchObject({
      code: 'EMAILENVELOPE',
      retryable: false,
      message: expect.stringMatching(/offers authentication.*set Username and Password/),
    });
  });

  it('because the server is down can be retried and names Host and Port', async () => {
    const app = await bench.app({ Host: '127.0.0.1', Port: 1, FromAddress: 'no-reply@contoso.com' });
    const error = await rejection(app.mail.send(MESSAGE));
    expect(error).toMatchObject({
      code: 'EMAILCONNECT',
      phase: 'connect',
      retryable: true,
      message: expect.stringMatching(/127\.0\.0\.1:1.*Host and Port/s),
    });
    expect(await rejection(app.mail.verify())).toMatchObject({ code: 'EMAILCONNECT', phase: 'connect' });
  });

  it('because the host name is unknown names Host', async () => {
    const app = await bench.app({ Host: 'no-such-host.invalid', FromAddress: 'no-reply@contoso.com' });
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILCONNECT',
      phase: 'connect',
      retryable: true,
      message: expect.stringContaining('setting Host'),
    });
  });

  it('because the server says nothing ends within ConnectionTimeout', async () => {
    const server = await ScriptedSmtpServer.start([{ silence: true }]);
    const app = await against(server, { ConnectionTimeout: 1 });
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILCONNECT',
      phase: 'connect',
      retryable: true,
      message: expect.stringContaining('ConnectionTimeout'),
    });
  });

  it('because the server greets with garbage says so', async () => {
    const server = await ScriptedSmtpServer.start([{ send: 'HTTP/1.1 400 Bad Request\r\n\r\n' }]);
    const app = await against(server);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({ code: 'EMAILCONNECT', phase: 'connect' });
  });

  it.each([
    ['a 421 greeting', [{ send: '421 4.3.2 too busy\r\n' }, { close: true }], 'connect', true, 421],
    ['a 554 greeting', [{ send: '554 5.7.1 go away\r\n' }, { close: true }], 'connect', false, 554],
    ['a reset before the greeting', [{ reset: true }], 'connect', true, undefined],
    ['a close after MAIL', [...GREETED, { expect: /^MAIL/ }, { close: true }], 'envelope', true, undefined],
    [
      'a 421 at RCPT',
      [
        ...GREETED,
        { expect: /^MAIL/, send: '250 ok\r\n' },
        { expect: /^RCPT/, send: '421 4.3.2 bye\r\n' },
        { close: true },
      ],
      'envelope',
      true,
      421,
    ],
    [
      'silence at RCPT',
      [...GREETED, { expect: /^MAIL/, send: '250 ok\r\n' }, { expect: /^RCPT/ }, { silence: true }],
      'envelope',
      true,
      undefined,
    ],
    [
      'DATA refused',
      [...TO_DATA.slice(0, -1), { expect: 'DATA', send: '451 4.3.0 later\r\n' }],
      'data',
      true,
      451,
    ],
  ] as [string, Script, string, boolean, number | undefined][])(
    'at %s tells how far it had come',
    async (_, script, phase, retryable, responseCode) => {
      const server = await ScriptedSmtpServer.start(script);
      // A server that lets nobody in is asked again until this is over.
      const app = await against(server, { ConnectionTimeout: 1 });
      const error = await rejection(app.mail.send(MESSAGE));
      expect(error).toMatchObject({ phase, retryable });
      if (responseCode !== undefined) expect(error).toMatchObject({ responseCode });
    },
  );

  it.each([
    ['closes', [{ close: true }]],
    ['resets', [{ reset: true }]],
    ['stays silent', [{ silence: true }]],
    ['answers half', [{ send: '25' }, { close: true }]],
    ['answers without a line end', [{ send: '250 ok' }, { close: true }]],
  ] as [string, Script][])(
    'because the server %s after the dot is not known to have failed',
    async (_, rest) => {
      const server = await ScriptedSmtpServer.start([...TO_DATA, { expectData: true }, ...rest]);
      const app = await against(server, { DataTimeout: 1 });
      const error = await rejection(app.mail.send(MESSAGE));
      expect(error).toMatchObject({ code: 'EMAILUNKNOWN', phase: 'after-data', retryable: 'unknown' });
      expect(error).toMatchObject({ messageId: expect.stringMatching(/^<[^>]+@contoso\.com>$/) });
    },
  );

  it('waits for the reply to the dot as long as DataTimeout says, not SocketTimeout', async () => {
    const server = await ScriptedSmtpServer.start([
      ...TO_DATA,
      { expectData: true },
      { waitMs: 1500 },
      { send: '250 late\r\n' },
    ]);
    const app = await against(server, { SocketTimeout: 0.5, DataTimeout: 30 });
    expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'accepted', response: '250 late' });
  });

  it('carries the conversation without the message', async () => {
    const server = await ScriptedSmtpServer.start([
      ...TO_DATA,
      { expectData: true, send: '554 5.6.0 refused\r\n' },
    ]);
    const app = await against(server);
    const error = await rejection(app.mail.send({ ...MESSAGE, text: 'the-body-of-the-mail' }));
    expect(error).toBeInstanceOf(MailDeliveryError);
    if (!(error instanceof MailDeliveryError)) return;
    expect(error.transcript).toEqual([
      'C: MAIL FROM:<no-reply@contoso.com>',
      'S: 250 ok',
      'C: RCPT TO:<ann@contoso.com>',
      'S: 250 ok',
      'C: RCPT TO:<bob@contoso.com>',
      'S: 250 ok',
      'C: DATA',
      'S: 354 go',
      'S: 554 5.6.0 refused',
    ]);
  });
});

describe('The pool', () => {
  it('sends a mail over a new connection when the server has ended the idle one meanwhile', async () => {
    const server = await ScriptedSmtpServer.start(index =>
      index === 0
        ? [...TO_DATA, { expectData: true, send: '250 one\r\n' }, { expect: /^MAIL/ }, { reset: true }]
        : [...TO_DATA, { expectData: true, send: '250 two\r\n' }],
    );
    const app = await against(server);
    expect((await app.mail.send(MESSAGE)).response).toBe('250 one');
    expect((await app.mail.send(MESSAGE)).response).toBe('250 two');
    expect(server.connections).toBe(2);
  });

  it('holds no more connections than MaxConnections, and reuses them', async () => {
    const sink = await MailSink.start({ delayDataMs: 20 });
    const app = await against(sink, { MaxConnections: 2 });
    await Promise.all(Array.from({ length: 12 }, () => app.mail.send(MESSAGE)));
    expect(sink.messages).toHaveLength(12);
    expect(sink.connections).toBe(2);
  });

  it('holds no more than MaxConnections while a worn one says goodbye slowly', async () => {
    let open = 0;
    const server = await bench.server(() => [
      ...TO_DATA,
      { expectData: true, send: '250 ok\r\n' },
      { expect: 'QUIT' },
      { waitMs: 150 },
      { send: '221 bye\r\n' },
      { close: true },
    ]);
    const app = await bench.app(
      { Host: server.host, Port: server.port, FromAddress: 'no-reply@contoso.com', MaxConnections: 1 },
      { smtp: { maxMessages: 1 } },
    );
    const watch = setInterval(() => {
      open = Math.max(open, server.openConnections);
    }, 5);
    await Promise.all(Array.from({ length: 4 }, () => app.mail.send(MESSAGE)));
    clearInterval(watch);
    expect(server.connections).toBe(4);
    expect(open).toBe(1);
  });

  it('spaces messages as MaxMessagesPerSecond says, over all senders', async () => {
    const sink = await MailSink.start();
    const app = await against(sink, { MaxMessagesPerSecond: 20 });
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: 11 }, async () => {
        await app.mail.send(MESSAGE);
        times.push(performance.now());
      }),
    );
    // Ten intervals of 50 ms lie between the first and the eleventh message.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(350);
  });
});

describe('Addresses beyond ASCII', () => {
  it('are refused one by one when the server does not offer SMTPUTF8', async () => {
    const sink = await MailSink.start({ hideExtensions: ['SMTPUTF8'] });
    const app = await against(sink);
    const receipt = await app.mail.send({ ...MESSAGE, to: ['ann@contoso.com', 'jürgen@contoso.com'] });
    expect(receipt).toMatchObject({
      accepted: ['ann@contoso.com'],
      rejected: [{ address: 'jürgen@contoso.com', retryable: false }],
    });
    expect(sink.messages[0]?.envelope.to).toEqual(['ann@contoso.com']);
    expect(await rejection(app.mail.send({ ...MESSAGE, to: 'jürgen@contoso.com' }))).toMatchObject({
      phase: 'envelope',
      retryable: false,
      message: expect.stringContaining('SMTPUTF8'),
    });
  });

  it('reach a server that offers SMTPUTF8', async () => {
    const sink = await MailSink.start();
    const app = await against(sink);
    const receipt = await app.mail.send({ ...MESSAGE, to: 'jürgen@bücher.example' });
    expect(receipt.accepted).toEqual(['jürgen@xn--bcher-kva.example']);
  });
});

it('A message larger than the server takes is refused before its data goes out', async () => {
  const sink = await MailSink.start({ size: 20_000 });
  const app = await against(sink);
  const error = await rejection(app.mail.send({ ...MESSAGE, text: 'x'.repeat(50_000) }));
  expect(error).toMatchObject({ phase: 'envelope', retryable: false });
  expect(sink.commands.filter(command => command === 'DATA')).toEqual([]);
});

describe('A server that answers at the wrong time', () => {
  const PIPELINED: Script = [
    { send: '220 hi\r\n' },
    { expect: /^EHLO/, send: '250-hi\r\n250 PIPELINING\r\n' },
  ];
  const ENVELOPE: Script = [
    { expect: /^MAIL/, send: '250 ok\r\n' },
    { expect: /^RCPT/, send: '250 ok\r\n' },
    { expect: /^RCPT/, send: '250 ok\r\n' },
  ];

  it('by going away after the dot does not get the mail twice', async () => {
    const first: Script = [...TO_DATA, { expectData: true, send: '250 one\r\n' }];
    const server = await ScriptedSmtpServer.start([
      ...first,
      ...ENVELOPE,
      { expect: 'DATA', send: '354 go\r\n' },
      { expectData: true },
      { reset: true },
    ]);
    const app = await against(server);
    await app.mail.send(MESSAGE);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILUNKNOWN',
      phase: 'after-data',
      retryable: 'unknown',
    });
    expect(server.connections).toBe(1);
  });

  it('and refuses the sender but takes DATA is heard on the refusal', async () => {
    const server = await ScriptedSmtpServer.start([
      ...PIPELINED,
      { expect: /^MAIL/, send: '550 5.7.1 not you\r\n' },
      { expect: /^RCPT/, send: '503 no\r\n' },
      { expect: /^RCPT/, send: '503 no\r\n' },
      { expect: 'DATA', send: '354 go\r\n' },
    ]);
    const app = await against(server);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILENVELOPE',
      phase: 'envelope',
      retryable: false,
      responseCode: 550,
    });
  });

  it('and refuses the message half-way is cut off, and no command stands in the message', async () => {
    const server = await ScriptedSmtpServer.start([
      ...TO_DATA,
      { send: '552 5.3.4 too big\r\n' },
      { silence: true },
    ]);
    const app = await against(server);
    const endless = Readable.from(
      (async function* () {
        for (let chunk = 0; chunk < 200; chunk++) {
          yield Buffer.alloc(50_000, 1);
          await new Promise(resolve => setTimeout(resolve, 5));
        }
      })(),
    );
    const error = await rejection(
      app.mail.send({ ...MESSAGE, attachments: [{ filename: 'x.bin', content: endless }] }),
    );
    expect(error).toMatchObject({ code: 'EMAILDATA', phase: 'data', retryable: false, responseCode: 552 });
    await until(() => server.openConnections === 0);
    expect(server.received().filter(line => line === 'RSET')).toEqual([]);
  });

  it('and does not answer RSET delays neither the refusal nor the shutdown', async () => {
    const server = await ScriptedSmtpServer.start([
      ...GREETED,
      { expect: /^MAIL/, send: '250 ok\r\n' },
      { expect: /^RCPT/, send: '550 no\r\n' },
      { expect: /^RCPT/, send: '550 no\r\n' },
      { silence: true },
    ]);
    const app = await against(server);
    const error = await rejection(app.mail.send(MESSAGE, { timeoutMs: 1500 }));
    expect(error).toMatchObject({ code: 'EMAILENVELOPE', responseCode: 550 });
    await app.close();
    await until(() => server.openConnections === 0);
  });
});
