import { afterEach, describe, expect, it } from '@jest/globals';
import { MailDeliveryError } from '../../lib/errors/mail-delivery-error.js';
import type { SmtpOptions } from '../../lib/delivery/smtp/smtp-options.js';
import type { MailSettings } from '../../lib/settings/mail-settings.js';
import { createCertificateAuthority, createSelfSignedCertificate } from '../support/certificates.js';
import { rejection, startMailApp } from '../support/mail-app.js';
import { MailSink } from '../support/mail-sink.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';

const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['localhost', '127.0.0.1'] });
const trust: SmtpOptions = { tls: { ca: authority.cert } };
/** A name of this machine that is not loopback by its looks, so that the rules for foreign hosts apply. */
const FOREIGN: SmtpOptions = { ...trust, allowInternalNetworkInterfaces: true };

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const item of opened.splice(0).toReversed()) await item.close();
});

async function start(sinkOptions: MailSinkOptions, settings: MailSettings, smtp: SmtpOptions = trust) {
  const sink = await MailSink.start(sinkOptions);
  const app = await startMailApp(
    {
      Host: sink.host,
      Port: sink.port,
      FromAddress: 'no-reply@contoso.com',
      ConnectionTimeout: 5,
      ...settings,
    },
    { smtp },
  );
  opened.push(sink, app);
  const send = () => app.mail.send({ to: 'ann@contoso.com', subject: 'TLS', text: 'secret text' });
  return { sink, app, send };
}

describe('SecureSocketOption', () => {
  it.each([
    ['None', 'none', false],
    ['None', 'starttls', false],
    ['Auto', 'none', false],
    ['Auto', 'starttls', true],
    ['StartTlsWhenAvailable', 'none', false],
    ['StartTlsWhenAvailable', 'starttls', true],
    ['StartTls', 'starttls', true],
    ['SslOnConnect', 'implicit', true],
  ] as const)(
    '%s sends to a server with TLS “%s”, encrypted: %s',
    async (SecureSocketOption, tls, encrypted) => {
      const { sink, send } = await start({ tls, certificate }, { SecureSocketOption });
      expect((await send()).status).toBe('accepted');
      expect(sink.messages[0]?.secure).toBe(encrypted);
    },
  );

  it('EnableSsl means StartTls', async () => {
    const { sink, send } = await start({ tls: 'starttls', certificate }, { EnableSsl: true });
    await send();
    expect(sink.messages[0]?.secure).toBe(true);
  });

  it('StartTls fails before MAIL when the server does not offer it, and names the setting', async () => {
    const { sink, send } = await start({ tls: 'none' }, { SecureSocketOption: 'StartTls' });
    const error = await rejection(send());
    expect(error).toBeInstanceOf(MailDeliveryError);
    expect(error).toMatchObject({
      code: 'EMAILTLS',
      phase: 'tls',
      retryable: false,
      message: expect.stringContaining('SecureSocketOption'),
    });
    expect(sink.commands.filter(command => command.startsWith('MAIL'))).toEqual([]);
  });

  it.each(['Auto', 'StartTlsWhenAvailable', 'StartTls'])(
    '%s never falls back to clear when STARTTLS is refused',
    async option => {
      const server = await ScriptedSmtpServer.start([
        { send: '220 hi\r\n' },
        { expect: /^EHLO/, send: '250-hi\r\n250 STARTTLS\r\n' },
        { expect: 'STARTTLS', send: '454 4.7.0 TLS not available\r\n' },
      ]);
      const app = await startMailApp({
        Host: server.host,
        Port: server.port,
        FromAddress: 'a@contoso.com',
        SecureSocketOption: option,
      });
      const error = await rejection(app.mail.send({ to: 'ann@contoso.com', text: 't' }));
      expect(error).toMatchObject({
        code: 'EMAILTLS',
        phase: 'tls',
        retryable: true,
        responseCode: 454,
        enhancedCode: '4.7.0',
      });
      expect(server.received().some(line => line.startsWith('MAIL'))).toBe(false);
      await app.close();
      await server.close();
    },
  );

  it.each([
    ['self-signed', createSelfSignedCertificate(), 'not signed by a known authority'],
    [
      'expired',
      authority.issue({
        hosts: ['127.0.0.1'],
        notBefore: new Date('2020-01-01'),
        notAfter: new Date('2021-01-01'),
      }),
      'expired',
    ],
    [
      'not yet valid',
      authority.issue({
        hosts: ['127.0.0.1'],
        notBefore: new Date('2090-01-01'),
        notAfter: new Date('2091-01-01'),
      }),
      'not valid yet',
    ],
    ['for another host', authority.issue({ hosts: ['mail.contoso.com'] }), 'another name'],
    [
      'of an unknown authority',
      createCertificateAuthority('Nobody').issue({ hosts: ['127.0.0.1'] }),
      'not signed by a known authority',
    ],
  ])('a certificate that is %s is refused for good', async (_, wrong, words) => {
    for (const [tls, SecureSocketOption] of [
      ['starttls', 'StartTls'],
      ['implicit', 'SslOnConnect'],
    ] as const) {
      const { sink, send } = await start({ tls, certificate: wrong }, { SecureSocketOption });
      const error = await rejection(send());
      expect(error).toMatchObject({
        code: 'EMAILTLS',
        phase: 'tls',
        retryable: false,
        message: expect.stringContaining(words),
      });
      expect(sink.messages).toEqual([]);
    }
  });

  it('TLS from the first byte to a clear port ends at once and names the setting', async () => {
    const { send } = await start({ tls: 'none' }, { SecureSocketOption: 'SslOnConnect' });
    const error = await rejection(send());
    expect(error).toMatchObject({
      code: 'EMAILTLS',
      phase: 'tls',
      retryable: false,
      message: expect.stringMatching(/set SecureSocketOption to StartTls/),
    });
  });

  it('a clear connection to a TLS port ends in seconds and names the setting', async () => {
    const { send } = await start(
      { tls: 'implicit', certificate },
      { SecureSocketOption: 'None', ConnectionTimeout: 30 },
    );
    const error = await rejection(send());
    expect(error).toMatchObject({
      code: 'EMAILTLS',
      phase: 'tls',
      retryable: false,
      message: expect.stringMatching(/set it to SslOnConnect/),
    });
  });
});

