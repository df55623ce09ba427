import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailDelivery } from '../../lib/core/delivery/mail-delivery.js';
import { MailDeliveryError } from '../../lib/core/errors/mail-delivery-error.js';
import { MailMessageError } from '../../lib/core/errors/mail-message-error.js';
import type { MailMessage } from '../../lib/core/message/mail-message.js';
import type { ComposedMail } from '../../lib/core/mime/composed-mail.js';
import { compose as composeMessage } from '../core/mime/composing.js';
import { assertWellFormedMail, headerOf, headersOf } from '../support/eml.js';
import { rejection } from '../support/rejection.js';

/** A mail as it came out at the other end. */
export interface ArrivedMail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  /** The message without what the delivery itself puts before it. */
  readonly raw: Buffer;
}

/** A delivery under test, and the other end of it. */
export interface DeliveryUnderTest {
  readonly delivery: MailDelivery;
  readonly status: 'accepted' | 'written' | 'queued';
  arrived(): Promise<ArrivedMail[]>;
  tearDown(): Promise<void>;
}

/** The ways in which a mail reaches a delivery; what a delivery promises holds for both. */
const PATHS: readonly { path: string; handed(mail: ComposedMail): ComposedMail }[] = [
  { path: 'in memory', handed: mail => mail },
  { path: 'as a stream', handed: asStream },
];

/** The same mail when nobody knows its size before it is read, which then happens piece by piece. */
function asStream(mail: ComposedMail): ComposedMail {
  const { envelope, messageId, eightBit, bcc, asciiHead } = mail;
  return {
    envelope,
    messageId,
    eightBit,
    bcc,
    asciiHead,
    secrets: mail.secrets,
    get spent() {
      return mail.spent;
    },
    bytes: () => mail.bytes(),
    stream: () => Readable.from(oddPieces(mail)),
  };
}

/** Pieces from one octet on, so that dots and line ends fall apart, then ever larger ones. */
async function* oddPieces(mail: ComposedMail): AsyncGenerator<Buffer> {
  let length = 1;
  for await (const chunk of mail.stream() as AsyncIterable<Buffer>)
    for (let start = 0; start < chunk.length; length = Math.min(Math.ceil(length * 1.01), 60_000)) {
      yield chunk.subarray(start, start + length);
      start += length;
    }
}

