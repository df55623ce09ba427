import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { ComposedMail } from 'nest-mailroom';
import { MailDeliveryError, MailHook, MailMessageError } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const MESSAGE = { to: 'ann@example.com', cc: 'bob@example.com', subject: 'Hello', text: 'Hello Ann' };
const bench = useMailBench();

type Returned = (mail: ComposedMail, whole: string) => unknown;

/** A hook called Signer that returns what a test says. */
function signer(returned: Returned): Type<MailHook> {
  class Signer extends MailHook {
    override async beforeDelivery(mail: ComposedMail): Promise<ComposedMail> {
      return (await returned(mail, (await mail.bytes()).toString('latin1'))) as ComposedMail;
    }
  }
  Injectable()(Signer);
  return Signer;
}

const text =
  (change: (whole: string) => string): Returned =>
  (mail, whole) => ({ ...mail, bytes: async () => Buffer.from(change(whole), 'latin1') });

const field = (line: string): Returned => text(whole => `${line}\r\n${whole}`);

describe('A hook whose beforeDelivery returns what is no such mail stops the send, which names it', () => {
  it.each<[string, Returned, string]>([
    ['nothing but bytes', (_mail, whole) => Buffer.from(whole), 'bytes alone'],
    ['a text', (_mail, whole) => whole, 'none, but string'],
    ['a copy without its methods', mail => ({ ...mail }), 'a copy of a mail has no methods'],
    ['a text as bytes', (mail, whole) => ({ ...mail, bytes: async () => whole }), 'must return a Uint8Array'],
    [
      'a stream of texts',
      (mail, whole) => ({ ...mail, stream: () => Readable.from([whole]) }),
      'stream holds something else',
    ],
    [
      'a stream that is a text',
      (mail, whole) => ({ ...mail, stream: () => whole }),
      'must return a Readable',
    ],
    ['no stream', mail => ({ ...mail, stream: () => null }), 'must return a Readable'],
    ['two subjects', field('Subject: Another'), '2 header fields Subject'],
    ['two types', field('content-type: text/html'), '2 header fields Content-Type'],
    ['no octet at all', text(() => ''), 'is empty'],
    ['LF alone', text(whole => whole.replaceAll('\r\n', '\n')), 'LF alone at the end of line 1'],
    ['LF alone further down', text(whole => `${whole}x\n.\r\n`), 'LF alone at the end of line'],
    ['CR alone', text(whole => `${whole}a\rb\r\n`), 'CR alone in line'],
    ['a NUL', text(whole => `${whole}a\0b\r\n`), 'NUL'],
    ['no line end at the end', text(whole => `${whole}x`), 'does not end with CRLF'],
    ['a line of 999 octets', text(whole => `${whole}${'x'.repeat(999)}\r\n`), '999 octets in line'],
    ['no header', text(() => '\r\n\r\nHello\r\n'), 'no header field in line 1'],
    ['no empty line', text(() => 'From: a@example.com\r\n'), 'no empty line behind its header'],
    ['text among its fields', field('Hello Ann'), 'no header field in line 1'],
    ['a folded line first', field(' Hello: Ann'), 'no header field in line 1'],
    ['text behind folded fields', field('X-A: a\r\n b\r\nHello'), 'no header field in line 3'],
    ['octets in the header that are no UTF-8', field('X-Name: M\xfcller'), 'not UTF-8'],
    ['a Bcc', field('Bcc: eve@example.com'), 'a header field Bcc'],
    ['an X-Receiver', field('x-receiver: eve@example.com'), 'a header field x-receiver'],
    ['a Resent-To', field('Resent-To: eve@example.com'), 'a header field Resent-To'],
    ['a second To', field('To: eve@example.com'), 'another To'],
    ['another Cc', text(whole => whole.replace('Cc: bob@', 'Cc: eve@')), 'another Cc'],
    ['no To', text(whole => whole.replace(/^To: .*\r\n/m, '')), 'another To'],
    ['a second Message-ID', field('Message-ID: <a@example.com>'), 'another Message-ID'],
    ['another Message-ID', text(whole => whole.replace(/^Message-ID: </m, '$&x')), 'another Message-ID'],
    ['a second author', field('From: eve@example.com'), 'another From'],
    ['another author', text(whole => whole.replace('From: a@', 'From: b@')), 'another From'],
    ['a Sender', field('Sender: eve@example.com'), 'another Sender'],
    ['no date', text(whole => whole.replace(/^Date: .*\r\n/m, '')), '0 header fields Date'],
    [
      'another messageId',
      (mail, whole) => ({ ...mail, messageId: '<a@example.com>', bytes: async () => Buffer.from(whole) }),
      'another messageId',
    ],
    [
      'a recipient more',
      mail => ({
        ...mail,
        envelope: { ...mail.envelope, to: [...mail.envelope.to, 'eve@example.com'] },
        bytes: () => mail.bytes(),
      }),
      'another envelope',
    ],
    [
      'a recipient twice in place of another',
      mail => ({
        ...mail,
        envelope: { ...mail.envelope, to: ['ann@example.com', 'ann@example.com'] },
        bytes: () => mail.bytes(),
      }),
      'another envelope',
    ],
    [
      'another sender',
      mail => ({ ...mail, envelope: { ...mail.envelope, from: '' }, bytes: () => mail.bytes() }),
      'another envelope',
    ],
  ])('%s', async (_what, returned, words) => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink, {}, { hooks: [signer(returned)] });
    const error = await rejection(mail.send(MESSAGE));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({
      code: 'EMAILHOOK',
      field: 'Signer.beforeDelivery',
      message: expect.stringContaining(words),
    });
    expect(sink.connections).toBe(0);
  });

  it.each<[string, Returned]>([
    [
      'the same recipients in another order',
      mail => ({
        ...mail,
        envelope: { from: mail.envelope.from, to: mail.envelope.to.toReversed() },
        bytes: () => mail.bytes(),
      }),
    ],
    ['the fields folded in another way', text(whole => whole.replace('To: ann@', 'To:\r\n ann@'))],
    ['a line that begins with a dot', text(whole => `${whole}.\r\n..dots\r\n`)],
    ['null', () => null],
  ])('but not %s', async (_what, returned) => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink, {}, { hooks: [signer(returned)] });
    expect(await mail.send(MESSAGE)).toMatchObject({ status: 'accepted' });
    expect(sink.messages[0]?.envelope.to).toEqual(['ann@example.com', 'bob@example.com']);
  });
});

