import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { SmtpOptions } from 'nest-mailroom';
import { createCertificateAuthority } from '../support/certificates.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';

const bench = useMailBench();
const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['127.0.0.1'] });

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const PASSWORD = 's3cret-password';
const PLAIN = `AUTH PLAIN ${base64(`\0ann\0${PASSWORD}`)}`;
const UNKNOWN = '504 5.7.4 Unrecognized authentication type\r\n';
const LOGIN: Script = [
  { expect: 'AUTH LOGIN', send: '334 VXNlcm5hbWU6\r\n' },
  { expect: base64('ann'), send: '334 UGFzc3dvcmQ6\r\n' },
  { expect: base64(PASSWORD), send: '235 2.7.0 welcome\r\n' },
];
const MAIL: Script = [
  { expect: /^MAIL/, send: '250 ok\r\n' },
  { expect: /^RCPT/, send: '250 ok\r\n' },
  { expect: 'DATA', send: '354 go\r\n' },
  { expectData: true, send: '250 taken\r\n' },
  { expect: 'QUIT', send: '221 bye\r\n' },
  { close: true },
];

interface Circumstances {
  readonly smtp?: SmtpOptions;
  readonly password?: string;
  readonly username?: string;
  readonly tls?: boolean;
}

/** A server that offers these mechanisms, and an application that has a login for it. */
async function start(
  offered: string,
  further: Script,
  { smtp = {}, password = PASSWORD, username = 'ann', tls = false }: Circumstances = {},
) {
  const server = await bench.server([
    ...(tls ? [{ startTls: certificate }] : []),
    { send: '220 hi\r\n' },
    { expect: /^EHLO/, send: `250-hi\r\n250 AUTH ${offered}\r\n` },
    ...further,
  ]);
  const app = await bench.app(
    {
      Host: server.host,
      Port: server.port,
      FromAddress: 'no-reply@contoso.test',
      SecureSocketOption: tls ? 'SslOnConnect' : 'None',
      Username: username,
      Password: password,
      ConnectionTimeout: 5,
    },
    { smtp: { tls: { ca: authority.cert }, ...smtp } },
  );
  return {
    server,
    app,
    send: () => app.mail.send({ to: 'ann@contoso.test', subject: 's', text: 'Hello' }),
    said: () => server.received().filter(line => line.startsWith('AUTH')),
  };
}

/** Error, cause and transcript as they could reach a log. */
function everything(error: unknown): string {
  const { message, cause, transcript, response } = error as Error & Record<string, unknown>;
  return JSON.stringify([message, String(cause), transcript, response]);
}

