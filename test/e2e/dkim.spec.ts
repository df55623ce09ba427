import { writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { ComposedMail, DkimOptions, DkimSettings, MailMessage } from 'nest-mailroom';
import { ed25519Key, rsaKey } from '../support/dkim-keys.js';
import type { VerifiedSignature } from '../support/dkim-verifier.js';
import { verifyDkim } from '../support/dkim-verifier.js';
import { headersOf } from '../support/eml.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import type { MailSink, MailSinkOptions } from '../support/mail-sink.js';

const RSA = rsaKey();
const ED = ed25519Key();
const RECORDS = new Map([
  ['mail._domainkey.contoso.com', RSA.record],
  ['ed._domainkey.contoso.com', ED.record],
  ['2026.mail._domainkey.mail.contoso.com', RSA.record],
]);
const FROM = 'no-reply@contoso.com';
const DKIM = { Domain: 'contoso.com', Selector: 'mail', PrivateKey: RSA.pem };
const ED_DKIM = { Domain: 'contoso.com', Selector: 'ed', PrivateKey: ED.pem };
const IN_CODE = { domainName: 'contoso.com', keySelector: 'mail', privateKey: RSA.pem };
const MESSAGE = { to: 'ann@contoso.com', subject: 'Signed', text: 'Hello' };

const bench = useMailBench();

interface Mailer extends MailApp {
  readonly sink: MailSink;
}

async function start(
  { Dkim, dkim }: { Dkim?: DkimSettings | DkimSettings[]; dkim?: DkimOptions },
  options: MailSinkOptions = {},
): Promise<Mailer> {
  const sink = await bench.sink(options);
  const settings = { Host: sink.host, Port: sink.port, FromAddress: FROM, ...(Dkim && { Dkim }) };
  const app = await bench.app(settings, dkim ? { smtp: { dkim } } : {});
  return Object.assign(Object.create(app) as MailApp, { sink });
}

const rawOf = (sink: MailSink, index = 0): Buffer => sink.messages[index]?.raw ?? Buffer.alloc(0);

function signaturesOf(sink: MailSink, index = 0): VerifiedSignature[] {
  return verifyDkim(rawOf(sink, index), name => RECORDS.get(name));
}

const failures = (signatures: readonly VerifiedSignature[]): (string | undefined)[] =>
  signatures.map(({ failure }) => failure);

describe('A mail that leaves by SMTP', () => {
  it.each([
    ['by RSA', DKIM, 'rsa-sha256'],
    ['by Ed25519', ED_DKIM, 'ed25519-sha256'],
    [
      'for a domain written with capitals and a dot at its end',
      { ...DKIM, Domain: 'Contoso.COM.' },
      'rsa-sha256',
    ],
    [
      'under a selector of two labels for a domain below',
      { Domain: 'mail.contoso.com', Selector: '2026.mail', PrivateKey: RSA.pem },
      'rsa-sha256',
    ],
  ])('is signed %s so that a receiver can verify it', async (_, Dkim, algorithm) => {
    const { mail, sink, logger } = await start({ Dkim });
    expect((await mail.send(MESSAGE)).status).toBe('accepted');
    const signatures = signaturesOf(sink);
    expect(failures(signatures)).toEqual([undefined]);
    expect(signatures[0]?.tags.get('a')).toBe(algorithm);
    expect(Math.abs(Date.now() / 1000 - Number(signatures[0]?.tags.get('t')))).toBeLessThan(120);
    expect(logger.warnings).toEqual([]);
  });

  it('is not signed without a key', async () => {
    const { mail, sink } = await start({});
    await mail.send(MESSAGE);
    expect(headersOf(rawOf(sink), 'DKIM-Signature')).toEqual([]);
  });

  it('has one signature for each key, each over the unsigned mail', async () => {
    const { mail, sink } = await start({ Dkim: [DKIM, ED_DKIM] });
    await mail.send(MESSAGE);
    const signatures = signaturesOf(sink);
    expect(failures(signatures)).toEqual([undefined, undefined]);
    expect(signatures.map(({ tags }) => tags.get('s'))).toEqual(['mail', 'ed']);
    expect(signatures.every(({ names }) => !names.includes('dkim-signature'))).toBe(true);
  });

  it('is signed over every field that receivers rely on, with one more of those that must not be added', async () => {
    const { mail, sink } = await start({ Dkim: DKIM });
    await mail.send({
      ...MESSAGE,
      cc: 'bob@contoso.com',
      replyTo: 'help@contoso.com',
      references: ['<a@contoso.com>'],
      headers: {
        'List-Unsubscribe': '<https://contoso.com/u>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        'Auto-Submitted': 'auto-generated',
        'X-Own': 'not signed',
      },
    });
    const [{ names = [], failure } = {}] = signaturesOf(sink);
    expect(failure).toBeUndefined();
    const times = (name: string): number => names.filter(other => other === name).length;
    for (const name of [
      'from',
      'to',
      'cc',
      'subject',
      'date',
      'reply-to',
      'content-type',
      'mime-version',
      'message-id',
    ])
      expect([name, times(name)]).toEqual([name, 2]);
    for (const name of ['list-unsubscribe', 'list-unsubscribe-post', 'auto-submitted', 'references'])
      expect([name, times(name)]).toEqual([name, 1]);
    for (const name of ['x-own', 'bcc', 'return-path', 'received', 'in-reply-to'])
      expect(times(name)).toBe(0);
  });

  it('names fields that must not be added also where they are not there', async () => {
    const { mail, sink } = await start({ Dkim: DKIM });
    await mail.send(MESSAGE);
    const [{ names = [] } = {}] = signaturesOf(sink);
    expect(names.filter(name => name === 'cc' || name === 'reply-to')).toEqual(['reply-to', 'cc']);
  });

  it.each([
    ['From', 'From: Mallory <mallory@evil.example>\r\n'],
    ['Subject', 'Subject: Pay here\r\n'],
    ['Cc', 'Cc: mallory@evil.example\r\n'],
    ['Reply-To', 'Reply-To: mallory@evil.example\r\n'],
    ['Content-Type', 'Content-Type: text/html\r\n'],
  ])('does not verify any more when somebody adds a field %s', async (_, field) => {
    const { mail, sink } = await start({ Dkim: DKIM });
    await mail.send(MESSAGE);
    const raw = rawOf(sink);
    const verified = (bytes: Buffer): VerifiedSignature[] => verifyDkim(bytes, name => RECORDS.get(name));
    expect(failures(verified(raw))).toEqual([undefined]);
    expect(failures(verified(Buffer.concat([Buffer.from(field), raw])))).toEqual([
      'the signature is not valid',
    ]);
    const atTheEnd = raw.toString('latin1').replace('\r\n\r\n', `\r\n${field}\r\n`);
    expect(failures(verified(Buffer.from(atTheEnd, 'latin1')))).toEqual(['the signature is not valid']);
  });

  it('has a signature in lines of at most 78 characters', async () => {
    const { mail, sink } = await start({ Dkim: DKIM });
    await mail.send(MESSAGE);
    const [signature = ''] = /^DKIM-Signature:.*(?:\r\n[ \t].*)*/m.exec(rawOf(sink).toString()) ?? [];
    const lines = signature.split('\r\n');
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.filter(line => line.length > 78)).toEqual([]);
  });
});