describe('A hook that writes into the mail that it is given', () => {
  it.each<[string, (mail: ComposedMail) => unknown]>([
    [
      'adds a recipient',
      ({ envelope }) => Reflect.apply(Array.prototype.push, envelope.to, ['eve@example.com']),
    ],
    [
      'replaces a recipient',
      ({ envelope }) => Array.prototype.splice.call(envelope.to, 0, 1, 'eve@example.com'),
    ],
    ['shows a blind recipient', ({ bcc }) => Reflect.apply(Array.prototype.push, bcc, ['eve@example.com'])],
    [
      'replaces the envelope',
      mail => Object.assign(mail, { envelope: { from: '', to: ['eve@example.com'] } }),
    ],
    ['replaces the sender', ({ envelope }) => Object.assign(envelope, { from: '' })],
    ['replaces its bytes', mail => Object.assign(mail, { bytes: async () => Buffer.from('x') })],
  ])('and %s stops the send', async (_what, change) => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink, {}, { hooks: [signer(given => void change(given))] });
    const error = await rejection(mail.send(MESSAGE));
    expect(error).toMatchObject({
      code: 'EMAILHOOK',
      field: 'Signer.beforeDelivery',
      cause: expect.objectContaining({ name: 'TypeError' }),
    });
    expect(sink.connections).toBe(0);
  });

  it('has a copy of its bytes, as the mail has of those that it returns', async () => {
    const sink = await bench.sink();
    const returned: Buffer[] = [];
    const hook = signer(async (mail, whole) => {
      (await mail.bytes()).fill('x');
      const bytes = Buffer.from(whole.replace('Hello Ann', 'Hello Bob'), 'latin1');
      returned.push(bytes);
      return { ...mail, bytes: async () => bytes };
    });
    @Injectable()
    class Later extends MailHook {
      override beforeDelivery(): void {
        for (const bytes of returned) bytes.fill('x');
      }
    }
    const { mail } = await bench.against(sink, {}, { hooks: [hook, Later] });
    await mail.send(MESSAGE);
    expect(String(sink.messages[0]?.raw)).toMatch(/^From: a@example\.com\r\n[^]*Hello Bob/);
  });
});

describe('A hook whose beforeDelivery throws', () => {
  it('is named by the error, whose cause is what was thrown, and nothing leaves', async () => {
    const sink = await bench.sink();
    const reason = new Error('the key has expired');
    const { mail } = await bench.against(
      sink,
      {},
      {
        hooks: [
          signer(() => {
            throw reason;
          }),
        ],
      },
    );
    const error = await rejection(mail.send(MESSAGE));
    expect(error).toMatchObject({
      name: 'MailMessageError',
      code: 'EMAILHOOK',
      message: 'Signer.beforeDelivery: failed, so that nothing was sent: the key has expired',
    });
    expect(error).toHaveProperty('cause', reason);
    expect(sink.connections).toBe(0);
  });

  it('decides with an error of this package whether the mail may be sent again', async () => {
    const sink = await bench.sink();
    const reason = new MailDeliveryError('EMAILCONNECT', 'The key service is away.', {
      phase: 'connect',
      retryable: true,
    });
    const { mail } = await bench.against(sink, {}, { hooks: [signer(() => Promise.reject(reason))] });
    expect(await rejection(mail.send(MESSAGE))).toBe(reason);
  });

  it('tells no secret of the mail in its error and its cause', async () => {
    const sink = await bench.sink();
    const { mail } = await bench.against(
      sink,
      {},
      {
        hooks: [signer((_mail, whole) => Promise.reject(new Error(`cannot sign ${whole}`)))],
      },
    );
    const error = await rejection(mail.send({ ...MESSAGE, text: 'PIN 4711-0815', secrets: ['4711-0815'] }));
    expect(error).toMatchObject({ code: 'EMAILHOOK' });
    expect(`${String(error)} ${String((error as Error).cause)}`).not.toContain('4711');
  });

  it('for one part of a split message lets none of the parts leave', async () => {
    const sink = await bench.sink();
    const { mail } = await bench.against(
      sink,
      { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' },
      {
        hooks: [
          signer(({ envelope }) => {
            if (envelope.to.includes('bob@example.com')) throw new Error('no certificate');
          }),
        ],
      },
    );
    expect(await rejection(mail.send(MESSAGE))).toMatchObject({ code: 'EMAILHOOK' });
    expect(sink.connections).toBe(0);
  });
});
