import { describe, expect, it } from '@jest/globals';
import { readMessage } from '../../../lib/core/message/read-message.js';
import { messageErrorOf, readAnything } from '../mime/composing.js';

const BASE = { to: 'ann@contoso.com', subject: 'Hello', text: 'Hi' } as const;

const BAD: readonly [why: string, message: unknown, code: string, field: string][] = [
  ['no object', 'text', 'EMAILMESSAGE', 'message'],
  ['null', null, 'EMAILMESSAGE', 'message'],
  ['undefined', undefined, 'EMAILMESSAGE', 'message'],
  ['a mistyped field', { ...BASE, subjet: 'x' }, 'EMAILMESSAGE', 'subjet'],
  ['raw', { ...BASE, raw: 'From: x' }, 'EMAILMESSAGE', 'raw'],
  ['raw with a path', { ...BASE, raw: { path: '/etc/passwd' } }, 'EMAILMESSAGE', 'raw'],
  ['an envelope', { ...BASE, envelope: { to: 'evil@x.com' } }, 'EMAILMESSAGE', 'envelope'],
  [
    'an alternative that is a file',
    { ...BASE, alternatives: [{ path: '/etc/passwd' }] },
    'EMAILMESSAGE',
    'alternatives[0].path',
  ],
  ['an icalEvent', { ...BASE, icalEvent: { href: 'http://x' } }, 'EMAILMESSAGE', 'icalEvent'],
  ['no recipient', { subject: 'x', text: 'x' }, 'EMAILNORECIPIENTS', 'to'],
  ['empty lists of recipients', { ...BASE, to: [], cc: [], bcc: [] }, 'EMAILNORECIPIENTS', 'to'],
  ['no content', { to: 'a@b.com' }, 'EMAILEMPTY', 'text'],
  ['a subject alone', { to: 'a@b.com', subject: 'x' }, 'EMAILEMPTY', 'text'],
  ['blank bodies', { ...BASE, text: ' \r\n\t', html: '' }, 'EMAILEMPTY', 'text'],
  ['no content beside an empty list', { to: 'a@b.com', attachments: [] }, 'EMAILEMPTY', 'text'],
  ['html with a path', { ...BASE, html: { path: '/etc/passwd' } }, 'EMAILMESSAGE', 'html'],
  ['html with a link', { ...BASE, html: { href: 'http://x' } }, 'EMAILMESSAGE', 'html'],
  ['text as an object', { ...BASE, text: { content: 'x' } }, 'EMAILMESSAGE', 'text'],
  ['text as a Buffer', { ...BASE, text: Buffer.from('x') }, 'EMAILMESSAGE', 'text'],
  ['text as a number', { ...BASE, text: 5 }, 'EMAILMESSAGE', 'text'],
  ['a template with html', { to: 'a@b.com', template: 't', html: 'x' }, 'EMAILMESSAGE', 'html'],
  ['a template with text', { to: 'a@b.com', template: 't', text: 'x' }, 'EMAILMESSAGE', 'text'],
  [
    'a template with a bad subject',
    { to: 'a@b.com', template: 't', subject: 'x\ny' },
    'EMAILHEADER',
    'subject',
  ],
  ['a context without a template', { ...BASE, context: {} }, 'EMAILMESSAGE', 'context'],
  ['a culture without a template', { ...BASE, culture: 'fr' }, 'EMAILMESSAGE', 'culture'],
  ['a bad To', { ...BASE, to: 'nobody' }, 'EMAILADDRESS', 'to'],
  ['a bad Cc', { ...BASE, cc: ['a@b.com', 'x'] }, 'EMAILADDRESS', 'cc[1]'],
  ['a bad Bcc', { ...BASE, bcc: 'a@b.com,c@d.com' }, 'EMAILADDRESS', 'bcc'],
  ['a bad Reply-To', { ...BASE, replyTo: 'x\r\n@y.com' }, 'EMAILADDRESS', 'replyTo'],
  ['a bad From', { ...BASE, from: 'x@' }, 'EMAILADDRESS', 'from'],
  ['a bad Sender', { ...BASE, sender: 'x@' }, 'EMAILADDRESS', 'sender'],
  ['two Senders', { ...BASE, sender: ['a@b.com', 'c@d.com'] }, 'EMAILADDRESS', 'sender'],
  ['CRLF in the subject', { ...BASE, subject: 'a\r\nBcc: evil@x.com' }, 'EMAILHEADER', 'subject'],
  ['LF in the subject', { ...BASE, subject: 'a\nb' }, 'EMAILHEADER', 'subject'],
  ['CR in the subject', { ...BASE, subject: 'a\rb' }, 'EMAILHEADER', 'subject'],
  ['NUL in the subject', { ...BASE, subject: 'a\0b' }, 'EMAILHEADER', 'subject'],
  ['a line separator in the subject', { ...BASE, subject: 'a\u2028b' }, 'EMAILHEADER', 'subject'],
  ['a subject that is no text', { ...BASE, subject: { path: '/etc/passwd' } }, 'EMAILHEADER', 'subject'],
  ['an unknown priority', { ...BASE, priority: 'urgent' }, 'EMAILMESSAGE', 'priority'],
  ['a Message-ID without at', { ...BASE, messageId: 'abc' }, 'EMAILHEADER', 'messageId'],
  ['a Message-ID with a space', { ...BASE, messageId: '<a b@c>' }, 'EMAILHEADER', 'messageId'],
  ['a Message-ID with CRLF', { ...BASE, messageId: '<a@b>\r\nBcc: evil@x.com' }, 'EMAILHEADER', 'messageId'],
  ['a Message-ID with two ats', { ...BASE, messageId: 'a@b@c' }, 'EMAILHEADER', 'messageId'],
  [
    'a Message-ID of 2,000 characters',
    { ...BASE, messageId: `${'a'.repeat(2000)}@b` },
    'EMAILHEADER',
    'messageId',
  ],
  ['an In-Reply-To with NUL', { ...BASE, inReplyTo: '<a\0@b>' }, 'EMAILHEADER', 'inReplyTo'],
  ['References with CRLF', { ...BASE, references: ['<a@b>', '<c@d>\r\nX: y'] }, 'EMAILHEADER', 'references'],
  ['References that are no texts', { ...BASE, references: [5] }, 'EMAILHEADER', 'references'],
  [
    'attachments that are no list',
    { ...BASE, attachments: { filename: 'x' } },
    'EMAILATTACHMENT',
    'attachments',
  ],
];