describe('The mechanisms that a server offers are tried', () => {
  it.each([
    ['LOGIN PLAIN', PLAIN],
    ['CRAM-MD5 PLAIN', PLAIN],
  ])('in our order, not in that of the server (%s)', async (offered, first) => {
    const { send } = await start(offered, [{ expect: first, send: '235 ok\r\n' }, ...MAIL]);
    expect(await send()).toMatchObject({ status: 'accepted' });
  });

  it.each([false, true])('one after the other on one connection after 504 (over TLS: %s)', async tls => {
    const { server, send } = await start(
      'PLAIN LOGIN',
      [{ expect: PLAIN, send: UNKNOWN }, ...LOGIN, ...MAIL],
      {
        tls,
      },
    );
    expect(await send()).toMatchObject({ status: 'accepted' });
    expect(server.connections).toBe(1);
  });

  it.each([
    '504 no\r\n',
    '534 5.7.9 mechanism too weak\r\n',
    '534-5.7.9 not\r\n534 5.7.9 this one\r\n',
    '504\r\n',
  ])('one after the other after %j', async reply => {
    const { send } = await start('PLAIN LOGIN', [{ expect: PLAIN, send: reply }, ...LOGIN, ...MAIL]);
    expect(await send()).toMatchObject({ status: 'accepted' });
  });

  it('as far as to CRAM-MD5, and also after a 504 in the middle of LOGIN', async () => {
    const challenge = '<1896.697170952@postoffice.contoso.test>';
    const digest = createHmac('md5', PASSWORD).update(challenge).digest('hex');
    const { send } = await start('CRAM-MD5 LOGIN PLAIN', [
      { expect: PLAIN, send: UNKNOWN },
      { expect: 'AUTH LOGIN', send: '334 VXNlcm5hbWU6\r\n' },
      { expect: base64('ann'), send: UNKNOWN },
      { expect: 'AUTH CRAM-MD5', send: `334 ${base64(challenge)}\r\n` },
      { expect: base64(`ann ${digest}`), send: '235 ok\r\n' },
      ...MAIL,
    ]);
    expect(await send()).toMatchObject({ status: 'accepted' });
  });

  it.each([
    [535, false],
    [538, false],
    [501, false],
    [530, false],
    [454, true],
    [432, true],
  ])('no further after %i', async (code, retryable) => {
    const { send, said } = await start('PLAIN LOGIN', [{ expect: PLAIN, send: `${code} no\r\n` }]);
    expect(await rejection(send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable,
      responseCode: code,
    });
    expect(said()).toEqual([PLAIN]);
  });

  it('no further after 535 to the second one, and the error tells both replies', async () => {
    const { send } = await start('PLAIN LOGIN CRAM-MD5', [
      { expect: PLAIN, send: UNKNOWN },
      ...LOGIN.slice(0, 2),
      { expect: base64(PASSWORD), send: '535 5.7.8 wrong\r\n' },
    ]);
    expect(await rejection(send())).toMatchObject({
      code: 'EMAILAUTH',
      responseCode: 535,
      retryable: false,
      message: expect.stringMatching(
        /PLAIN \(504 5\.7\.4 .*LOGIN \(535 5\.7\.8 wrong\).*Username and Password/,
      ),
    });
  });

  it('until none is left, and the error tells what each got, without the password', async () => {
    const { send, said } = await start('PLAIN LOGIN', [
      { expect: PLAIN, send: `504 5.7.4 not ${base64(`\0ann\0${PASSWORD}`)}\r\n` },
      { expect: 'AUTH LOGIN', send: `534-5.7.9 not with\r\n534 5.7.9 ${PASSWORD}\r\n` },
    ]);
    const error = await rejection(send());
    expect(error).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      responseCode: 534,
      enhancedCode: '5.7.9',
      message: expect.stringMatching(
        /PLAIN \(504 5\.7\.4 not \*+\), LOGIN \(534-5\.7\.9 not with 534 5\.7\.9 \*+\)/,
      ),
    });
    expect(error).toMatchObject({ message: expect.not.stringContaining('\n') });
    expect(everything(error)).not.toContain(PASSWORD);
    expect(everything(error)).not.toContain(base64(`\0ann\0${PASSWORD}`));
    expect(said()).toEqual([PLAIN, 'AUTH LOGIN']);
  });

  it('and what the server said before it closed the connection counts', async () => {
    const { send } = await start('PLAIN LOGIN', [{ expect: PLAIN, send: UNKNOWN }, { close: true }]);
    expect(await rejection(send())).toMatchObject({
      code: 'EMAILAUTH',
      responseCode: 504,
      retryable: false,
    });
  });
});

describe('The decision is made on what the server really said', () => {
  it.each([
    ['a password that is a code', { password: '504' }],
    ['a password that is a mechanism', { password: 'LOGIN' }],
    ['a user and a password that are mechanisms', { username: 'PLAIN', password: 'PLAIN' }],
  ])('with %s', async (_, { username = 'ann', password }: { username?: string; password: string }) => {
    const { send } = await start(
      'PLAIN LOGIN',
      [
        { expect: `AUTH PLAIN ${base64(`\0${username}\0${password}`)}`, send: UNKNOWN },
        { expect: 'AUTH LOGIN', send: '334 VXNlcm5hbWU6\r\n' },
        { expect: base64(username), send: '334 UGFzc3dvcmQ6\r\n' },
        { expect: base64(password), send: '235 ok\r\n' },
        ...MAIL,
      ],
      { username, password },
    );
    expect(await send()).toMatchObject({ status: 'accepted' });
  });
});