/** What every delivery promises, whatever it delivers to. */
export function describeMailDelivery(name: string, setUp: () => Promise<DeliveryUnderTest>): void {
  describe.each(PATHS)(`${name} as a mail delivery, each mail handed over $path,`, ({ handed }) => {
    const compose = async (message: MailMessage): Promise<ComposedMail> =>
      handed(await composeMessage(message));
    let under: DeliveryUnderTest;
    beforeEach(async () => {
      under = await setUp();
    });
    afterEach(async () => {
      await under.delivery.close(0);
      await under.tearDown();
    });

    it('delivers exactly the composed bytes to exactly the envelope', async () => {
      const mail = await compose({
        to: 'ann@contoso.com',
        cc: 'bob@contoso.com',
        bcc: 'eve@contoso.com',
        subject: 'Grüße',
        text: `.first\n..second\n.\r\nBcc: evil@x.example\r${'x'.repeat(5000)}\n.`,
      });
      const outcome = await under.delivery.deliver(mail);
      const [arrived] = await under.arrived();
      expect(outcome).toMatchObject({
        status: under.status,
        accepted: ['ann@contoso.com', 'bob@contoso.com', 'eve@contoso.com'],
        rejected: [],
      });
      expect(arrived?.envelope).toEqual({
        from: 'no-reply@contoso.com',
        to: ['ann@contoso.com', 'bob@contoso.com', 'eve@contoso.com'],
      });
      expect(arrived?.raw.equals(await mail.bytes())).toBe(true);
      assertWellFormedMail(arrived?.raw ?? Buffer.alloc(0));
    });

    it('shows blind recipients in no header', async () => {
      await under.delivery.deliver(await compose({ bcc: 'eve@contoso.com', subject: 's', text: 't' }));
      const [arrived] = await under.arrived();
      expect(headersOf(arrived?.raw ?? Buffer.alloc(0), 'Bcc')).toEqual([]);
      expect(arrived?.raw.toString()).not.toContain('eve@contoso.com');
    });

    it('delivers an attachment that is a stream', async () => {
      const chunks = Array.from({ length: 40 }, (_, index) => Buffer.alloc(50_000, index));
      const mail = await compose({
        subject: 's',
        to: 'ann@contoso.com',
        text: 't',
        attachments: [{ filename: 'big.bin', content: Readable.from(chunks) }],
      });
      await under.delivery.deliver(mail);
      const [arrived] = await under.arrived();
      expect(arrived?.raw.toString('latin1').replaceAll('\r\n', '')).toContain(
        Buffer.concat(chunks).toString('base64'),
      );
      assertWellFormedMail(arrived?.raw ?? Buffer.alloc(0));
    });

    it('delivers nothing when an attached stream fails half-way, and delivers the next mail', async () => {
      const failing = Readable.from(
        (async function* () {
          yield Buffer.alloc(200_000, 1);
          throw new Error('disk gone');
        })(),
      );
      const mail = await compose({
        subject: 's',
        to: 'ann@contoso.com',
        text: 't',
        attachments: [{ filename: 'x.bin', content: failing }],
      });
      const error = await rejection(under.delivery.deliver(mail));
      expect(error).toBeInstanceOf(MailMessageError);
      expect(error).toMatchObject({ code: 'EMAILATTACHMENT', field: 'attachments' });
      await under.delivery.deliver(await compose({ subject: 's', to: 'bob@contoso.com', text: 'next' }));
      const all = await under.arrived();
      expect(all.map(({ envelope }) => envelope.to)).toEqual([['bob@contoso.com']]);
    });

    it('delivers many mails at once without mixing them up', async () => {
      const mails = await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          compose({ to: `user${index}@contoso.com`, subject: `mail ${index}`, text: `body ${index}` }),
        ),
      );
      const outcomes = await Promise.all(mails.map(mail => under.delivery.deliver(mail)));
      const arrived = await under.arrived();
      expect(outcomes.every(outcome => outcome.status === under.status)).toBe(true);
      const pairs = arrived
        .map(({ envelope, raw }) => `${envelope.to[0]} ${headerOf(raw, 'Subject')}`)
        .toSorted();
      expect(pairs).toEqual(mails.map((_, index) => `user${index}@contoso.com mail ${index}`).toSorted());
    });

    it('delivers nothing under a signal that has fired already', async () => {
      const error = await rejection(
        under.delivery.deliver(await compose({ subject: 's', to: 'ann@contoso.com', text: 't' }), {
          signal: AbortSignal.abort(),
        }),
      );
      expect(error).toBeInstanceOf(MailDeliveryError);
      expect(error).toMatchObject({ code: 'EMAILABORTED', retryable: true });
      expect(await under.arrived()).toEqual([]);
    });

    it('verifies without delivering anything', async () => {
      await expect(under.delivery.verify()).resolves.toBeUndefined();
      expect(await under.arrived()).toEqual([]);
    });

    it('refuses mails once it is closed, and can be closed twice', async () => {
      await under.delivery.close(0);
      await under.delivery.close(0);
      const error = await rejection(
        under.delivery.deliver(await compose({ subject: 's', to: 'ann@contoso.com', text: 't' })),
      );
      expect(error).toBeInstanceOf(MailDeliveryError);
      expect(error).toMatchObject({ code: 'EMAILCLOSED', retryable: true });
      expect(await under.arrived()).toEqual([]);
    });

    it('finishes what has begun when it is closed with a grace time', async () => {
      const mails = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          compose({ subject: 's', to: `user${index}@contoso.com`, text: 't' }),
        ),
      );
      const sending = mails.map(mail => under.delivery.deliver(mail));
      await under.delivery.close(10_000);
      const outcomes = await Promise.all(sending);
      expect(outcomes).toHaveLength(20);
      expect(await under.arrived()).toHaveLength(20);
    });
  });
}
