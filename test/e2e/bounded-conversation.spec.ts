import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { MailMessage, MailSettings } from 'nest-mailroom';
import type { Bound, CutSend } from '../support/bounded-send.js';
import {
  boundCode,
  BOUNDS,
  boundSettings,
  cutSend,
  CutTooEarlyError,
  LATE_MS,
  until,
} from '../support/bounded-send.js';
import { createCertificateAuthority } from '../support/certificates.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';

const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['127.0.0.1'] });

const GREETING: Script = [{ send: '220 hi\r\n' }];
const HELLO: Script = [...GREETING, { expect: /^EHLO/, send: '250-hi\r\n250 AUTH PLAIN\r\n' }];
const STARTTLS: Script = [
  ...GREETING,
  { expect: /^EHLO/, send: '250-hi\r\n250 STARTTLS\r\n' },
  { expect: 'STARTTLS', send: '220 go\r\n' },
];
const MAIL: Script = [...HELLO, { expect: /^MAIL/, send: '250 ok\r\n' }];
const RCPT: Script = [...MAIL, { expect: /^RCPT/, send: '250 ok\r\n' }];
const DATA: Script = [...RCPT, { expect: 'DATA', send: '354 go\r\n' }];
const LOGIN = { Username: 'ann', Password: 's3cret-password' };

/** A server that takes one mail, encrypted or not as the stage before was. */
function taking({ SecureSocketOption, Username }: MailSettings): Script {
  const secured: Script =
    SecureSocketOption === 'SslOnConnect'
      ? [{ startTls: certificate }, ...HELLO]
      : SecureSocketOption === 'StartTls'
        ? [...STARTTLS, { startTls: certificate }, { expect: /^EHLO/, send: '250 hi\r\n' }]
        : HELLO;
  return [
    ...secured,
    ...(Username === undefined ? [] : [{ expect: /^AUTH/, send: '235 welcome\r\n' }]),
    { expect: /^MAIL/, send: '250 ok\r\n' },
    { expect: /^RCPT/, send: '250 ok\r\n' },
    { expect: 'DATA', send: '354 go\r\n' },
    { expectData: true, send: '250 taken\r\n' },
    { expect: 'QUIT', send: '221 bye\r\n' },
    { close: true },
  ];
}

interface Stage {
  readonly script: Script;
  readonly phase: string;
  readonly retryable: true | 'unknown';
  readonly settings?: MailSettings;
  /** The line that the server has received when the stage is reached. */
  readonly after?: RegExp;
}

const SILENCE = { silence: true } as const;
const STAGES: Readonly<Record<string, Stage>> = {
  'before the greeting': { script: [SILENCE], phase: 'connect', retryable: true },
  'while the greeting drips': {
    script: [{ drip: '220-slowly\r\n'.repeat(500), everyMs: 10 }],
    phase: 'connect',
    retryable: true,
  },
  'after EHLO': {
    script: [...GREETING, { expect: /^EHLO/ }, SILENCE],
    after: /^EHLO/,
    phase: 'connect',
    retryable: true,
  },
  'after STARTTLS': {
    script: [...STARTTLS.slice(0, 2), { expect: 'STARTTLS' }, SILENCE],
    settings: { SecureSocketOption: 'StartTls' },
    after: /^STARTTLS/,
    phase: 'tls',
    retryable: true,
  },
  'in the TLS handshake of STARTTLS': {
    script: [...STARTTLS, SILENCE],
    settings: { SecureSocketOption: 'StartTls' },
    after: /^STARTTLS/,
    phase: 'tls',
    retryable: true,
  },
  'in the TLS handshake before the greeting': {
    script: [SILENCE],
    settings: { SecureSocketOption: 'SslOnConnect' },
    phase: 'tls',
    retryable: true,
  },
  'before the greeting, under TLS': {
    script: [{ startTls: certificate }, SILENCE],
    settings: { SecureSocketOption: 'SslOnConnect' },
    phase: 'connect',
    retryable: true,
  },
  'after AUTH': {
    script: [...HELLO, { expect: /^AUTH/ }, SILENCE],
    settings: LOGIN,
    after: /^AUTH/,
    phase: 'auth',
    retryable: true,
  },
  'after MAIL': {
    script: [...HELLO, { expect: /^MAIL/ }, SILENCE],
    after: /^MAIL/,
    phase: 'envelope',
    retryable: true,
  },
  'after RCPT': {
    script: [...MAIL, { expect: /^RCPT/ }, SILENCE],
    after: /^RCPT/,
    phase: 'envelope',
    retryable: true,
  },
  'after DATA': {
    script: [...RCPT, { expect: 'DATA' }, SILENCE],
    after: /^DATA/,
    phase: 'envelope|data',
    retryable: true,
  },
  'after the dot': {
    script: [...DATA, { expectData: true }, SILENCE],
    after: /^\.$/,
    phase: 'after-data',
    retryable: 'unknown',
  },
  'after the dot, while the reply drips': {
    script: [...DATA, { expectData: true }, { drip: '250-slowly\r\n'.repeat(500), everyMs: 10 }],
    after: /^\.$/,
    phase: 'after-data',
    retryable: 'unknown',
  },
};

const bench = useMailBench();

/** A mailer with one connection; its server follows the stage's script once and takes mails later. */
async function start(script: Script, bound: Bound, settings: MailSettings = {}, limitMs?: number) {
  const server = await bench.server(index => (index === 0 ? script : taking(settings)));
  const app = await bench.app(
    {
      Host: server.host,
      Port: server.port,
      FromAddress: 'no-reply@contoso.com',
      MaxConnections: 1,
      ...settings,
      ...boundSettings(bound, limitMs),
    },
    { smtp: { tls: { ca: authority.cert } } },
  );
  return { server, app };
}

