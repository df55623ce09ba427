import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { MailSettings } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { createCertificateAuthority } from '../support/certificates.js';
import { HttpProxy } from '../support/http-proxy.js';
import { useMailBench } from '../support/mail-bench.js';
import { ownTime } from '../support/own-time.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';

const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['127.0.0.1'] });
const login = { Username: 'ann', Password: 's3cret-password' };
const OPPORTUNISTIC = ['Auto', 'StartTlsWhenAvailable'];

const bench = useMailBench();

async function sendTo(script: Script, settings: MailSettings, timeoutMs = 10_000) {
  const server = await bench.server(script);
  // What goes through a proxy leaves this machine: for a password the rules for other hosts apply.
  const proxy = settings.Username === undefined ? undefined : bench.closing(await HttpProxy.start());
  const smtp = { tls: { ca: authority.cert }, ...(proxy && { proxy: `http://${proxy.address}` }) };
  const app = await bench.against(server, settings, { smtp });
  const error = await rejection(
    app.mail.send({ subject: 's', to: 'ann@contoso.com', text: 'secret' }, { timeoutMs }),
  );
  return { error, server };
}

const OFFERED: Script = [{ send: '220 hi\r\n' }, { expect: /^EHLO/, send: '250-hi\r\n250 STARTTLS\r\n' }];
/** What a server would take after the handshake: none of it may be asked for. */
const UNDER_TLS: Script = [
  { startTls: certificate },
  { expect: /^EHLO/, send: '250 hi\r\n' },
  { expect: /^MAIL/, send: '250 ok\r\n' },
  { silence: true },
];

describe('Clear text behind the reply to STARTTLS', () => {
  it.each([
    ['a reply', '250-evil\r\n250 AUTH PLAIN\r\n'],
    ['several replies', '250 evil\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken\r\n'],
    ['an unfinished reply', '250-evil'],
    ['unreadable', ' \r\n'],
    ['a refusal', '421 4.7.0 go away\r\n'],
  ])('that is %s ends the session before anything is said under TLS', async (_, injected) => {
    for (const SecureSocketOption of ['StartTls', ...OPPORTUNISTIC]) {
      const { error, server } = await sendTo(
        [...OFFERED, { expect: 'STARTTLS', send: `220 go\r\n${injected}` }, ...UNDER_TLS],
        { SecureSocketOption, ...login },
      );
      expect(error).toMatchObject({
        code: 'EMAILTLS',
        phase: 'tls',
        retryable: false,
        message: expect.stringMatching(/clear text behind its reply to STARTTLS/),
      });
      expect(server.received()).toEqual([expect.stringMatching(/^EHLO/), 'STARTTLS']);
    }
  });

  it('that comes in a packet of its own spoils the handshake, and the error says so', async () => {
    const { error } = await sendTo(
      [
        ...OFFERED,
        { expect: 'STARTTLS', send: '220 go\r\n' },
        { waitMs: 50 },
        { send: '250-evil\r\n250 AUTH PLAIN\r\n' },
        { silence: true },
      ],
      { SecureSocketOption: 'StartTls', ...login },
    );
    expect(error).toMatchObject({
      code: 'EMAILTLS',
      phase: 'tls',
      retryable: false,
      message: expect.stringMatching(/clear text in place of the TLS handshake; nothing was sent/),
    });
  });

  it('that never comes to its end keeps the session from TLS, and nothing is said in clear', async () => {
    const { error, server } = await sendTo(
      [...OFFERED, { expect: 'STARTTLS', send: '220 go\r\n250-evil\r\n' }, { silence: true }],
      { SecureSocketOption: 'Auto', SocketTimeout: 0.3, ...login },
    );
    expect(error).toMatchObject({ code: 'EMAILTLS', phase: 'tls' });
    expect(server.received()).toEqual([expect.stringMatching(/^EHLO/), 'STARTTLS']);
  });

  it('that comes before STARTTLS was even said is no reply to what is said later', async () => {
    const { error, server } = await sendTo(
      [
        { send: '220 hi\r\n' },
        {
          expect: /^EHLO/,
          send: '250-hi\r\n250 STARTTLS\r\n220 go\r\n250 AUTH PLAIN\r\n235 welcome\r\n250 ok\r\n',
        },
        { silence: true },
      ],
      { SecureSocketOption: 'Auto', ...login },
    );
    expect(error).toMatchObject({ code: 'EMAILTLS', phase: 'tls', retryable: false });
    expect(server.received().filter(line => /^(?:AUTH|MAIL)/.test(line))).toEqual([]);
  });
});

