import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { MailNotification, MailService, ResetPasswordMail } from 'nest-mailroom';
import { MailMessageError } from 'nest-mailroom';
import { BASE_FIELDS, BUILT_IN_MAIL_FIELDS } from '../../lib/core/message/message-fields.js';
import { headersOf } from '../support/eml.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

type BaseField = (typeof BASE_FIELDS)[number];

const bench = useMailBench();
const CALENDAR = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n';
/** The built-in mails that have a method of their own. */
const METHODS: readonly [name: string, send: (mail: MailService, more: object) => Promise<unknown>][] = [
  [
    'sendNotification',
    (mail, more) => {
      const notification: MailNotification = {
        to: 'ann@contoso.com',
        title: 'Title',
        lines: ['A line.'],
        ...more,
      };
      return mail.sendNotification(notification);
    },
  ],
  [
    'sendResetPassword',
    (mail, more) => {
      const request: ResetPasswordMail = {
        to: 'ann@contoso.com',
        displayName: 'Ann',
        resetUrl: 'https://id.contoso.com/r/0123456789',
        ...more,
      };
      return mail.sendResetPassword(request);
    },
  ],
];

/** A right value for each field of every message, and what it writes into the mail or its envelope. */
const RIGHT: Readonly<Record<BaseField, { value: unknown; seen: RegExp }>> = {
  to: { value: ['Bob <bob@contoso.com>'], seen: /^To: Bob <bob@contoso\.com>\r$/m },
  cc: { value: 'cc@contoso.com', seen: /^Cc: cc@contoso\.com\r$/m },
  bcc: { value: 'bcc@contoso.com', seen: /^envelope .*bcc@contoso\.com/m },
  replyTo: { value: 'help@contoso.com', seen: /^Reply-To: help@contoso\.com\r$/m },
  from: { value: 'own@contoso.com', seen: /^From: own@contoso\.com\r$/m },
  sender: { value: 'sender@contoso.com', seen: /^Sender: sender@contoso\.com\r$/m },
  envelopeFrom: { value: null, seen: /^envelope \{"from":"",/m },
  dsn: { value: { notify: ['failure'] }, seen: /^RCPT TO:<ann@contoso\.com> NOTIFY=FAILURE$/m },
  attachments: { value: [{ filename: 'a.pdf', content: '%PDF' }], seen: /filename=a\.pdf/ },
  alternatives: {
    value: [{ contentType: 'text/calendar; method=REQUEST', content: CALENDAR }],
    seen: /^Content-Type: text\/calendar; method=REQUEST; charset=utf-8\r$/m,
  },
  unsubscribe: {
    value: { url: 'https://contoso.com/off' },
    seen: /^List-Unsubscribe: <https:\/\/contoso\.com\/off>\r$/m,
  },
  automatic: { value: true, seen: /^Auto-Submitted: auto-generated\r$/m },
  headers: { value: { 'X-Ticket': '42' }, seen: /^X-Ticket: 42\r$/m },
  priority: { value: 'high', seen: /^Importance: High\r$/m },
  messageId: { value: '<own@contoso.com>', seen: /^Message-ID: <own@contoso\.com>\r$/m },
  inReplyTo: { value: '<first@contoso.com>', seen: /^In-Reply-To: <first@contoso\.com>\r$/m },
  references: { value: ['<first@contoso.com>'], seen: /^References: <first@contoso\.com>\r$/m },
  secrets: { value: ['Zebra-4711'], seen: /^Subject: /m },
};

/** A wrong value for each field that can have one, and the field that the error names. */
const WRONG: Readonly<Record<BaseField, readonly [value: unknown, field: string]>> = {
  to: [['nobody'], 'to[0]'],
  cc: [42, 'cc'],
  bcc: ['a@b.com, c@d.com', 'bcc'],
  replyTo: [{}, 'replyTo'],
  from: ['x', 'from'],
  sender: [['a@b.com', 'c@d.com'], 'sender'],
  envelopeFrom: ['<>', 'envelopeFrom'],
  dsn: [{ notify: ['never', 'delay'] }, 'dsn.notify'],
  attachments: [[{ filename: 'x' }], 'attachments[0]'],
  alternatives: [[{ contentType: 'multipart/mixed', content: 'x' }], 'alternatives[0].contentType'],
  unsubscribe: [{ url: 'http://contoso.com' }, 'unsubscribe.url'],
  automatic: [1, 'automatic'],
  headers: [{ Bcc: 'x' }, 'headers["Bcc"]'],
  priority: ['urgent', 'priority'],
  messageId: ['x y', 'messageId'],
  inReplyTo: ['x y', 'inReplyTo'],
  references: ['<', 'references'],
  secrets: ['x', 'secrets'],
};

describe.each(METHODS)('%s', (_name, send) => {
  it.each(BASE_FIELDS)('takes the field %s of every message', async field => {
    const server = await bench.policy({}, { extensions: ['PIPELINING', 'DSN'] });
    const { mail } = await bench.against(server);
    await send(mail, { [field]: RIGHT[field].value });
    const [message] = server.messages;
    const { from, to, lines = [] } = message ?? {};
    const seen = [
      `envelope ${JSON.stringify({ from, to })}`,
      ...server.visits.flatMap(visit => visit.lines),
      lines.map(line => `${line}\r`).join('\n'),
    ].join('\n');
    expect(seen).toMatch(RIGHT[field].seen);
  });

  it.each(BASE_FIELDS)('checks the field %s by name, before anything leaves', async field => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink);
    const [value, named] = WRONG[field];
    const error = await rejection(send(mail, { [field]: value }));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ field: named });
    expect(sink.connections).toBe(0);
  });

  it('takes language, time zone and subject, and leaves out the text part', async () => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink);
    await send(mail, { culture: 'fr', timeZone: 'Asia/Tokyo', subject: 'My own', text: false });
    const raw = sink.messages[0]?.raw ?? Buffer.alloc(0);
    expect(headersOf(raw, 'Subject')).toEqual(['My own']);
    expect(headersOf(raw, 'Content-Type')[0]).toMatch(/text\/html/);
    expect(raw.toString()).toContain('lang=3D"fr"');
  });

  it.each(['timeZone', 'subject', 'text'])('checks the field %s by name', async field => {
    const { mail } = await bench.app({ Host: '127.0.0.1', FromAddress: 'a@example.com' });
    expect(await rejection(send(mail, { [field]: 42 }))).toMatchObject({ field });
  });

  it('refuses a field that it does not know', async () => {
    const { mail } = await bench.app({ Host: '127.0.0.1', FromAddress: 'a@example.com' });
    for (const field of ['html', 'template', 'context', 'envelope'])
      expect(await rejection(send(mail, { [field]: 'x' }))).toMatchObject({ code: 'EMAILMESSAGE', field });
  });

  it('closes the streams of what it refuses', async () => {
    const { mail } = await bench.app({ Host: '127.0.0.1', FromAddress: 'a@example.com' });
    const content = Readable.from(['x']);
    await rejection(send(mail, { attachments: [{ content }], envelope: 'x' }));
    expect(content.destroyed).toBe(true);
  });
});

it('Every field of a built-in mail is known here', () => {
  expect(BUILT_IN_MAIL_FIELDS.toSorted()).toEqual(
    [...Object.keys(RIGHT), 'culture', 'timeZone', 'subject', 'text'].toSorted(),
  );
});
