import { isAscii } from 'node:buffer';
import { generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import type { MailMessage, MailModuleOptions } from 'nest-mailroom';
import { assertWellFormedMail } from '../support/eml.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

async function start(
  options: MailModuleOptions = {},
  settings: object = {},
): Promise<{ sink: MailSink; app: MailApp }> {
  const sink = await bench.sink({ hideExtensions: ['SMTPUTF8', '8BITMIME'] });
  const app = await bench.app(
    { Host: sink.host, Port: sink.port, FromAddress: 'no-reply@contoso.com', ...settings },
    options,
  );
  return { sink, app };
}

const TWO: MailMessage = {
  to: ['Ann <ann@contoso.com>', { name: 'Jürgen', address: 'jürgen@contoso.com' }],
  subject: 'Übersicht',
  text: 'Grüße',
};

describe('A mail to addresses beyond ASCII, against a server without SMTPUTF8,', () => {
  it('reaches the others with a header that such a server may be given, and names who is left out', async () => {
    const { sink, app } = await start();
    const receipt = await app.mail.send(TWO);
    expect(receipt).toMatchObject({
      accepted: ['ann@contoso.com'],
      rejected: [
        { address: 'jürgen@contoso.com', retryable: false, response: expect.stringContaining('SMTPUTF8') },
      ],
    });
    const raw = sink.messages[0]?.raw ?? Buffer.alloc(0);
    assertWellFormedMail(raw);
    expect(isAscii(raw)).toBe(true);
    // People can read who else was meant; nothing can send there.
    const parsed = await simpleParser(raw);
    expect(parsed.subject).toBe('Übersicht');
    expect([parsed.to].flat()[0]?.value).toEqual([
      { name: 'Ann', address: 'ann@contoso.com' },
      { name: 'Jürgen <jürgen@contoso.com>', group: [] },
    ]);
  });

  it.each<[string, MailMessage, number[]]>([
    ['in Cc', { ...TWO, to: 'ann@contoso.com', cc: 'jürgen@contoso.com' }, []],
    ['in Reply-To', { ...TWO, to: 'ann@contoso.com', replyTo: 'jürgen@contoso.com' }, []],
    [
      'in From, with an ASCII sender',
      { ...TWO, to: 'ann@contoso.com', from: 'jürgen@contoso.com', sender: 'a@contoso.com' },
      [],
    ],
    ['in Bcc', { ...TWO, to: 'ann@contoso.com', bcc: 'jürgen@contoso.com' }, []],
    [
      'in To, with a stream attached',
      { ...TWO, attachments: [{ filename: 'a', content: Readable.from([Buffer.alloc(300_000, 7)]) }] },
      [300_000],
    ],
    [
      'in To, with megabytes attached',
      { ...TWO, attachments: [{ filename: 'a', content: Buffer.alloc(5_000_000, 7) }] },
      [5_000_000],
    ],
  ])('goes as pure ASCII when one stands %s', async (_, message, attached) => {
    const { sink, app } = await start();
    expect((await app.mail.send(message)).accepted).toEqual(['ann@contoso.com']);
    const raw = sink.messages[0]?.raw ?? Buffer.alloc(0);
    assertWellFormedMail(raw);
    expect(isAscii(raw)).toBe(true);
    const { attachments } = await simpleParser(raw);
    expect(attachments.map(({ size }) => size)).toEqual(attached);
    expect(attachments.every(({ content }) => content.every(octet => octet === 7))).toBe(true);
  });

  it('is signed anew with DKIM', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { sink, app } = await start({
      smtp: {
        dkim: {
          domainName: 'contoso.com',
          keySelector: 'k1',
          privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        },
      },
    });
    await app.mail.send(TWO);
    const raw = sink.messages[0]?.raw ?? Buffer.alloc(0);
    assertWellFormedMail(raw);
    expect(isAscii(raw)).toBe(true);
    expect(raw.toString().match(/^DKIM-Signature: /gm)).toHaveLength(1);
  });

  it('says before anything is sent when nobody is left, and what for', async () => {
    const { sink, app } = await start();
    expect(
      await rejection(app.mail.send({ ...TWO, to: ['jürgen@contoso.com', 'rené@contoso.com'] })),
    ).toMatchObject({
      code: 'EMAILENVELOPE',
      phase: 'envelope',
      retryable: false,
      message: expect.stringContaining('SMTPUTF8'),
      recipients: [
        { address: 'jürgen@contoso.com', retryable: false },
        { address: 'rené@contoso.com', retryable: false },
      ],
    });
    expect(sink.commands.filter(command => command.startsWith('MAIL'))).toEqual([]);
    // The connection is as good as before.
    expect((await app.mail.send({ to: 'ann@contoso.com', text: 't' })).status).toBe('accepted');
    expect(sink.connections).toBe(1);
  });

  it('names the sender when it is the one that the server cannot take', async () => {
    const { app } = await start({}, { FromAddress: 'jürgen@contoso.com' });
    expect(await rejection(app.mail.send({ to: 'ann@contoso.com', text: 't' }))).toMatchObject({
      code: 'EMAILENVELOPE',
      retryable: false,
      message: expect.stringMatching(/sender jürgen@contoso\.com.*SMTPUTF8/),
    });
  });
});

it('A server with SMTPUTF8 gets addresses beyond ASCII as they are', async () => {
  const sink = await bench.sink();
  const app = await bench.app({ Host: sink.host, Port: sink.port, FromAddress: 'no-reply@contoso.com' });
  expect((await app.mail.send(TWO)).accepted).toEqual(['ann@contoso.com', 'jürgen@contoso.com']);
  expect(sink.commands.find(command => command.startsWith('MAIL'))).toContain('SMTPUTF8');
  expect(sink.messages[0]?.raw.toString()).toContain('<jürgen@contoso.com>');
});

it('A server with SMTPUTF8 is told of addresses beyond ASCII in the header alone', async () => {
  const sink = await bench.sink();
  const app = await bench.app({ Host: sink.host, Port: sink.port, FromAddress: 'no-reply@contoso.com' });
  await app.mail.send({ ...TWO, to: 'ann@contoso.com', replyTo: 'jürgen@contoso.com' });
  await app.mail.send({ to: 'ann@contoso.com', text: 't' });
  const said = sink.commands.filter(command => command.startsWith('MAIL'));
  expect(said.map(command => command.includes('SMTPUTF8'))).toEqual([true, false]);
});
