import { networkInterfaces } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import type { MailSettings, SmtpOptions } from 'nest-mailroom';
import { MailDeliveryError } from 'nest-mailroom';
import { createCertificateAuthority } from '../support/certificates.js';
import { HttpProxy } from '../support/http-proxy.js';
import { useMailBench } from '../support/mail-bench.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';

const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['localhost', '127.0.0.1'] });
const trust: SmtpOptions = { tls: { ca: authority.cert } };

/** Addresses of this machine, with whether they are loopback; link-local ones need a zone, which no setting has. */
const ADDRESSES = Object.values(networkInterfaces())
  .flatMap(list => list ?? [])
  .filter(({ address }) => !address.startsWith('fe80:'))
  .map(({ address, internal }) => [address, internal] as const);

const bench = useMailBench();

/** What goes through a proxy leaves this machine, also where the proxy is on it. */
async function throughProxy(): Promise<SmtpOptions> {
  const proxy = bench.closing(await HttpProxy.start());
  return { ...trust, proxy: `http://${proxy.address}` };
}

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
    'never cross a clear connection through a proxy with %s, whatever the name of the host',
    async SecureSocketOption => {
      for (const Host of ['127.0.0.1', 'localhost', '::1']) {
        const { sink, send } = await start(
          { tls: 'none', auth, allowInsecureAuth: true },
          { SecureSocketOption, ...login, Host },
          await throughProxy(),
        );
        const error = await rejection(send());
        expect(error).toMatchObject({
          code: 'EMAILTLS',
          phase: 'tls',
          retryable: false,
          message: expect.stringContaining('password must not cross'),
        });
        expect(sink.connections).toBe(1);
        expect(sink.commands.filter(command => /^(?:AUTH|MAIL)/.test(command))).toEqual([]);
      }
    },
  );

  it('cross a clear connection when the administrator wrote None', async () => {
    const { send } = await start(
      { tls: 'none', auth, allowInsecureAuth: true },
      { SecureSocketOption: 'None', ...login },
      await throughProxy(),
    );
    expect((await send()).status).toBe('accepted');
  });

  it.each(ADDRESSES)('cross a clear connection to %s only where that is loopback: %s', async (host, own) => {
    const { sink, send } = await start({ host, tls: 'none', auth, allowInsecureAuth: true }, login);
    const outcome = await send().then(
      ({ status }) => status,
      (error: unknown) => (error instanceof MailDeliveryError ? error.code : error),
    );
    expect(outcome).toBe(own ? 'accepted' : 'EMAILTLS');
    expect(sink.commands.some(command => command.startsWith('AUTH'))).toBe(own);
  });

  it('may cross a clear connection to an address that means this machine', async () => {
    const { sink, send } = await start(
      { tls: 'none', auth, allowInsecureAuth: true },
      { ...login, Host: '0.0.0.0' },
      { allowInternalNetworkInterfaces: true },
    );
    await send();
    expect(sink.messages[0]).toMatchObject({ secure: false, user: 'ann' });
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
