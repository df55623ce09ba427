import { describe, expect, it } from '@jest/globals';
import type { MailSettings } from 'nest-mailroom';
import { createCertificateAuthority } from '../support/certificates.js';
import { useMailBench } from '../support/mail-bench.js';
import { ownTime } from '../support/own-time.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';

const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['localhost', '127.0.0.1'] });
const trust = { tls: { ca: authority.cert } };

const OPTIONS = {
  None: { SecureSocketOption: 'None' },
  Auto: { SecureSocketOption: 'Auto' },
  SslOnConnect: { SecureSocketOption: 'SslOnConnect' },
  StartTls: { SecureSocketOption: 'StartTls' },
  StartTlsWhenAvailable: { SecureSocketOption: 'StartTlsWhenAvailable' },
  EnableSsl: { EnableSsl: true },
  'no option': {},
} as const satisfies Record<string, MailSettings>;

type Option = keyof typeof OPTIONS;
type Server = 'plain' | 'STARTTLS-offering' | 'STARTTLS-refusing' | 'implicit-TLS';

const bench = useMailBench();

/** What a server has seen of a send. */
interface Seen {
  readonly commands: () => string[];
  readonly secure: () => boolean | undefined;
  readonly host: string;
  readonly port: number;
}

const REFUSING: Script = [
  { send: '220 hi\r\n' },
  { expect: /^EHLO/, send: '250-hi\r\n250 STARTTLS\r\n' },
  { expect: 'STARTTLS', send: '454 4.7.0 TLS not available due to temporary reason\r\n' },
];
const REFUSING_UNASKED: Script = [
  ...REFUSING.slice(0, 2),
  { expect: /^MAIL/, send: '250 ok\r\n' },
  { expect: /^RCPT/, send: '250 ok\r\n' },
  { expect: 'DATA', send: '354 go\r\n' },
  { expectData: true, send: '250 ok\r\n' },
];

async function start(kind: Server, option: Option): Promise<Seen> {
  if (kind === 'STARTTLS-refusing') {
    const script = { None: REFUSING_UNASKED, SslOnConnect: REFUSING.slice(0, 1) };
    const server = await bench.server({ ...script }[option as string] ?? REFUSING);
    const { host, port } = server;
    // With TLS from the first byte the server sees a TLS greeting, which is no command.
    const commands = () => (option === 'SslOnConnect' ? [] : server.received());
    return { host, port, commands, secure: () => (commands().includes('DATA') ? false : undefined) };
  }
  const tls = { plain: 'none', 'STARTTLS-offering': 'starttls', 'implicit-TLS': 'implicit' } as const;
  const sink = await bench.sink({ tls: tls[kind], certificate });
  const { host, port } = sink;
  return { host, port, commands: () => sink.commands, secure: () => sink.messages[0]?.secure };
}

/** A send, and what the server has seen of it. */
async function sendTo(kind: Server, option: Option, more: MailSettings = {}) {
  const server = await start(kind, option);
  const app = await bench.app(
    { Host: server.host, Port: server.port, FromAddress: 'a@contoso.com', ...OPTIONS[option], ...more },
    { smtp: trust },
  );
  const started = ownTime();
  const sent = app.mail.send({ to: 'ann@contoso.com', subject: 'TLS', text: 'secret text' });
  return { ...server, sent, took: () => ownTime() - started };
}

describe('A mail is taken', () => {
  it.each([
    ['None', 'plain', 'in clear'],
    ['None', 'STARTTLS-offering', 'in clear'],
    ['None', 'STARTTLS-refusing', 'in clear'],
    ['Auto', 'plain', 'in clear'],
    ['Auto', 'STARTTLS-offering', 'encrypted'],
    ['SslOnConnect', 'implicit-TLS', 'encrypted'],
    ['StartTls', 'STARTTLS-offering', 'encrypted'],
    ['StartTlsWhenAvailable', 'plain', 'in clear'],
    ['StartTlsWhenAvailable', 'STARTTLS-offering', 'encrypted'],
    ['EnableSsl', 'STARTTLS-offering', 'encrypted'],
    ['no option', 'plain', 'in clear'],
    ['no option', 'STARTTLS-offering', 'encrypted'],
  ] as const)('with %s by a %s server, %s', async (option, kind, how) => {
    const { sent, secure } = await sendTo(kind, option);
    expect((await sent).status).toBe('accepted');
    expect(secure()).toBe(how === 'encrypted');
  });
});

