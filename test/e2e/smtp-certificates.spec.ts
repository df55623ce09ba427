import type { SecureVersion } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import type { MailSettings } from 'nest-mailroom';
import type { Certificate } from '../support/certificates.js';
import { createCertificateAuthority, createSelfSignedCertificate } from '../support/certificates.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';

const authority = createCertificateAuthority();
const hosts = ['localhost', '127.0.0.1'];
const WRONG: Readonly<Record<string, { certificate: Certificate; words: RegExp }>> = {
  expired: {
    certificate: authority.issue({
      hosts,
      notBefore: new Date('2020-01-01'),
      notAfter: new Date('2021-01-01'),
    }),
    words: /certificate.*has expired/i,
  },
  'not yet valid': {
    certificate: authority.issue({
      hosts,
      notBefore: new Date('2090-01-01'),
      notAfter: new Date('2091-01-01'),
    }),
    words: /certificate.*is not valid yet; check the clocks/,
  },
  'self-signed': {
    certificate: createSelfSignedCertificate({ hosts }),
    words: /self-signed certificate.*not signed by a known authority.*smtp\.tls\.ca/,
  },
  'for another host': {
    certificate: authority.issue({ hosts: ['mail.contoso.com'] }),
    words: /for another name \(DNS:mail\.contoso\.com\); set Host to a name that it holds/,
  },
  'of an unknown authority': {
    certificate: createCertificateAuthority('Nobody').issue({ hosts }),
    words: /not signed by a known authority.*NODE_EXTRA_CA_CERTS/,
  },
};
const login = { Username: 'ann', Password: 's3cret-password' };

const bench = useMailBench();

async function sendTo(
  server: { host: string; port: number; close(): Promise<void> },
  settings: MailSettings,
) {
  bench.closing(server);
  const app = await bench.app(
    { Host: server.host, Port: server.port, FromAddress: 'a@contoso.com', ...settings },
    { smtp: { tls: { ca: authority.cert } } },
  );
  return rejection(app.mail.send({ subject: 's', to: 'ann@contoso.com', text: 'secret text' }));
}

describe.each(Object.entries(WRONG))('A certificate that is %s', (_, { certificate, words }) => {
  it.each([
    ['StartTls', 'starttls', '127.0.0.1'],
    ['Auto', 'starttls', '127.0.0.1'],
    ['StartTlsWhenAvailable', 'starttls', '127.0.0.1'],
    ['SslOnConnect', 'implicit', '127.0.0.1'],
    ['StartTls', 'starttls', 'localhost'],
    ['SslOnConnect', 'implicit', 'localhost'],
  ] as const)('ends a send with %s (%s, Host %s) for good, before any login', async (option, tls, Host) => {
    const auth = { user: login.Username, pass: login.Password };
    const sink = await MailSink.start({ tls, certificate, auth, allowInsecureAuth: true });
    const error = await sendTo(sink, { SecureSocketOption: option, Host, ...login });
    expect(error).toMatchObject({
      code: 'EMAILTLS',
      phase: 'tls',
      retryable: false,
      message: expect.stringMatching(words),
    });
    expect(sink.commands.filter(line => !/^(?:EHLO|STARTTLS)/.test(line))).toEqual([]);
    expect(sink.messages).toEqual([]);
  });
});

describe('A certificate of the right authority, for the right host', () => {
  it.each([
    ['StartTls', 'starttls', '127.0.0.1'],
    ['SslOnConnect', 'implicit', '127.0.0.1'],
    ['StartTls', 'starttls', 'localhost'],
    ['SslOnConnect', 'implicit', 'localhost'],
  ] as const)('is taken with %s (%s, Host %s)', async (SecureSocketOption, tls, Host) => {
    const sink = await bench.sink({ tls, certificate: authority.issue({ hosts: [Host] }) });
    const app = await bench.app(
      { Host, Port: sink.port, FromAddress: 'a@contoso.com', SecureSocketOption },
      { smtp: { tls: { ca: authority.cert } } },
    );
    await app.mail.send({ subject: 's', to: 'ann@contoso.com', text: 't' });
    expect(sink.messages[0]?.secure).toBe(true);
  });
});

describe('A server that speaks only TLS of old', () => {
  const certificate = authority.issue({ hosts });
  const CLEAR: Script = [
    { send: '220 hi\r\n' },
    { expect: /^EHLO/, send: '250-hi\r\n250 STARTTLS\r\n' },
    { expect: 'STARTTLS', send: '220 go\r\n' },
  ];
  const cells = (['TLSv1', 'TLSv1.1'] as const).flatMap(version =>
    (['StartTls', 'Auto', 'StartTlsWhenAvailable', 'SslOnConnect'] as const).map(
      option => [version, option] as const,
    ),
  );

  it.each(cells)('(%s) is refused with %s for good, and the error says why', async (version, option) => {
    const only: { minVersion: SecureVersion; maxVersion: SecureVersion } = {
      minVersion: version,
      maxVersion: version,
    };
    const server = await ScriptedSmtpServer.start([
      ...(option === 'SslOnConnect' ? [] : CLEAR),
      { startTls: { ...certificate, ...only, ciphers: 'DEFAULT@SECLEVEL=0' } },
      { send: '220 old\r\n' },
      { silence: true },
    ]);
    const error = await sendTo(server, { SecureSocketOption: option, ...login });
    expect(error).toMatchObject({
      code: 'EMAILTLS',
      phase: 'tls',
      retryable: false,
      message: expect.stringMatching(/TLS 1\.2 or later.*update the server/),
    });
    expect(server.received().filter(line => /^(?:MAIL|AUTH)/.test(line))).toEqual([]);
  });

  it.each(['None', 'Auto', 'StartTls', 'StartTlsWhenAvailable'])(
    'from the first byte is known as a TLS port with %s too',
    async SecureSocketOption => {
      const server = await ScriptedSmtpServer.start([
        {
          startTls: {
            ...certificate,
            minVersion: 'TLSv1',
            maxVersion: 'TLSv1',
            ciphers: 'DEFAULT@SECLEVEL=0',
          },
        },
        { silence: true },
      ]);
      expect(await sendTo(server, { SecureSocketOption, ConnectionTimeout: 2 })).toMatchObject({
        code: 'EMAILTLS',
        retryable: false,
        message: expect.stringContaining('SslOnConnect'),
      });
    },
  );
});