describe('STARTTLS taken out of what the server offers', () => {
  it.each([...OPPORTUNISTIC, 'StartTls'])(
    'lets neither the password nor the mail cross with %s',
    async SecureSocketOption => {
      const { error, server } = await sendTo(
        [
          { send: '220 hi\r\n' },
          { expect: /^EHLO/, send: '250-hi\r\n250-XXXXXXXX\r\n250 AUTH PLAIN LOGIN\r\n' },
          { silence: true },
        ],
        { SecureSocketOption, ...login },
      );
      expect(error).toMatchObject({
        code: 'EMAILTLS',
        phase: 'tls',
        retryable: false,
        message: expect.stringMatching(/STARTTLS.*SecureSocketOption/),
      });
      expect(server.received()).toEqual([expect.stringMatching(/^EHLO/)]);
      expect(JSON.stringify(error)).not.toContain('s3cret');
    },
  );

  it.each([...OPPORTUNISTIC, 'StartTls'])(
    'is the same when the server knows only HELO, with %s',
    async SecureSocketOption => {
      const { error, server } = await sendTo(
        [
          { send: '220 hi\r\n' },
          { expect: /^EHLO/, send: '502 what\r\n' },
          { expect: /^HELO/, send: '250 hi\r\n' },
          { silence: true },
        ],
        { SecureSocketOption, ...login },
      );
      expect(error).toMatchObject({ code: 'EMAILTLS', phase: 'tls', retryable: false });
      expect(server.received()).toHaveLength(2);
    },
  );
});

describe('A TLS handshake', () => {
  it.each([
    ['StartTls', [...OFFERED, { expect: 'STARTTLS', send: '220 go\r\n' }, { silence: true }]],
    ['SslOnConnect', [{ silence: true }]],
  ] as const)(
    'that is not answered ends with %s at ConnectionTimeout, and can be tried again',
    async (SecureSocketOption, script) => {
      const started = ownTime();
      const { error } = await sendTo(script, { SecureSocketOption, ConnectionTimeout: 0.5 });
      expect(ownTime() - started).toBeLessThan(1500);
      expect(error).toMatchObject({
        code: 'EMAILTLS',
        phase: 'tls',
        retryable: true,
        message: expect.stringMatching(/ConnectionTimeout \(0\.5 s\).*SecureSocketOption/),
      });
    },
  );

  it.each([
    ['StartTls', [...OFFERED, { expect: 'STARTTLS', send: '220 go\r\n' }, { waitMs: 50 }, { reset: true }]],
    ['SslOnConnect', [{ waitMs: 50 }, { reset: true }]],
    ['StartTls', [...OFFERED, { expect: 'STARTTLS', send: '220 go\r\n' }, { waitMs: 50 }, { close: true }]],
    ['SslOnConnect', [{ waitMs: 50 }, { close: true }]],
  ] as const)('that is cut can be tried again (%s, %j)', async (SecureSocketOption, script) => {
    const { error } = await sendTo(script, { SecureSocketOption });
    expect(error).toMatchObject({
      code: 'EMAILTLS',
      phase: 'tls',
      retryable: true,
      message: expect.stringContaining('SecureSocketOption'),
    });
  });
});

describe('The look whether a silent server speaks TLS', () => {
  const silent: Script = [{ silence: true }];

  it('never goes around a proxy', async () => {
    const server = await bench.server(silent);
    const proxy = await HttpProxy.start();
    bench.closing(proxy);
    const app = await bench.app(
      { Host: server.host, Port: server.port, FromAddress: 'a@contoso.com', ConnectionTimeout: 1 },
      { smtp: { proxy: `http://${proxy.address}` } },
    );
    await rejection(app.mail.send({ subject: 's', to: 'ann@contoso.com', text: 't' }));
    expect(server.connections).toBe(1);
  });

  it('ends with the send that it was for', async () => {
    const server = await bench.server(silent);
    const app = await bench.app({
      Host: server.host,
      Port: server.port,
      FromAddress: 'a@contoso.com',
      ConnectionTimeout: 3,
    });
    const controller = new AbortController();
    const error = rejection(
      app.mail.send({ subject: 's', to: 'ann@contoso.com', text: 't' }, { signal: controller.signal }),
    );
    while (server.connections < 2) await delay(20);
    controller.abort();
    await error;
    await until(() => server.openConnections === 0);
  });

  it('does not take a server for a TLS server that greets late, in clear', async () => {
    const server = await bench.server(index =>
      index === 0
        ? [
            { waitMs: 800 },
            { send: '220 at last\r\n' },
            { expect: /^EHLO/, send: '250 hi\r\n' },
            { expect: /^MAIL/, send: '250 ok\r\n' },
            { expect: /^RCPT/, send: '250 ok\r\n' },
            { expect: 'DATA', send: '354 go\r\n' },
            { expectData: true, send: '250 ok\r\n' },
          ]
        : [{ waitMs: 300 }, { send: '220 at last\r\n' }, { silence: true }],
    );
    const app = await bench.app({
      Host: server.host,
      Port: server.port,
      FromAddress: 'a@contoso.com',
      ConnectionTimeout: 1.5,
    });
    expect((await app.mail.send({ subject: 's', to: 'ann@contoso.com', text: 't' })).status).toBe('accepted');
    expect(server.connections).toBe(2);
  });
});
