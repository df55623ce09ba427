import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { inParallel } from './in-parallel.js';
import { NUMBERED, numberedMails } from './numbered-mails.js';
import { PrivatePostfix } from './private-postfix.js';

describe('2,000 mails, 200 at a time', () => {
  let postfix: PrivatePostfix;
  let app: MailApp;
  beforeAll(async () => {
    postfix = await PrivatePostfix.start();
    app = await startMailApp({
      Host: postfix.host,
      Port: postfix.ports.plain,
      FromAddress: 'no-reply@contoso.test',
      MaxConnections: 20,
    });
  });
  afterAll(async () => {
    await app?.close();
    await postfix?.stop();
  });

  it('all arrive, each of them once and at its own recipient', async () => {
    const mails = numberedMails(2000);
    await inParallel(mails, 200, async ({ id: _id, ...message }) => {
      expect((await app.mail.send(message)).accepted).toEqual([message.to]);
    });
    await postfix.idle();
    const copies = await postfix.countByIdAndRecipient(NUMBERED);
    expect(mails.filter(({ id, to }) => copies.get(id)?.get(to) !== 1)).toEqual([]);
    expect(await postfix.mails()).toHaveLength(mails.length);
  });
});
