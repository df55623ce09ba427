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

  it('reaches the one who is left in a further transaction of the same send', async () => {
    const receipt = await app.mail.send({ subject: 'To everybody', text: 'to-everybody', bcc: recipients });
    expect(receipt).toMatchObject({ status: 'accepted', accepted: recipients, rejected: [] });

    await postfix.idle();
    const transactions = [...postfix.log().matchAll(/nrcpt=(\d+) \(queue active\)/g)].map(
      ([, count]) => count,
    );
    expect(transactions).toEqual([String(LIMIT), '1']);
    const copies = (await postfix.countByIdAndRecipient(/to-everybody/)).get('to-everybody');
    expect(copies?.size).toBe(recipients.length);
    expect(recipients.filter(recipient => copies?.get(recipient) !== 1)).toEqual([]);
  });
});