const MESSAGE: MailMessage = { to: 'ann@contoso.com', subject: 'Bounds', text: 'text' };

describe.each(Object.entries(STAGES))('A send that waits %s', (_, stage) => {
  it.each(BOUNDS)('ends at the moment of %s, with its connection, and the next one works', async bound => {
    const { server, app } = await start(stage.script, bound, stage.settings);
    const reached = () =>
      server.connections > 0 && (!stage.after || server.received().some(line => stage.after?.test(line)));
    const { error, lateMs } = await cutSend(app, MESSAGE, bound, reached);
    expect(error).toMatchObject({
      name: 'MailDeliveryError',
      code: boundCode(bound),
      phase: expect.stringMatching(new RegExp(`^(?:${stage.phase})$`)),
      retryable: stage.retryable,
    });
    expect(lateMs).toBeLessThan(LATE_MS);
    await until(() => server.openConnections === 0);
    expect(JSON.stringify(error)).not.toContain('s3cret');
    expect((await app.mail.send(MESSAGE, { timeoutMs: 0 })).status).toBe('accepted');
  });
});

describe('A send of a large message', () => {
  const MB = 1024 * 1024;
  const SIZES = [
    ['20 MB', 20 * MB],
    // Sockets take some 4 MB from those who are heard by nobody.
    ['6 MB', 6 * MB],
  ] as const;

  /** A limit that cuts a message behind its DATA: several times what this machine, as busy as it is, needs to come there. */
  async function limitBehindData(message: MailMessage): Promise<number> {
    const { server, app } = await start([...DATA, { silence: true }], 'signal');
    const controller = new AbortController();
    const begun = performance.now();
    const sending = rejection(app.mail.send(message, { signal: controller.signal }));
    await until(() => server.received().includes('DATA'));
    const tookMs = performance.now() - begun;
    controller.abort();
    await sending;
    return Math.max(500, 4 * tookMs);
  }

  it.each(BOUNDS.flatMap(bound => SIZES.map(([size, octets]) => [size, bound, octets] as const)))(
    '(%s) to a server that stops reading ends at the moment of %s',
    async (_, bound, octets) => {
      let readOn: (value?: unknown) => void = () => {};
      const done = new Promise(resolve => (readOn = resolve));
      const content = Buffer.alloc(octets, 'x');
      const message = { ...MESSAGE, attachments: [{ filename: 'large.bin', content }] };
      const cut = async (
        limitMs: number,
        tries = 4,
      ): Promise<CutSend & Awaited<ReturnType<typeof start>>> => {
        const { server, app } = await start([...DATA, { readNothingUntil: done }], bound, {}, limitMs);
        const reached = () => server.received().includes('DATA');
        try {
          return { server, app, ...(await cutSend(app, message, bound, reached, limitMs)) };
        } catch (error) {
          if (tries === 1 || !(error instanceof CutTooEarlyError)) throw error;
          return cut(2 * limitMs, tries - 1);
        }
      };
      const limitMs = bound === 'signal' ? 0 : await limitBehindData(message);
      const { server, app, error, lateMs } = await cut(limitMs);
      expect(error).toMatchObject({ code: boundCode(bound), phase: 'data', retryable: true });
      expect(lateMs).toBeLessThan(LATE_MS);
      readOn();
      await until(() => server.openConnections === 0);
      expect(server.receivedBytes().includes('\r\n.\r\n')).toBe(false);
      expect((await app.mail.send(MESSAGE, { timeoutMs: 0 })).status).toBe('accepted');
    },
  );

  it.each(BOUNDS)('from a stream that stalls ends at the moment of %s', async bound => {
    const { server, app } = await start([...DATA, { expectData: true, send: '250 taken\r\n' }], bound);
    const content = Readable.from(
      (async function* () {
        yield Buffer.alloc(100_000, 'x');
        await new Promise(() => {});
      })(),
    );
    const message = { ...MESSAGE, attachments: [{ filename: 'stalled.bin', content }] };
    const { error, lateMs } = await cutSend(
      app,
      message,
      bound,
      () => server.receivedBytes().length > 50_000,
    );
    expect(error).toMatchObject({ code: boundCode(bound), phase: 'data', retryable: true });
    expect(lateMs).toBeLessThan(LATE_MS);
    expect(content.destroyed).toBe(true);
    await until(() => server.openConnections === 0);
    expect(server.receivedBytes().includes('\r\n.\r\n')).toBe(false);
    expect((await app.mail.send(MESSAGE, { timeoutMs: 0 })).status).toBe('accepted');
  });

  it.each(BOUNDS)('from a stream that never ends ends at the moment of %s', async bound => {
    const { server, app } = await start([...DATA, { readNothingUntil: Promise.resolve() }], bound);
    const content = new Readable({
      read() {
        setImmediate(() => this.push(Buffer.alloc(1000, 'x')));
      },
    });
    const message = { ...MESSAGE, attachments: [{ filename: 'endless.bin', content }] };
    const { error, lateMs } = await cutSend(
      app,
      message,
      bound,
      () => server.receivedBytes().length > 50_000,
    );
    expect(error).toMatchObject({ code: boundCode(bound), phase: 'data', retryable: true });
    expect(lateMs).toBeLessThan(LATE_MS);
    expect(content.destroyed).toBe(true);
    await until(() => server.openConnections === 0);
    expect((await app.mail.send(MESSAGE, { timeoutMs: 0 })).status).toBe('accepted');
  });
});