describe('A password that is too long for a line of a command', () => {
  const long = 'x'.repeat(400);
  const response = base64(`\0ann\0${long}`);

  it('follows AUTH PLAIN in a line of its own, which no transcript holds', async () => {
    const { server, send } = await start(
      'PLAIN',
      [
        { expect: 'AUTH PLAIN', send: '334 \r\n' },
        { expect: response, send: '535 5.7.8 no\r\n' },
      ],
      { password: long },
    );
    const error = await rejection(send());
    expect(error).toMatchObject({ code: 'EMAILAUTH', responseCode: 535 });
    expect(everything(error)).not.toContain(response.slice(0, 40));
    expect(server.received().filter(line => /^[A-Z]{4}/.test(line) && line.length > 510)).toEqual([]);
  });

  it.each([
    [367, true],
    [368, false],
  ])('is one from 512 octets with the line end on (%i characters fit: %s)', async (length, fits) => {
    const password = 'x'.repeat(length);
    const whole = `AUTH PLAIN ${base64(`\0ann\0${password}`)}`;
    expect(whole.length + 2 <= 512).toBe(fits);
    const further: Script = fits
      ? [{ expect: whole, send: '235 ok\r\n' }]
      : [
          { expect: 'AUTH PLAIN', send: '334\r\n' },
          { expect: base64(`\0ann\0${password}`), send: '235 ok\r\n' },
        ];
    const { send } = await start('PLAIN', [...further, ...MAIL], { password });
    expect(await send()).toMatchObject({ status: 'accepted' });
  });

  it('gives way to the next mechanism after 504 too', async () => {
    const { send } = await start(
      'PLAIN LOGIN',
      [
        { expect: 'AUTH PLAIN', send: UNKNOWN },
        ...LOGIN.slice(0, 2),
        { expect: base64(long), send: '235 ok\r\n' },
        ...MAIL,
      ],
      { password: long },
    );
    expect(await send()).toMatchObject({ status: 'accepted' });
  });
});

describe('A server that asks', () => {
  it('for what came with AUTH PLAIN gets it again', async () => {
    const { send } = await start('PLAIN', [
      { expect: PLAIN, send: '334 \r\n' },
      { expect: base64(`\0ann\0${PASSWORD}`), send: '235 ok\r\n' },
      ...MAIL,
    ]);
    expect(await send()).toMatchObject({ status: 'accepted' });
  });

  it('for more than a mechanism has to say is told that the login is over', async () => {
    const { send } = await start('LOGIN', [
      ...LOGIN.slice(0, 2),
      { expect: base64(PASSWORD), send: '334 bW9yZQ==\r\n' },
      { expect: '*', send: '501 5.0.0 cancelled\r\n' },
    ]);
    expect(await rejection(send())).toMatchObject({ code: 'EMAILAUTH', responseCode: 501, retryable: false });
  });

  it.each(['334 bW9yZQ==', '334', '354 go'])('and answers that with %j has refused for good', async reply => {
    const { server, send, said } = await start('LOGIN', [
      ...LOGIN.slice(0, 2),
      { expect: base64(PASSWORD), send: '334 bW9yZQ==\r\n' },
      { expect: '*', send: `${reply}\r\n` },
    ]);
    expect(await rejection(send())).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', retryable: false });
    expect(said()).toEqual(['AUTH LOGIN']);
    expect(server.connections).toBe(1);
  });
});

it('A server that wants TLS for a login is told with the setting for it', async () => {
  const refusal = '538 5.7.11 Encryption required for requested authentication mechanism\r\n';
  const { send } = await start('PLAIN LOGIN', [{ expect: PLAIN, send: refusal }]);
  expect(await rejection(send())).toMatchObject({
    retryable: false,
    message: expect.stringContaining('only over an encrypted connection; set SecureSocketOption to StartTls'),
  });
});

describe('The option smtp.auth', () => {
  const credentials = { user: 'bob', pass: 'other' };
  const BOB = `AUTH PLAIN ${base64('\0bob\0other')}`;

  it('without a method tries the mechanisms in the same way', async () => {
    const { send } = await start(
      'PLAIN LOGIN',
      [
        { expect: BOB, send: UNKNOWN },
        { expect: 'AUTH LOGIN', send: '334 VXNlcm5hbWU6\r\n' },
        { expect: base64('bob'), send: '334 UGFzc3dvcmQ6\r\n' },
        { expect: base64('other'), send: '235 ok\r\n' },
        ...MAIL,
      ],
      { smtp: { auth: credentials } },
    );
    expect(await send()).toMatchObject({ status: 'accepted' });
  });

  it('with a method tries that one only', async () => {
    const { send, said } = await start('PLAIN LOGIN', [{ expect: BOB, send: UNKNOWN }], {
      smtp: { auth: { ...credentials, method: 'plain' } },
    });
    expect(await rejection(send())).toMatchObject({ code: 'EMAILAUTH', responseCode: 504, retryable: false });
    expect(said()).toEqual([BOB]);
  });

  it('leaves a mechanism to the handler that code has brought for it', async () => {
    const { send } = await start(
      'PLAIN LOGIN',
      [{ expect: 'AUTH PLAIN by-our-own-means', send: '235 ok\r\n' }, ...MAIL],
      {
        smtp: {
          auth: credentials,
          customAuth: {
            PLAIN: async ({ sendCommand }) => {
              await sendCommand('AUTH PLAIN by-our-own-means');
            },
          },
        },
      },
    );
    expect(await send()).toMatchObject({ status: 'accepted' });
  });
});