describe('No mail and no MAIL command goes', () => {
  it.each([
    ['StartTls', 'plain', /does not offer STARTTLS.* SecureSocketOption is StartTls/],
    ['EnableSsl', 'plain', /does not offer STARTTLS.* EnableSsl is true, .*StartTls.* SecureSocketOption/],
    [
      'SslOnConnect',
      'plain',
      /does not speak TLS from the first byte.*SecureSocketOption to StartTls or Auto/,
    ],
    [
      'SslOnConnect',
      'STARTTLS-offering',
      /does not speak TLS from the first.* SecureSocketOption to StartTls/,
    ],
    [
      'SslOnConnect',
      'STARTTLS-refusing',
      /does not speak TLS from the first.* SecureSocketOption to StartTls/,
    ],
    ['None', 'implicit-TLS', /speaks TLS from the first byte.* is None; set it to SslOnConnect/],
    ['Auto', 'implicit-TLS', /speaks TLS from the first byte.* is Auto; set it to SslOnConnect/],
    ['StartTls', 'implicit-TLS', /speaks TLS from the first byte.* is StartTls; set it to SslOnConnect/],
    ['StartTlsWhenAvailable', 'implicit-TLS', /TLS from .* is StartTlsWhenAvailable; set it to SslOnConnect/],
    ['EnableSsl', 'implicit-TLS', /speaks TLS .*EnableSsl is true.*; set it to SslOnConnect/],
    ['no option', 'implicit-TLS', /speaks TLS from the first byte.* is Auto; set it to SslOnConnect/],
  ] as const)('with %s to a %s server, for good and within 5 s', async (option, kind, words) => {
    const { sent, commands, took } = await sendTo(kind, option, { ConnectionTimeout: 30 });
    expect(await rejection(sent)).toMatchObject({
      code: 'EMAILTLS',
      phase: 'tls',
      retryable: false,
      message: expect.stringMatching(words),
    });
    expect(took()).toBeLessThan(5000);
    expect(commands().filter(line => /^(?:AUTH|MAIL|RCPT|DATA|STARTTLS)/.test(line))).toEqual([]);
  });

  it.each(['Auto', 'StartTls', 'StartTlsWhenAvailable', 'EnableSsl', 'no option'] as const)(
    'with %s to a STARTTLS-refusing server, until a later try',
    async option => {
      const { sent, commands } = await sendTo('STARTTLS-refusing', option);
      expect(await rejection(sent)).toMatchObject({
        code: 'EMAILTLS',
        phase: 'tls',
        retryable: true,
        responseCode: 454,
        enhancedCode: '4.7.0',
        message: expect.stringMatching(/refused.* SecureSocketOption .*never sent in clear/),
      });
      expect(commands()).toEqual([expect.stringMatching(/^EHLO/), 'STARTTLS']);
    },
  );

  it.each(['None', 'Auto', 'StartTls', 'StartTlsWhenAvailable'] as const)(
    'with %s to an implicit-TLS server, within a ConnectionTimeout of one second',
    async option => {
      const { sent, took } = await sendTo('implicit-TLS', option, { ConnectionTimeout: 1 });
      expect(await rejection(sent)).toMatchObject({
        code: 'EMAILTLS',
        retryable: false,
        message: expect.stringContaining('SslOnConnect'),
      });
      expect(took()).toBeLessThan(1250);
    },
  );
});
