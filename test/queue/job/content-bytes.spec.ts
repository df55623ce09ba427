import { buffer } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { ComposedMail } from '../../../lib/core/mime/composed-mail.js';
import { NarrowedMail } from '../../../lib/core/mime/narrowed-mail.js';
import { decodeContent, encodeContent } from '../../../lib/queue/job/content-bytes.js';
import { UnreadableJobError } from '../../../lib/queue/job/unreadable-job-error.js';
import { compose } from '../../core/mime/composing.js';
import { kindOf, smallMail, unreadable } from './job-parts.js';

const MESSAGE = Buffer.from('Subject: Hello\r\n\r\nHello.\r\n');

async function roundTrip(mail: ComposedMail) {
  return decodeContent(encodeContent(mail, await mail.bytes()));
}

/** What somebody has put in place of the head. */
function withHead(head: unknown, message = MESSAGE): Buffer {
  const text = Buffer.from(typeof head === 'string' ? head : JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, message]);
}

const HEAD = {
  envelope: { from: 'no-reply@contoso.com', to: ['ann@contoso.com'] },
  messageId: '<1@contoso.com>',
};

describe('A mail that was in the queue', () => {
  it('says all that it said before, and has the same bytes', async () => {
    const message = Buffer.from('Subject: Héllo\r\n\r\nHéllo.\r\n');
    const mail = smallMail({
      message,
      envelope: {
        from: '',
        to: ['ann@contoso.com', 'bob@bücher.example'],
        dsn: { notify: ['failure', 'delay'], ret: 'headers', envid: 'order 1' },
      },
      template: 'welcome',
      culture: 'de-CH, en',
      bcc: ['bob@bücher.example'],
      headerSender: 'office@contoso.com',
      eightBit: true,
      utf8Header: true,
      partial: true,
      asciiHead: { bytes: Buffer.from('Subject: =?utf-8?q?H=C3=A9llo?=\r\n\r\n'), replaces: 19 },
      secrets: ['t0ken', 'a\r\nb'],
    });
    const read = await roundTrip(mail);
    for (const field of [
      'envelope',
      'messageId',
      'template',
      'culture',
      'bcc',
      'headerSender',
      'eightBit',
      'utf8Header',
      'partial',
      'asciiHead',
      'secrets',
    ] as const)
      expect({ [field]: read[field] }).toEqual({ [field]: mail[field] });
    expect(read.size).toBe(message.length);
    expect(await read.bytes()).toEqual(message);
    expect(await buffer(read.stream())).toEqual(message);
  });

  it('says nothing that it did not say before', async () => {
    const read = await roundTrip(smallMail());
    for (const field of ['template', 'culture', 'bcc', 'headerSender', 'partial', 'asciiHead'] as const)
      expect(read[field]).toBeUndefined();
    expect(read).toMatchObject({ eightBit: false, utf8Header: false, secrets: [] });
  });

  it('is the same whatever its message is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 2000 }),
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
        async (octets, secrets) => {
          const read = await roundTrip(smallMail({ message: Buffer.from(octets), secrets }));
          expect(await read.bytes()).toEqual(Buffer.from(octets));
          expect(read.secrets).toEqual(secrets);
        },
      ),
    );
  });

  it('is streamed in pieces of 64 KiB at most, as often as it takes', async () => {
    const message = Buffer.alloc(300_000, 'x');
    const read = await roundTrip(smallMail({ message }));
    for (let time = 0; time < 2; time++) {
      const sizes: number[] = [];
      for await (const piece of read.stream() as AsyncIterable<Buffer>) sizes.push(piece.length);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(message.length);
    }
  });

  it('is narrowed to those who do not have it', async () => {
    const read = await roundTrip(smallMail({ bcc: ['bob@example.com'] }));
    const narrowed = new NarrowedMail(read, ['bob@example.com']);
    expect(narrowed.envelope).toEqual({ from: 'no-reply@contoso.com', to: ['bob@example.com'] });
    expect(narrowed.bcc).toEqual(['bob@example.com']);
    expect(await narrowed.bytes()).toEqual(MESSAGE);
  });

  it('hides its secrets and the words of its body in what a server says, as it did before', async () => {
    const mail = await compose(
      {
        to: 'ann@contoso.com',
        subject: 'Reset',
        text: 'Open https://contoso.com/reset?code=Xk29fjLLq01msZZ8 within an hour.',
        attachments: [{ filename: 'a.bin', content: Buffer.alloc(5000, 7) }],
      },
      { secrets: ['short1'] },
    );
    const read = await roundTrip(mail);
    const reply =
      '554 5.7.1 Blocked: https://contoso.com/reset?code=Xk29fjLLq01msZZ8 short1 for <ann@contoso.com>';
    expect(read.redact(reply)).toBe(mail.redact?.(reply));
    expect(read.redact(reply)).not.toMatch(/Xk29fjLLq01msZZ8|short1/);
    expect(read.redact(reply)).toContain('<ann@contoso.com>');
    expect(new NarrowedMail(read, ['ann@contoso.com']).redact(reply)).not.toMatch(/Xk29fjLLq01msZZ8|short1/);
    expect(read.redact('250 2.0.0 Ok: queued as 4bXk29')).toBe('250 2.0.0 Ok: queued as 4bXk29');
  });

  it('shows neither secrets nor bytes when it is printed', async () => {
    const read = await roundTrip(smallMail({ secrets: ['t0ken-of-a-link'] }));
    const shown = inspect(read, { depth: 9, showHidden: true }) + JSON.stringify(read);
    expect(shown).not.toMatch(/t0ken-of-a-link|Hello/);
  });
});

