import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailMessage } from 'nest-mailroom';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { eventually } from './eventually.js';
import type { DeliveredMail } from './maildir.js';
import { PrivatePostfix } from './private-postfix.js';

const REPORTED_TO = 'bounces@contoso.test';

let postfix: PrivatePostfix;
let app: MailApp | undefined;
beforeAll(async () => {
  postfix = await PrivatePostfix.start();
});
afterEach(async () => {
  await app?.close();
  app = undefined;
});
afterAll(async () => {
  await postfix?.stop();
});

async function send(subject: string, more: Partial<MailMessage>): Promise<DeliveredMail> {
  app = await startMailApp({
    Host: postfix.host,
    Port: postfix.ports.plain,
    FromAddress: 'from@contoso.test',
  });
  const message = { to: 'ann@contoso.test', subject, text: 'x', ...more } as MailMessage;
  expect(await app.mail.send(message)).toMatchObject({ status: 'accepted' });
  const arrived = async (): Promise<DeliveredMail[]> =>
    (await postfix.mails()).filter(
      ({ recipient, raw }) => recipient === 'ann@contoso.test' && raw.includes(`Subject: ${subject}\n`),
    );
  await eventually('the mail arrives', async () => (await arrived()).length === 1, 15_000);
  await postfix.idle();
  const [mail] = await arrived();
  if (!mail) throw new Error('no mail came');
  return mail;
}

const reports = async (): Promise<string[]> =>
  (await postfix.mails())
    .filter(({ recipient, sender }) => recipient === REPORTED_TO && sender === '')
    .map(({ raw }) => raw.toString());

describe('A Postfix', () => {
  it('reports to the envelope sender what it is asked to report, under the name that was given', async () => {
    const asked = { notify: ['success', 'failure'], ret: 'headers', envid: 'contract 42+a=b' } as const;
    const mail = await send('Reported', { envelopeFrom: REPORTED_TO, dsn: asked });
    expect(mail.sender).toBe(REPORTED_TO);
    await eventually('the report arrives', async () => (await reports()).length === 1, 15_000);
    const [report = ''] = await reports();
    expect(report).toMatch(/^Original-Envelope-Id: contract 42\+a=b$/m);
    expect(report).toMatch(/^Action: (?:delivered|relayed)$/m);
    expect(report).toContain('Content-Type: text/rfc822-headers');
  });

  it('reports nothing of a mail that wants no report', async () => {
    const before = (await reports()).length;
    await send('Not reported', { envelopeFrom: REPORTED_TO, dsn: { notify: ['never'] } });
    expect(await reports()).toHaveLength(before);
  });

  it('takes a mail from nobody', async () => {
    const mail = await send('From nobody', { envelopeFrom: null, dsn: { notify: ['never'], ret: 'full' } });
    expect(mail.sender).toBe('');
  });
});