describe('a message is refused', () => {
  it.each(BAD)('with %s', async (_why, message, code, field) => {
    const error = await messageErrorOf(() => readAnything(message));
    expect([error.code, error.field]).toEqual([code, field]);
    expect(error.message).toMatch(new RegExp(`^${field.replace(/[[\]]/g, '\\$&')}: `));
    expect(error.message).not.toMatch(/[\r\n\0]/);
  });

  it('with no sender at all', async () => {
    const error = await messageErrorOf(() => readMessage(BASE, undefined));
    expect([error.code, error.field]).toEqual(['EMAILADDRESS', 'from']);
    expect(error.message).toContain('FromAddress');
  });
});

describe('a message is read', () => {
  it('with FromAddress in place of a missing from', () => {
    expect(readMessage(BASE, 'Contoso <no-reply@contoso.com>').from).toEqual([
      { name: 'Contoso', address: 'no-reply@contoso.com' },
    ]);
  });

  it('with its own from in place of FromAddress', () => {
    expect(readMessage({ ...BASE, from: 'own@contoso.com' }, 'no-reply@contoso.com').from).toEqual([
      { address: 'own@contoso.com' },
    ]);
  });

  it('with its first author as sender when there are several', () => {
    const mail = readMessage({ ...BASE, from: ['a@b.com', 'c@d.com'] }, undefined);
    expect(mail.sender).toEqual({ address: 'a@b.com' });
  });

  it.each([['cc'], ['bcc']])('with recipients in %s alone', field => {
    const mail = readMessage({ subject: 's', [field]: 'a@b.com', text: 'x' }, 'no-reply@contoso.com');
    expect(mail.recipients).toMatchObject({ to: [], [field]: [{ address: 'a@b.com' }] });
  });

  it('with fields that are undefined, known or not', () => {
    expect(readAnything({ ...BASE, cc: undefined, html: undefined, campaign: undefined })).toMatchObject({
      content: { subject: 'Hello', text: 'Hi' },
      priority: 'normal',
      attachments: [],
      headers: [],
      references: [],
    });
  });

  it('with an attachment as its only content', () => {
    const mail = readMessage(
      { subject: 's', to: 'a@b.com', attachments: [{ content: 'x' }] },
      'no-reply@contoso.com',
    );
    expect(mail.content).toEqual({ subject: 's' });
  });

  it('with a template, its context and culture', () => {
    const message = { to: 'a@b.com', template: 'job/finished', context: { x: 1 }, culture: 'fr' };
    expect(readMessage(message, 'no-reply@contoso.com').content).toEqual({
      template: 'job/finished',
      context: { x: 1 },
      culture: 'fr',
    });
    expect(readMessage({ to: 'a@b.com', template: 't' }, 'no-reply@contoso.com').content).toEqual({
      template: 't',
      context: {},
    });
  });

  it('with Message-IDs in or without angle brackets', () => {
    const mail = readMessage(
      { ...BASE, messageId: 'a@b', inReplyTo: ' <c@d> ', references: '<e@f> g@h' },
      'no-reply@contoso.com',
    );
    expect([mail.messageId, mail.inReplyTo, mail.references]).toEqual(['<a@b>', '<c@d>', ['<e@f>', '<g@h>']]);
  });
});