describe('The content of a job that somebody has edited', () => {
  it.each([
    ['ends early', Buffer.alloc(3)],
    ['ends within its head', Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3])],
    ['has no message', withHead(HEAD, Buffer.alloc(0))],
    ['has a head that is no JSON', withHead('{"envelope":')],
    ['has a head that is a list', withHead([])],
    ['has no envelope', withHead({ messageId: '<1@contoso.com>' })],
    ['has no recipients', withHead({ ...HEAD, envelope: { from: '', to: [] } })],
    ['has a recipient that is no text', withHead({ ...HEAD, envelope: { from: '', to: [1] } })],
    [
      'has a recipient with a line break',
      withHead({ ...HEAD, envelope: { from: '', to: ['a@b.example>\r\nRCPT TO:<c@d.example'] } }),
    ],
    [
      'has a sender with a line break',
      withHead({ ...HEAD, envelope: { from: 'a\nb', to: ['a@b.example'] } }),
    ],
    ['has no Message-ID', withHead({ envelope: HEAD.envelope })],
    [
      'asks for reports that are unknown',
      withHead({ ...HEAD, envelope: { ...HEAD.envelope, dsn: { notify: ['x'] } } }),
    ],
    ['has a flag that is a text', withHead({ ...HEAD, eightBit: 'true' })],
    ['has secrets that are no texts', withHead({ ...HEAD, secrets: [{}] })],
    [
      'has an ASCII head that is not ASCII',
      withHead({ ...HEAD, asciiHead: { bytes: '/////w==', replaces: 1 } }),
    ],
    ['has an ASCII head of no base64', withHead({ ...HEAD, asciiHead: { bytes: '!!!!', replaces: 1 } })],
    [
      'has an ASCII head for more than there is',
      withHead({ ...HEAD, asciiHead: { bytes: 'QQ==', replaces: 27 } }),
    ],
  ])('cannot be read when it %s', (_, encoded) => {
    const error = unreadable(() => decodeContent(encoded));
    expect(error.kind).toBe('damaged');
    expect(error.isPutOff).toBe(false);
    expect(error.message).not.toMatch(/contoso|b\.example/);
  });

  it('reads as a mail or as damaged, whatever stands there', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }).map(octets => Buffer.from(octets)),
          fc.json().map(json => withHead(json)),
          fc
            .record(
              {
                envelope: fc.anything(),
                messageId: fc.anything(),
                asciiHead: fc.anything(),
                bcc: fc.anything(),
              },
              { requiredKeys: [] },
            )
            .map(head => withHead({ ...HEAD, ...JSON.parse(JSON.stringify(head, withoutBigints)) })),
        ),
        encoded => {
          try {
            decodeContent(encoded);
          } catch (error) {
            expect(error).toBeInstanceOf(UnreadableJobError);
            expect(kindOf(() => decodeContent(encoded))).toBe('damaged');
          }
        },
      ),
    );
  });
});

function withoutBigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
