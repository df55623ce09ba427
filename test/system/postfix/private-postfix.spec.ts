import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { rejection } from '../../support/rejection.js';
import { findPostfix } from './postfix-programs.js';
import { PrivatePostfix } from './private-postfix.js';

const ID = /harness-\d+/;

describe('A private Postfix', () => {
  let postfix: PrivatePostfix;
  let app: MailApp;
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

  const send = (number: number, ...to: string[]) =>
    app.mail.send({ subject: 's', to, text: `harness-${number}` });

  it('delivers one copy to each recipient, and knows for whom it was', async () => {
    await send(1, 'ann@contoso.test', 'bob@contoso.test');
    await postfix.idle();
    const copies = await postfix.countByIdAndRecipient(ID);
    expect(Object.fromEntries(copies.get('harness-1') ?? [])).toEqual({
      'ann@contoso.test': 1,
      'bob@contoso.test': 1,
    });
    expect((await postfix.mails()).map(mail => mail.sender)).toEqual(Array(2).fill('no-reply@contoso.test'));
  });

  it('shows a mail that was sent twice as two copies, by either way of counting', async () => {
    await send(2, 'ann@contoso.test');
    await send(2, 'ann@contoso.test');
    await postfix.idle();
    expect((await postfix.countById(ID)).get('harness-2')).toBe(2);
    expect((await postfix.countById(ID, 'acceptances')).get('harness-2')).toBe(2);
  });

  it('sends nothing to other servers', async () => {
    const error = await rejection(send(3, 'ann@example.com'));
    expect(error).toMatchObject({
      responseCode: 554,
      response: expect.stringContaining('Relay access denied'),
    });
  });

  it('loses nothing that it accepted when it is killed, and comes back on the same ports', async () => {
    const numbers = Array.from({ length: 100 }, (_, index) => 1000 + index);
    await Promise.all(numbers.map(number => send(number, 'ann@contoso.test')));
    expect(postfix.processIds()).not.toEqual([]);
    await postfix.kill();
    expect(postfix.processIds()).toEqual([]);
    expect(await rejection(app.mail.verify())).toMatchObject({ code: 'EMAILCONNECT', retryable: true });

    await postfix.restart();
    await app.mail.verify();
    await postfix.flushQueue();
    await postfix.idle();
    const copies = await postfix.countById(ID, 'acceptances');
    expect(numbers.filter(number => copies.get(`harness-${number}`) !== 1)).toEqual([]);
  });

  it('logs what it does into a file of its own', async () => {
    await send(4, 'ann@contoso.test');
    await postfix.idle();
    expect(postfix.log()).toContain('status=sent (delivered to maildir)');
  });
});

describe('Ending a private Postfix', () => {
  it('leaves neither a process nor a file, also when it is ended twice', async () => {
    const postfix = await PrivatePostfix.start();
    const directory = dirname(dirname(postfix.maildir));
    expect(existsSync(directory)).toBe(true);
    await postfix.stop();
    await postfix.stop();
    expect(existsSync(directory)).toBe(false);
    expect(postfix.processIds()).toEqual([]);
  });

  it('leaves no file when it did not even start, and says what Postfix complained about', async () => {
    const error = await rejection(
      PrivatePostfix.start({ parameters: { mail_owner: 'nobody-of-this-name' } }),
    );
    expect(String(error)).toContain('did not start');
    expect(String(error)).toContain('nobody-of-this-name');
  });
});

describe('Without an installed Postfix', () => {
  it('the tests fail and say how to install it', async () => {
    const error = await rejection(findPostfix('/nonexistent'));
    expect(String(error)).toContain('apt-get install postfix');
  });
});
