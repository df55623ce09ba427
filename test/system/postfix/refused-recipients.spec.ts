import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MailDeliveryError } from '../../../lib/core/errors/mail-delivery-error.js';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { rejection } from '../../support/rejection.js';
import { inParallel } from './in-parallel.js';
import { PrivatePostfix } from './private-postfix.js';

const ANN = 'ann@contoso.test';
const BOB = 'bob@contoso.test';
const BUSY = 'busy@contoso.test';
const GONE = 'gone@contoso.test';
const LEAVING = 'leaving@contoso.test';
/** What the receipt or the error says of them. */
const REFUSED = {
  [BUSY]: {
    address: BUSY,
    code: 450,
    enhancedCode: '4.2.1',
    response: expect.stringContaining('The mailbox is busy'),
    retryable: true,
  },
  [GONE]: {
    address: GONE,
    code: 550,
    enhancedCode: '5.1.1',
    response: expect.stringContaining('The mailbox is gone'),
    retryable: false,
  },
} as const;

let postfix: PrivatePostfix;
let app: MailApp;
let texts = 0;
beforeAll(async () => {
  postfix = await PrivatePostfix.start();
  app = await startMailApp({
    Host: postfix.host,
    Port: postfix.ports.plain,
    FromAddress: 'no-reply@contoso.test',
  });
});
afterAll(async () => {
  await app?.close();
  await postfix?.stop();
});

const newText = () => `refused-${String(++texts).padStart(4, '0')}`;

/** Who got how many copies of a text. */
async function arrivals(text: string): Promise<Record<string, number>> {
  await postfix.idle();
  const copies = await postfix.countByIdAndRecipient(new RegExp(`${text}\\b`));
  return Object.fromEntries(copies.get(text) ?? []);
}

describe('Recipients of whom Postfix refuses some', () => {
  it.each([
    ['first', [BUSY, GONE, ANN, BOB], [BUSY, GONE]],
    ['in the middle', [ANN, BUSY, GONE, BOB], [BUSY, GONE]],
    ['last', [ANN, BOB, GONE, BUSY], [GONE, BUSY]],
  ] as const)('(%s) are told apart in the receipt, and the others get their mail', async (_, to, refused) => {
    const text = newText();
    const receipt = await app.mail.send({ subject: 's', to, text });
    expect(receipt).toMatchObject({ status: 'accepted', accepted: [ANN, BOB] });
    expect(receipt.rejected).toEqual(refused.map(address => REFUSED[address]));
    expect(await arrivals(text)).toEqual({ [ANN]: 1, [BOB]: 1 });
  });

  it('may be in a foreign domain, which is refused for good', async () => {
    const text = newText();
    const receipt = await app.mail.send({ subject: 's', to: ['ann@example.com', ANN], text });
    expect(receipt).toMatchObject({
      accepted: [ANN],
      rejected: [{ address: 'ann@example.com', code: 554, enhancedCode: '5.7.1', retryable: false }],
    });
    expect(await arrivals(text)).toEqual({ [ANN]: 1 });
  });
});

describe('Recipients all of whom Postfix refuses', () => {
  it.each([
    ['for now', [BUSY], true],
    ['for good', [GONE], false],
    ['for now and for good', [BUSY, GONE], true],
    ['for good and for now', [GONE, BUSY], true],
  ] as const)('(%s) make an error that names each of them', async (_, to, retryable) => {
    const text = newText();
    const error = await rejection(app.mail.send({ subject: 's', to, text }));
    expect(error).toBeInstanceOf(MailDeliveryError);
    expect(error).toMatchObject({ code: 'EMAILENVELOPE', phase: 'envelope', retryable });
    expect(error instanceof MailDeliveryError && error.recipients).toEqual(
      to.map(address => REFUSED[address]),
    );
    expect(await arrivals(text)).toEqual({});
  });
});

describe('A recipient over whom Postfix closes the connection (421)', () => {
  it.each([
    ['alone', [LEAVING]],
    ['first', [LEAVING, ANN]],
    ['last', [ANN, LEAVING]],
    ['in the middle', [ANN, LEAVING, BOB]],
    ['after one refused for now', [BUSY, LEAVING]],
    ['after one refused for good', [GONE, LEAVING]],
    ['after all kinds of others', [ANN, BUSY, GONE, LEAVING]],
  ])(
    '(%s) makes an error that can be retried; nobody has the mail, and the next one works',
    async (_, to) => {
      const text = newText();
      const error = await rejection(app.mail.send({ subject: 's', to, text }));
      expect(error).toMatchObject({
        code: 'EMAILENVELOPE',
        phase: 'envelope',
        retryable: true,
        messageId: expect.stringContaining('@contoso.test>'),
        message: expect.stringContaining('Before the message was taken, the connection was lost'),
      });
      const next = newText();
      await app.mail.send({ subject: 's', to: ANN, text: next });
      expect(await arrivals(text)).toEqual({});
      expect(await arrivals(next)).toEqual({ [ANN]: 1 });
    },
  );

  it('disturbs none of the mails beside it', async () => {
    const mails = Array.from({ length: 300 }, (_, index) => ({
      text: newText(),
      others: [[], [BUSY], [GONE], [LEAVING], [BUSY, GONE]][index % 5] ?? [],
    }));
    await inParallel(mails, 50, async ({ text, others }) => {
      const outcome = await app.mail
        .send({ subject: 's', to: [ANN, ...others], text })
        .catch((error: unknown) => error);
      expect(outcome).toMatchObject(
        others.includes(LEAVING)
          ? { name: 'MailDeliveryError', retryable: true }
          : { accepted: [ANN], rejected: others.map(address => ({ address })) },
      );
    });
    await postfix.idle();
    const copies = await postfix.countById(/refused-\d{4}/);
    const wrong = mails.filter(
      ({ text, others }) => (copies.get(text) ?? 0) !== (others.includes(LEAVING) ? 0 : 1),
    );
    expect(wrong).toEqual([]);
  });
});
