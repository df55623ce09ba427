import { describe, expect, it } from '@jest/globals';
import type { SmtpOptions } from 'nest-mailroom';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';

const bench = useMailBench();

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const PLAIN = base64('\0ann\0s3cret-password');
const MAIL: Script = [
  { expect: /^MAIL/, send: '250 ok\r\n' },
  { expect: /^RCPT/, send: '250 ok\r\n' },
  { expect: 'DATA', send: '354 go\r\n' },
  { expectData: true, send: '250 taken\r\n' },
];

/** A server that says this to EHLO, and an application that has a login for it. */
async function start(ehlo: string, further: Script, smtp: SmtpOptions = {}) {
  const server = await bench.server([{ send: '220 hi\r\n' }, { expect: /^EHLO/, send: ehlo }, ...further]);
  const app: MailApp = await bench.app(
    {
      Host: server.host,
      Port: server.port,
      FromAddress: 'no-reply@contoso.test',
      SecureSocketOption: 'None',
      Username: 'ann',
      Password: 's3cret-password',
    },
    { smtp },
  );
  return { server, app, send: () => app.mail.send({ subject: 's', to: 'ann@contoso.test', text: 'Hello' }) };
}

describe('A server that offers only mechanisms that take no password', () => {
  it.each([
    ['of Windows', '250-hi\r\n250 AUTH GSSAPI NTLM\r\n', 'GSSAPI, NTLM'],
    ['of tokens', '250-hi\r\n250-AUTH XOAUTH2 OAUTHBEARER\r\n250 SIZE\r\n', 'XOAUTH2, OAUTHBEARER'],
    ['in two forms', '250-hi\r\n250-AUTH=DIGEST-MD5\r\n250 AUTH digest-md5\r\n', 'DIGEST-MD5'],
  ])('(%s) never gets the password, and the error names what it offers', async (_, ehlo, named) => {
    const { server, app, send } = await start(ehlo, []);
    for (const error of [await rejection(send()), await rejection(app.mail.verify())]) {
      expect(error).toMatchObject({
        code: 'EMAILAUTH',
        phase: 'auth',
        retryable: false,
        message: expect.stringContaining(`(it offers ${named})`),
      });
      expect(error).not.toHaveProperty('responseCode', expect.anything());
    }
    expect(server.received(0).filter(line => !/^(?:EHLO|QUIT)/.test(line))).toEqual([]);
  });
});

describe('A server that offers a mechanism that takes a password', () => {
  it.each([
    ['in the old form', '250-hi\r\n250 AUTH=PLAIN\r\n'],
    ['in two lines', '250-hi\r\n250-AUTH NTLM\r\n250 AUTH=PLAIN\r\n'],
    ['in small letters among others', '250-hi\r\n250 auth gssapi plain\r\n'],
    ['without saying which', '250-hi\r\n250 AUTH\r\n'],
  ])('(%s) gets it', async (_, ehlo) => {
    const { send } = await start(ehlo, [{ expect: `AUTH PLAIN ${PLAIN}`, send: '235 welcome\r\n' }, ...MAIL]);
    expect(await send()).toMatchObject({ status: 'accepted' });
  });

  it('gets it by the mechanism that was chosen in code, whatever the server offers', async () => {
    const further: Script = [
      { expect: 'AUTH LOGIN', send: '334 VXNlcm5hbWU6\r\n' },
      { expect: base64('bob'), send: '334 UGFzc3dvcmQ6\r\n' },
      { expect: base64('other'), send: '235 welcome\r\n' },
      ...MAIL,
    ];
    const auth = { user: 'bob', pass: 'other', method: 'LOGIN' };
    const { send } = await start('250-hi\r\n250 AUTH NTLM\r\n', further, { auth });
    expect(await send()).toMatchObject({ status: 'accepted' });
  });
});
