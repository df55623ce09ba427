import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { simpleParser } from 'mailparser';
import { assertWellFormedMail } from '../../support/eml.js';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { rejection } from '../../support/rejection.js';
import { RecordingDelivery } from '../mail-servers/recording-delivery.js';
import type { PostfixPorts } from './postfix-configuration.js';
import { PrivatePostfix } from './private-postfix.js';

const MODES = [
  ['plain', 'None', false],
  ['plain', 'Auto', false],
  ['plain', 'StartTlsWhenAvailable', false],
  ['startTls', 'None', false],
  ['startTls', 'Auto', true],
  ['startTls', 'StartTlsWhenAvailable', true],
  ['startTls', 'StartTls', true],
  ['implicitTls', 'SslOnConnect', true],
] as const;

let postfix: PrivatePostfix;
const apps: MailApp[] = [];
beforeAll(async () => {
  postfix = await PrivatePostfix.start();
});
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});
afterAll(async () => {
  await postfix?.stop();
});

function settings(port: keyof PostfixPorts, SecureSocketOption: string) {
  return {
    Host: postfix.host,
    Port: postfix.ports[port],
    FromAddress: 'No Reply <no-reply@contoso.test>',
    SecureSocketOption,
    ConnectionTimeout: 10,
  };
}

async function start(port: keyof PostfixPorts, option: string, ca = postfix.ca): Promise<MailApp> {
  const app = await startMailApp(settings(port, option), { smtp: { tls: { ca } } });
  apps.push(app);
  return app;
}

/** The one copy of a mail. */
async function delivered(messageId: string) {
  await postfix.idle();
  const [mail, ...more] = (await postfix.mails()).filter(({ raw }) => raw.includes(messageId));
  if (!mail || more.length > 0) throw new Error(`There is not exactly one copy of ${messageId}.`);
  return mail;
}

describe('A real Postfix', () => {
  it.each(MODES)(
    'on its port “%s” takes a mail with SecureSocketOption %s, encrypted: %s',
    async (...mode) => {
      const [port, option, encrypted] = mode;
      const attachment = randomBytes(300_000);
      const text = 'Bonjour,\n.one dot\n..two dots\n.\nthe end — à bientôt\n';
      const app = await start(port, option);
      const receipt = await app.mail.send({
        to: 'Ann Lee <ann@contoso.test>',
        subject: 'Réinitialisation — пароль 🔑',
        text,
        html: '<p>Bonjour\n.</p>',
        attachments: [{ filename: 'données.bin', content: attachment }],
      });
      expect(receipt).toMatchObject({ status: 'accepted', accepted: ['ann@contoso.test'], rejected: [] });

      const mail = await delivered(receipt.messageId);
      expect(/\bwith ESMTPS\b/.test(mail.raw.toString('latin1'))).toBe(encrypted);
      assertWellFormedMail(mail.content);
      const parsed = await simpleParser(mail.content);
      expect(parsed.subject).toBe('Réinitialisation — пароль 🔑');
      expect(parsed.text).toBe(text);
      expect(parsed.html).toContain('<p>Bonjour\n.</p>');
      expect(parsed.attachments.map(({ filename }) => filename)).toEqual(['données.bin']);
      expect(parsed.attachments.map(({ content }) => sha256(content))).toEqual([sha256(attachment)]);
    },
  );

  it.each([
    ['plain', 'None'],
    ['startTls', 'StartTls'],
    ['implicitTls', 'SslOnConnect'],
  ] as const)('gets on its port “%s” every byte as it was composed', async (port, option) => {
    const recording = await RecordingDelivery.create(settings(port, option), postfix.ca);
    const app = await startMailApp(settings(port, option), { delivery: recording });
    apps.push(app);
    const { messageId } = await app.mail.send({
      to: 'ann@contoso.test',
      cc: 'Bob <bob@contoso.test>',
      subject: 'x'.repeat(3000),
      text: '.\n..\nFrom here to there\n'.repeat(2000),
      attachments: [{ filename: 'from.eml', content: '.\r\n..\r\nFrom me\r\n' }],
    });
    await postfix.idle();
    const copies = (await postfix.mails()).filter(({ raw }) => raw.includes(messageId));
    expect(copies.map(copy => copy.recipient).sort()).toEqual(['ann@contoso.test', 'bob@contoso.test']);
    for (const copy of copies) expect(copy.content.equals(recording.composed)).toBe(true);
  });
});

describe('The port and the setting SecureSocketOption', () => {
  it.each([
    ['plain', 'StartTls', 'does not offer'],
    ['plain', 'SslOnConnect', 'set SecureSocketOption to StartTls'],
    ['startTls', 'SslOnConnect', 'set SecureSocketOption to StartTls'],
    ['implicitTls', 'None', 'set it to SslOnConnect'],
    ['implicitTls', 'StartTls', 'set it to SslOnConnect'],
  ] as const)('“%s” and %s do not match, and the error says what to change', async (port, option, advice) => {
    const app = await start(port, option);
    const error = await rejection(
      app.mail.send({ subject: 's', to: 'ann@contoso.test', text: 'never-arrives' }),
    );
    expect(error).toMatchObject({
      code: 'EMAILTLS',
      phase: 'tls',
      retryable: false,
      message: expect.stringContaining(advice),
    });
    await postfix.idle();
    expect((await postfix.countById(/never-arrives/)).size).toBe(0);
  });

  it.each([
    ['startTls', 'Auto'],
    ['implicitTls', 'SslOnConnect'],
  ] as const)('“%s” and %s end for good when nobody trusts the certificate', async (port, option) => {
    const app = await startMailApp(settings(port, option));
    apps.push(app);
    const error = await rejection(
      app.mail.send({ subject: 's', to: 'ann@contoso.test', text: 'never-trusted' }),
    );
    expect(error).toMatchObject({ code: 'EMAILTLS', phase: 'tls', retryable: false });
    await postfix.idle();
    expect((await postfix.countById(/never-trusted/)).size).toBe(0);
  });
});

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