describe('Whatever a mail holds, its signature verifies:', () => {
  const streamed = (): Readable => Readable.from([Buffer.alloc(70_000, 'streamed  \n')]);
  const MESSAGES: readonly [name: string, message: () => MailMessage][] = [
    ['text beyond ASCII', () => ({ ...MESSAGE, subject: 'Größe 🦊', text: 'Zwölf Boxkämpfer\r\n\r\n\r\n' })],
    ['lines that begin with a dot', () => ({ ...MESSAGE, text: '.\r\n..\r\n.a\r\n.' })],
    ['blanks and empty lines', () => ({ ...MESSAGE, text: ' a  b \t c \r\n\r\n  \r\n\t\r\nend \r\n\r\n' })],
    ['a long subject, which is folded', () => ({ ...MESSAGE, subject: 'word '.repeat(90) })],
    ['empty lines before and behind the text', () => ({ ...MESSAGE, text: '\r\n\r\nx\r\n\r\n' })],
    [
      'HTML and an attachment',
      () => ({
        ...MESSAGE,
        html: '<p>x</p>',
        attachments: [{ filename: 'a.bin', content: Buffer.alloc(9000, 7) }],
      }),
    ],
    [
      'a stream of unknown size',
      () => ({ ...MESSAGE, attachments: [{ filename: 'a.txt', content: streamed() }] }),
    ],
    [
      'a mail that is larger than what is sent from one buffer',
      () => ({ ...MESSAGE, attachments: [{ filename: 'a.bin', content: Buffer.alloc(5_000_000, 9) }] }),
    ],
    [
      'many recipients',
      () => ({ ...MESSAGE, to: Array.from({ length: 20 }, (_, index) => `user${index}@contoso.com`) }),
    ],
  ];

  it.each(MESSAGES)('%s', async (_, message) => {
    const { mail, sink } = await start({ Dkim: [DKIM, ED_DKIM] });
    expect((await mail.send(message())).status).toBe('accepted');
    expect(failures(signaturesOf(sink))).toEqual([undefined, undefined]);
  });

  it.each([
    ['with SMTPUTF8', {}],
    ['without SMTPUTF8', { hideExtensions: ['SMTPUTF8'] as const }],
  ])('an address beyond ASCII in the header, %s', async (_, options) => {
    const { mail, sink } = await start({ Dkim: DKIM }, options);
    await mail.send({ ...MESSAGE, to: ['ann@contoso.com', 'jürgen@contoso.com'] });
    expect(failures(signaturesOf(sink))).toEqual([undefined]);
  });

  it('a file that is read while it is sent', async () => {
    const { mail, sink } = await start({ Dkim: DKIM });
    const folder = bench.folder();
    writeFileSync(`${folder.path}/large.txt`, 'line  with  blanks \n'.repeat(120_000));
    await mail.send({ ...MESSAGE, attachments: [{ path: `${folder.path}/large.txt` }] });
    expect(failures(signaturesOf(sink))).toEqual([undefined]);
  });
});