describe('Credentials', () => {
  const auth = { user: 'ann', pass: 's3cret-password' };
  const login = { Username: auth.user, Password: auth.pass };

  it.each([
    ['starttls', 'Auto'],
    ['starttls', 'StartTls'],
    ['implicit', 'SslOnConnect'],
  ] as const)('log in over TLS (%s, %s)', async (tls, SecureSocketOption) => {
    const { sink, send } = await start({ tls, certificate, auth }, { SecureSocketOption, ...login });
    await send();
    expect(sink.messages[0]).toMatchObject({ secure: true, user: 'ann' });
  });

  it('may cross a clear connection to this very machine', async () => {
    const { sink, send } = await start(
      { tls: 'none', auth, allowInsecureAuth: true },
      { SecureSocketOption: 'Auto', ...login },
    );
    await send();
    expect(sink.messages[0]).toMatchObject({ secure: false, user: 'ann' });
  });

  it.each(['Auto', 'StartTlsWhenAvailable'])(
    'never cross a clear connection to another host with %s',
    async SecureSocketOption => {
      const sink = await MailSink.start({ tls: 'none', auth, allowInsecureAuth: true });
      // 0.0.0.0 reaches this machine, but is no loopback name: the rules for other hosts apply.
      const app = await startMailApp(
        { Host: '0.0.0.0', Port: sink.port, FromAddress: 'a@contoso.com', SecureSocketOption, ...login },
        { smtp: FOREIGN },
      );
      opened.push(sink, app);
      const error = await rejection(app.mail.send({ to: 'ann@contoso.com', text: 't' }));
      expect(error).toMatchObject({
        code: 'EMAILTLS',
        phase: 'tls',
        retryable: false,
        message: expect.stringContaining('password must not cross'),
      });
      expect(sink.commands.filter(command => /^(?:AUTH|MAIL)/.test(command))).toEqual([]);
    },
  );

  it('cross a clear connection when the administrator wrote None', async () => {
    const sink = await MailSink.start({ tls: 'none', auth, allowInsecureAuth: true });
    const app = await startMailApp(
      {
        Host: '0.0.0.0',
        Port: sink.port,
        FromAddress: 'a@contoso.com',
        SecureSocketOption: 'None',
        ...login,
      },
      { smtp: FOREIGN },
    );
    opened.push(sink, app);
    expect((await app.mail.send({ to: 'ann@contoso.com', text: 't' })).status).toBe('accepted');
  });

  it('that are wrong fail for good, and the password is in neither error nor transcript', async () => {
    const { send } = await start(
      { tls: 'starttls', certificate, auth },
      { SecureSocketOption: 'StartTls', Username: 'ann', Password: 'wr0ng-password' },
    );
    const error = await rejection(send());
    expect(error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', retryable: false, responseCode: 535 });
    expect(error).toMatchObject({ message: expect.stringContaining('Username and Password') });
  });

  it('are not dropped silently when the server offers no authentication', async () => {
    const { sink, send } = await start(
      { tls: 'starttls', certificate },
      { SecureSocketOption: 'StartTls', ...login },
    );
    const error = await rejection(send());
    expect(error).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      message: expect.stringContaining('offers no authentication'),
    });
    expect(sink.messages).toEqual([]);
  });
});
