import { inspect } from 'node:util';
import { expect, it } from '@jest/globals';
import { MailDelivery, MailSettingsError } from 'nest-mailroom';
import { startMailApp } from '../support/mail-app.js';
import { rejection } from '../support/rejection.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';

const PASSWORD = 's3cret-p4ssword';
const TOKEN = 'r3set-t0ken';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const FORMS = [PASSWORD, base64(PASSWORD), base64(`\0ann\0${PASSWORD}`), TOKEN];

function revealed(...things: unknown[]): string {
  return things
    .map(
      thing =>
        `${String(thing)}\n${inspect(thing, { depth: 10, showHidden: true })}\n${JSON.stringify(thing)}`,
    )
    .join('\n');
}

it('A server that echoes the password gets it into no error, transcript, cause or log', async () => {
  const server = await ScriptedSmtpServer.start([
    { send: '220 hi\r\n' },
    { expect: /^EHLO/, send: '250-hi\r\n250 AUTH PLAIN\r\n' },
    {
      expect: /^AUTH PLAIN/,
      send: `535 5.7.8 user ann password ${PASSWORD} is wrong (${base64(`\0ann\0${PASSWORD}`)})\r\n`,
    },
  ]);
  const app = await startMailApp({
    Host: server.host,
    Port: server.port,
    FromAddress: 'a@contoso.com',
    Username: 'ann',
    Password: PASSWORD,
    SecureSocketOption: 'None',
  });
  const error = await rejection(app.mail.send({ subject: 's', to: 'ann@contoso.com', text: 't' }));
  expect(error).toMatchObject({
    code: 'EMAILAUTH',
    responseCode: 535,
    response: expect.stringContaining('***'),
  });
  const everything = revealed(
    error,
    app.mail,
    app.app.get(MailDelivery, { strict: false }),
    ...app.logger.lines,
  );
  for (const form of FORMS) expect(everything).not.toContain(form);
  await app.close();
  await server.close();
});

it('A server that quotes the reset link gets the token into no error or transcript', async () => {
  const server = await ScriptedSmtpServer.start([
    { send: '220 hi\r\n' },
    { expect: /^EHLO/, send: '250 hi\r\n' },
    { expect: /^MAIL/, send: '250 ok\r\n' },
    { expect: /^RCPT/, send: '250 ok\r\n' },
    { expect: 'DATA', send: '354 go\r\n' },
    {
      expectData: true,
      send: `554 5.7.1 refused because of https://identity.contoso.com/reset?token=${TOKEN}\r\n`,
    },
  ]);
  const app = await startMailApp({
    MailSettings: { Host: server.host, Port: server.port, FromAddress: 'a@contoso.com' },
    TwoFactorSettings: { ResetConfirmationUri: 'https://identity.contoso.com/reset?token=' },
  });
  const error = await rejection(
    app.mail.sendResetPassword({ to: 'ann@contoso.com', displayName: 'Ann', token: TOKEN }),
  );
  expect(error).toMatchObject({
    responseCode: 554,
    response: '554 5.7.1 refused because of ***',
  });
  expect(revealed(error, ...app.logger.lines)).not.toContain(TOKEN);
  await app.close();
  await server.close();
});

it('Settings that are wrong do not reveal the password', async () => {
  const error = await rejection(
    startMailApp({ Host: 'smtp.contoso.com', Port: 99_999, Password: PASSWORD, FromAddress: 'no address' }),
  );
  expect(error).toBeInstanceOf(MailSettingsError);
  expect(revealed(error)).not.toContain(PASSWORD);
});