describe('The option smtp.dkim', () => {
  it.each([
    ['a text in PEM', RSA.pem],
    ['a Buffer', Buffer.from(RSA.pem)],
    ['DER', RSA.privateKey.export({ type: 'pkcs8', format: 'der' })],
    ['a key object', RSA.privateKey],
    [
      'an encrypted key with its passphrase',
      {
        key: RSA.privateKey.export({
          type: 'pkcs8',
          format: 'pem',
          cipher: 'aes-256-cbc',
          passphrase: 'open',
        }),
        passphrase: 'open',
      },
    ],
    ['a text with line ends of two characters', RSA.pem.replaceAll('\n', '\\n')],
  ])('takes a key as %s', async (_, privateKey) => {
    const { mail, sink } = await start({ dkim: { ...IN_CODE, privateKey } });
    await mail.send(MESSAGE);
    expect(failures(signaturesOf(sink))).toEqual([undefined]);
  });

  it('takes several keys, and one in place of a list', async () => {
    const ed = { domainName: 'contoso.com', keySelector: 'ed', privateKey: ED.pem };
    for (const [keys, count] of [
      [[IN_CODE, ed], 2],
      [ed, 1],
    ] as const) {
      const { mail, sink } = await start({
        dkim: { keys: Array.isArray(keys) ? [...keys] : (keys as typeof ed) },
      });
      await mail.send(MESSAGE);
      expect(failures(signaturesOf(sink))).toEqual(Array.from({ length: count }, () => undefined));
    }
  });

  it('oversigns what headerFieldNames names twice, and signs what it names once where it occurs', async () => {
    const { mail, sink } = await start({
      dkim: { ...IN_CODE, headerFieldNames: 'From:from: Subject :Cc:X-Own' },
    });
    await mail.send({ ...MESSAGE, headers: { 'X-Own': 'signed' } });
    const [{ names, failure } = {}] = signaturesOf(sink);
    expect([names, failure]).toEqual([['from', 'from', 'subject', 'x-own'], undefined]);
  });

  it('leaves out what skipFields names', async () => {
    const { mail, sink } = await start({ dkim: { ...IN_CODE, skipFields: 'Message-ID:Date' } });
    await mail.send(MESSAGE);
    const [{ names = [], failure } = {}] = signaturesOf(sink);
    expect(failure).toBeUndefined();
    expect(names.filter(name => name === 'date' || name === 'message-id')).toEqual([]);
    expect(names).toContain('from');
  });

  it('counts instead of the setting Dkim, and a warning says so', async () => {
    const { mail, sink, logger } = await start({ Dkim: ED_DKIM, dkim: IN_CODE });
    await mail.send(MESSAGE);
    expect(signaturesOf(sink).map(({ tags }) => tags.get('s'))).toEqual(['mail']);
    expect(logger.warnings).toEqual([expect.stringContaining('the setting Dkim is not used')]);
  });
});

