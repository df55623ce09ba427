import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { PrivatePostfix } from './private-postfix.js';

/** Postfix's own limit, its parameter `smtpd_recipient_limit`. */
const LIMIT = 1000;
const recipients = Array.from({ length: LIMIT + 1 }, (_, index) => `user${index}@contoso.test`);

describe('A mail to one recipient more than Postfix takes', () => {
  let postfix: PrivatePostfix;
  let app: MailApp;
  beforeAll(async () => {
    postfix = await PrivatePostfix.start();
    app = await startMailApp({
      Host: postfix.host,
      Port: postfix.ports.plain,
      FromAddress: 'no-reply@contoso.test',
      MaxRecipients: recipients.length,
    });
  });
  afterAll(async () => {
    await app?.close();
    await postfix?.stop();
  });

  it('is taken for the others, says whom to try again, and reaches that one with a second send', async () => {
    const message = { subject: 'To everybody', text: 'to-everybody' };
    const first = await app.mail.send({ ...message, bcc: recipients });
    expect(first.accepted).toEqual(recipients.slice(0, LIMIT));
    expect(first.rejected).toEqual([
      {
        address: recipients.at(-1),
        code: 452,
        enhancedCode: '4.5.3',
        response: expect.stringContaining('too many recipients'),
        retryable: true,
      },
    ]);

    const left = first.rejected.filter(({ retryable }) => retryable === true).map(({ address }) => address);
    const second = await app.mail.send({ ...message, bcc: left, messageId: first.messageId });
    expect(second).toMatchObject({ accepted: left, rejected: [] });

    await postfix.idle();
    const copies = (await postfix.countByIdAndRecipient(/to-everybody/)).get('to-everybody');
    expect(copies?.size).toBe(recipients.length);
    expect(recipients.filter(recipient => copies?.get(recipient) !== 1)).toEqual([]);
  });
});
