import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { MailModuleOptions, MailSettings } from 'nest-mailroom';
import { MailDelivery, MailModule, MailService } from 'nest-mailroom';
import type { MailHealthOptions } from 'nest-mailroom/health';
import { startHealthApp } from '../support/health-app.js';
import { HttpProxy } from '../support/http-proxy.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import { ownTime } from '../support/own-time.js';
import { DEGRADED } from '../support/terminus.js';

const FROM = 'no-reply@contoso.com';
const PASSWORD = 's3cret-p4ssword';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const bench = useMailBench();

async function start(settings: MailSettings, options: MailModuleOptions = {}) {
  const app = bench.closing(
    await startHealthApp(MailModule.forRoot({ FromAddress: FROM, ...settings }, options)),
  );
  const health = async (more: MailHealthOptions = {}): Promise<Record<string, unknown>> =>
    (await app.indicator.isHealthy('mail', { cacheMs: 0, ...more })).mail;
  return { health, mail: app.get(MailService) };
}

describe('The health of a mailer with an SMTP server', () => {
  it('is told while every connection is busy with a mail', async () => {
    const sink = await bench.sink({ delayDataMs: 1500 });
    const { health, mail } = await start({ Host: sink.host, Port: sink.port, MaxConnections: 1 });
    const sending = mail.send({ subject: 's', to: 'ann@contoso.com', text: 't' });
    while (sink.connections === 0) await delay(5);
    expect(await health({ timeoutMs: 1000 })).toEqual({ status: 'up', delivery: 'smtp' });
    expect((await sending).status).toBe('accepted');
  });

  it('is told without a turn under MaxMessagesPerSecond', async () => {
    const sink = await bench.sink();
    const { health, mail } = await start({ Host: sink.host, Port: sink.port, MaxMessagesPerSecond: 1 });
    for (let look = 0; look < 5; look++) expect(await health()).toMatchObject({ status: 'up' });
    const begun = ownTime();
    await mail.send({ subject: 's', to: 'ann@contoso.com', text: 't' });
    expect(ownTime() - begun).toBeLessThan(3000);
  });

  it('is down when a server that was up is gone, as soon as the last result is too old', async () => {
    const sink = await MailSink.start();
    const { health } = await start({ Host: sink.host, Port: sink.port });
    expect(await health({ cacheMs: 1500 })).toMatchObject({ status: 'up' });
    await sink.close();
    expect(await health({ cacheMs: 60_000 })).toMatchObject({ status: 'up' });
    await delay(1600);
    expect(await health({ cacheMs: 1500 })).toMatchObject({ status: 'down', code: 'EMAILCONNECT' });
  });

  it.each([
    ['answers QUIT with silence', [{ silence: true }]],
    ['ends the connection before QUIT', [{ close: true }]],
    ['answers QUIT with nonsense', [{ expect: 'QUIT', send: 'what?\r\n' }]],
  ] as const)('is up when the server takes the login and %s', async (_, end) => {
    const server = await bench.server([
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: '250-hi\r\n250 AUTH PLAIN\r\n' },
      { expect: /^AUTH PLAIN/, send: '235 ok\r\n' },
      ...end,
    ]);
    const { health } = await start({
      Host: server.host,
      Port: server.port,
      Username: 'ann',
      Password: PASSWORD,
      SecureSocketOption: 'None',
    });
    expect(await health({ timeoutMs: 1500 })).toEqual({ status: 'up', delivery: 'smtp' });
    while (server.openConnections > 0) await delay(5);
  });

  it('is up when the time limit comes after the login, while the server is slow to say goodbye', async () => {
    const server = await bench.server(() => [
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: '250 hi\r\n' },
      { silence: true },
    ]);
    const { health } = await start({ Host: server.host, Port: server.port });
    // Now everything is loaded, and half a second is long.
    await health();
    expect(await health({ timeoutMs: 480 })).toEqual({ status: 'up', delivery: 'smtp' });
    while (server.openConnections > 0) await delay(5);
  });

  it('is down when the server says that it is not available, with what it says', async () => {
    const server = await bench.server(() => [{ send: '421 4.3.2 down for an hour\r\n' }, { close: true }]);
    const { health } = await start({ Host: server.host, Port: server.port });
    expect(await health()).toMatchObject({
      status: 'down',
      phase: 'connect',
      retryable: true,
      message: expect.stringContaining('down for an hour'),
    });
  });

  it('tells no password, login or conversation, whatever the server repeats', async () => {
    const login = 'svc.mailer@contoso.com';
    const forms = [PASSWORD, base64(PASSWORD), base64(`\0${login}\0${PASSWORD}`)];
    const server = await bench.server([
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: '250-hi\r\n250 AUTH PLAIN\r\n' },
      { expect: /^AUTH PLAIN/, send: `535 5.7.8 ${login} is not let in with ${forms.join(' or ')}\r\n` },
    ]);
    const { health } = await start({
      Host: server.host,
      Port: server.port,
      Username: login,
      Password: PASSWORD,
      SecureSocketOption: 'None',
    });
    const told = await health();
    expect(Object.keys(told).toSorted()).toEqual([
      'code',
      'delivery',
      'message',
      'phase',
      'retryable',
      'status',
    ]);
    expect(told['message']).toContain('s***@contoso.com is not let in with ***');
    for (const form of [login, ...forms]) expect(JSON.stringify(told)).not.toContain(form);
  });

  it('tells no token that a server repeats', async () => {
    const token = 'ya29.t0ken-of-the-service';
    const server = await bench.server([
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: '250-hi\r\n250 AUTH XOAUTH2\r\n' },
      { expect: /^AUTH XOAUTH2/, send: `535 5.7.8 ${token} has expired\r\n` },
    ]);
    const { health } = await start(
      { Host: server.host, Port: server.port, SecureSocketOption: 'None' },
      { smtp: { auth: { type: 'OAuth2', user: 'ann', accessToken: token } } },
    );
    const told = await health();
    expect(told).toMatchObject({ status: 'down', phase: 'auth' });
    expect(JSON.stringify(told)).not.toContain(token);
  });

  it('is down when the proxy never answers, and the error says that the time was over', async () => {
    const proxy = bench.closing(await HttpProxy.start());
    proxy.answer = 'silence';
    const { health } = await start(
      { Host: 'smtp.contoso.com' },
      { smtp: { proxy: `http://${proxy.address}` } },
    );
    expect(await health({ timeoutMs: 200 })).toMatchObject({
      status: 'down',
      code: 'EMAILTIMEOUT',
      phase: 'connect',
    });
    while (proxy.openConnections > 0) await delay(5);
  });

  it('is degraded when the proxy refuses and the fallback can be used', async () => {
    const proxy = bench.closing(await HttpProxy.start());
    proxy.answer = { refuse: '403 Forbidden' };
    const second = await bench.server([
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: '250 hi\r\n' },
      { expect: 'QUIT', send: '221 bye\r\n' },
      { close: true },
    ]);
    const proxied = await bench.app(
      { Host: 'smtp.contoso.com', FromAddress: FROM },
      { smtp: { proxy: `http://${proxy.address}` } },
    );
    const { health } = await start(
      {},
      { delivery: proxied.app.get(MailDelivery), fallback: { Host: second.host, Port: second.port } },
    );
    expect(await health()).toMatchObject({
      ...DEGRADED,
      code: 'EMAILCONNECT',
      message: expect.stringContaining('The proxy refused the connection (403)'),
    });
  });

  it('tells no login of a proxy that refuses', async () => {
    const proxy = bench.closing(await HttpProxy.start());
    proxy.answer = { refuse: '407 Proxy Authentication Required' };
    const { health } = await start(
      { Host: 'smtp.contoso.com', Port: 25 },
      { smtp: { proxy: `http://ann:${PASSWORD}@${proxy.address}` } },
    );
    const told = await health();
    expect(told).toMatchObject({ status: 'down', code: 'EMAILCONNECT' });
    for (const form of [PASSWORD, base64(`ann:${PASSWORD}`)])
      expect(JSON.stringify(told)).not.toContain(form);
  });

  it('tells what a server says in one line, with control characters shown', async () => {
    const server = await bench.server(() => [
      { send: '554-first\r\n554-\u001b[31mred\u202e\r\n554 last\r\n' },
      { close: true },
    ]);
    const { health } = await start({ Host: server.host, Port: server.port });
    const { message } = await health();
    expect(message).toContain('first');
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

/** The least of a delivery, whose `verify` is somebody else's code. */
abstract class Own extends MailDelivery {
  readonly name = 'own';
  async deliver(): Promise<never> {
    throw new Error('delivers nothing');
  }
  async close(): Promise<void> {}
}

describe('The health of a mailer with a delivery of the application’s own', () => {
  it('is what its verify() says, with addresses masked', async () => {
    class Failing extends Own {
      async verify(): Promise<void> {
        throw new Error('ann@contoso.com has no credit');
      }
    }
    const { health } = await start({}, { delivery: new Failing() });
    expect(await health()).toEqual({
      status: 'down',
      delivery: 'own',
      message: 'a***@contoso.com has no credit',
    });
  });

  it.each([
    ['an error', () => new TypeError('no key'), 'no key'],
    ['a text', () => 'no key', 'no key'],
    ['nothing', () => undefined, 'The delivery gives no reason.'],
  ])('is down when verify() throws %s at once, without a promise', async (_, thrown, message) => {
    class Throwing extends Own {
      verify(): Promise<void> {
        throw thrown();
      }
    }
    const { health } = await start({}, { delivery: new Throwing() });
    expect(await health()).toMatchObject({ status: 'down', message });
  });

  it('is what its backlog() says, against the limits of whoever asks', async () => {
    class Queue extends Own {
      count = 3;
      async verify(): Promise<void> {}
      override async backlog() {
        return { count: this.count, oldestAgeMs: 10 };
      }
    }
    const queue = new Queue();
    const { health } = await start({}, { delivery: queue });
    expect(await health({ maxBacklog: 3 })).toEqual({
      status: 'up',
      delivery: 'own',
      backlog: 3,
      oldestAgeMs: 10,
    });
    queue.count = 4;
    expect(await health({ maxBacklog: 3 })).toMatchObject({ status: 'down', backlog: 4 });
  });

  it('leaves nothing unheard when verify() fails long after the time limit', async () => {
    const unheard: unknown[] = [];
    const listener = (reason: unknown): void => void unheard.push(reason);
    process.on('unhandledRejection', listener);
    class Late extends Own {
      async verify(): Promise<void> {
        await delay(700);
        throw new Error('late');
      }
    }
    const { health } = await start({}, { delivery: new Late() });
    expect(await health({ timeoutMs: 50 })).toMatchObject({ status: 'down', code: 'EMAILTIMEOUT' });
    await delay(900);
    process.off('unhandledRejection', listener);
    expect(unheard).toEqual([]);
  });
});