describe('A fallback that is a server', () => {
  const down = { Host: '127.0.0.1', Port: 1, FromAddress: FROM };

  it.each([
    ['its own settings', { ...down, Dkim: DKIM }, { Dkim: ED_DKIM }, {}, 'ed'],
    ['its own settings, whatever code says', down, { Dkim: ED_DKIM }, { dkim: IN_CODE }, 'ed'],
    ['the main settings', { ...down, Dkim: DKIM }, {}, {}, 'mail'],
    ['code', { ...down, Dkim: ED_DKIM }, {}, { dkim: IN_CODE }, 'mail'],
  ])('signs with the keys of %s', async (_, main, second, smtp, selector) => {
    const sink = await bench.sink();
    const fallback = { Host: sink.host, Port: sink.port, ...second };
    const app = await bench.app(main, { fallback, smtp });
    expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'accepted', fallback: true });
    const signatures = signaturesOf(sink);
    expect(failures(signatures)).toEqual([undefined]);
    expect(signatures[0]?.tags.get('s')).toBe(selector);
  });
});

describe('A mail that cannot be signed', () => {
  it('fails before MAIL FROM, is not given to the fallback and does not open its circuit', async () => {
    const sink = await bench.sink();
    const second = await bench.sink();
    const app = await bench.app(
      { Host: sink.host, Port: sink.port, FromAddress: FROM, Dkim: DKIM },
      { fallback: { Host: second.host, Port: second.port } },
    );
    const broken: ComposedMail = mailOf(' folded: rest\r\nFrom: a@contoso.com\r\n\r\nx\r\n');
    const { MailDelivery } = await import('nest-mailroom');
    await expect(app.app.get(MailDelivery, { strict: false }).deliver(broken)).rejects.toMatchObject({
      code: 'EMAILDATA',
      phase: 'data',
      retryable: false,
      messageId: broken.messageId,
      message: expect.stringContaining('could not be signed'),
    });
    expect(sink.commands.filter(command => command.startsWith('MAIL'))).toEqual([]);
    expect(second.connections).toBe(0);
    expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'accepted', via: 'smtp' });
    expect([sink.messages.length, second.messages.length]).toEqual([1, 0]);
  });

  it('because it cannot be read fails as a mail that may be tried again', async () => {
    const { app, sink } = await start({ Dkim: DKIM });
    const unreadable: ComposedMail = {
      ...mailOf(''),
      bytes: async () => {
        throw new Error('the disk is gone');
      },
    };
    const { MailDelivery } = await import('nest-mailroom');
    await expect(app.get(MailDelivery, { strict: false }).deliver(unreadable)).rejects.toMatchObject({
      code: 'EMAILDATA',
      phase: 'data',
      retryable: true,
      cause: expect.objectContaining({ message: 'the disk is gone' }),
    });
    expect(sink.commands).toEqual([]);
  });
});

function mailOf(content: string): ComposedMail {
  const bytes = Buffer.from(content);
  return {
    envelope: { from: FROM, to: ['ann@contoso.com'] },
    messageId: '<own@contoso.com>',
    size: bytes.length,
    bytes: async () => bytes,
    stream: () => Readable.from([bytes], { objectMode: false }),
  };
}
