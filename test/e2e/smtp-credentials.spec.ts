import { describe, expect, it } from '@jest/globals';
import type { MailSettings, SmtpOptions } from 'nest-mailroom';
import { createCertificateAuthority } from '../support/certificates.js';
import { useMailBench } from '../support/mail-bench.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';

const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['localhost', '127.0.0.1'] });
const trust: SmtpOptions = { tls: { ca: authority.cert } };
/** A name of this machine that is not loopback by its looks, so that the rules for foreign hosts apply. */
const FOREIGN: SmtpOptions = { ...trust, allowInternalNetworkInterfaces: true };

const bench = useMailBench();

async function start(sinkOptions: MailSinkOptions, settings: MailSettings, smtp: SmtpOptions = trust) {
  const sink = await bench.sink(sinkOptions);
  const app = await bench.app(
    {
      Host: sink.host,
      Port: sink.port,
      FromAddress: 'no-reply@contoso.com',
      ConnectionTimeout: 5,
      ...settings,
    },
    { smtp },
  );
  const send = () => app.mail.send({ to: 'ann@contoso.com', subject: 'TLS', text: 'secret text' });
  return { sink, app, send };
}

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
      const sink = await bench.sink({ tls: 'none', auth, allowInsecureAuth: true });
      // 0.0.0.0 reaches this machine, but is no loopback name: the rules for other hosts apply.
      const app = await bench.app(
        { Host: '0.0.0.0', Port: sink.port, FromAddress: 'a@contoso.com', SecureSocketOption, ...login },
        { smtp: FOREIGN },
      );
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
    const sink = await bench.sink({ tls: 'none', auth, allowInsecureAuth: true });
    const app = await bench.app(
      {
        Host: '0.0.0.0',
        Port: sink.port,
        FromAddress: 'a@contoso.com',
        SecureSocketOption: 'None',
        ...login,
      },
      { smtp: FOREIGN },
    );
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
