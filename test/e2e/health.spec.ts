import { afterEach, describe, expect, it } from '@jest/globals';
import type { DynamicModule, INestApplication } from '@nestjs/common';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { utimesSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { MailDelivery } from '../../lib/delivery/mail-delivery.js';
import { MailHealthIndicator } from '../../lib/health/mail-health-indicator.js';
import type { MailHealthOptions } from '../../lib/health/mail-health-options.js';
import { MailModule } from '../../lib/mail.module.js';
import { rejection } from '../support/mail-app.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import { MailSink } from '../support/mail-sink.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const FROM = 'no-reply@contoso.com';
const PASSWORD = 's3cret-p4ssword';
const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const item of opened.splice(0).toReversed()) await item.close();
});

/** What /health answers. */
interface Told {
  readonly code: number;
  readonly status: string;
  readonly mail: Record<string, unknown>;
}

/** A real HTTP application whose /health asks for the mailer. */
async function serve(options: MailHealthOptions, ...imports: DynamicModule[]) {
  @Controller('health')
  class HealthController {
    constructor(
      private readonly health: HealthCheckService,
      private readonly mail: MailHealthIndicator,
    ) {}

    @Get()
    @HealthCheck()
    check() {
      return this.health.check([() => this.mail.isHealthy('mail', options)]);
    }
  }
  class Root {}
  Module({
    imports: [TerminusModule.forRoot({ logger: false }), ...imports],
    controllers: [HealthController],
    providers: [MailHealthIndicator],
  })(Root);
  const app: INestApplication = await NestFactory.create(Root, { logger: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  opened.push(app);
  const { port } = app.getHttpServer().address() as AddressInfo;
  const ask = async (): Promise<Told> => {
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    const body = (await response.json()) as { status: string; details: { mail: Record<string, unknown> } };
    return { code: response.status, status: body.status, mail: body.details.mail };
  };
  return { app, ask, indicator: app.get(MailHealthIndicator) };
}

async function sink(options: MailSinkOptions = {}): Promise<MailSink> {
  const started = await MailSink.start(options);
  opened.push(started);
  return started;
}

const smtp = ({ host, port }: { host: string; port: number }, more: object = {}) =>
  MailModule.forRoot({ Host: host, Port: port, FromAddress: FROM, ...more });

function pickup() {
  const folder = temporaryDirectory();
  opened.push({ close: async () => folder.remove() });
  const module = MailModule.forRoot({
    UseSpecifiedPickupDirectory: true,
    PickupDirectory: folder.path,
    FromAddress: FROM,
  });
  /** Puts a mail there that was written so many seconds ago. */
  const put = (name: string, secondsAgo: number): void => {
    writeFileSync(join(folder.path, name), 'X-Sender: a@contoso.com\r\n\r\n');
    const at = Date.now() / 1000 - secondsAgo;
    utimesSync(join(folder.path, name), at, at);
  };
  return { folder, module, put };
}

describe('The health of a mailer with an SMTP server', () => {
  it('is up when the server takes the login', async () => {
    const server = await sink({ auth: { user: 'ann', pass: PASSWORD }, allowInsecureAuth: true });
    const { ask } = await serve({}, smtp(server, { Username: 'ann', Password: PASSWORD }));
    expect(await ask()).toEqual({ code: 200, status: 'ok', mail: { status: 'up', delivery: 'smtp' } });
    expect(server.messages).toEqual([]);
  });

  it('is down when the server refuses the login, and says so without the password', async () => {
    const server = await sink({ auth: { user: 'ann', pass: 'other' }, allowInsecureAuth: true });
    const { ask } = await serve({}, smtp(server, { Username: 'ann', Password: PASSWORD }));
    const health = await ask();
    expect(health).toMatchObject({
      code: 503,
      status: 'error',
      mail: { status: 'down', delivery: 'smtp', code: 'EMAILAUTH', phase: 'auth', retryable: false },
    });
    expect(JSON.stringify(health)).not.toContain(PASSWORD);
  });

  it('is down when nothing listens, and says which settings to check', async () => {
    const { ask } = await serve({}, smtp({ host: '127.0.0.1', port: 1 }));
    expect(await ask()).toMatchObject({
      code: 503,
      mail: { status: 'down', code: 'EMAILCONNECT', message: expect.stringContaining('Host and Port') },
    });
  });

  it('is down when TLS is demanded and not offered', async () => {
    const { ask } = await serve({}, smtp(await sink(), { SecureSocketOption: 'StartTls' }));
    expect(await ask()).toMatchObject({
      code: 503,
      mail: { status: 'down', code: 'EMAILTLS', phase: 'tls' },
    });
  });

  it('is down when the server stays silent for longer than timeoutMs, and the connection is cut', async () => {
    const server = await ScriptedSmtpServer.start([{ silence: true }]);
    opened.push(server);
    const { ask } = await serve({ timeoutMs: 300 }, smtp(server));
    const begun = performance.now();
    expect(await ask()).toMatchObject({ code: 503, mail: { status: 'down', code: 'EMAILTIMEOUT' } });
    expect(performance.now() - begun).toBeLessThan(3000);
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(server.openConnections).toBe(0);
  });

  it('is looked at once for many who ask, at the same time or soon after one another', async () => {
    const server = await sink();
    const { ask } = await serve({}, smtp(server));
    const together = await Promise.all(Array.from({ length: 20 }, ask));
    expect(together.every(({ code }) => code === 200)).toBe(true);
    for (let again = 0; again < 5; again++) await ask();
    expect(server.connections).toBe(1);
  });

  it('is looked at again when cacheMs has passed, a bad result sooner', async () => {
    const gone = await MailSink.start();
    const { port } = gone;
    await gone.close();
    const { ask } = await serve({ cacheMs: 600 }, smtp({ host: '127.0.0.1', port }));
    expect((await ask()).code).toBe(503);
    const back = await ScriptedSmtpServer.start(
      () => [
        { send: '220 hi\r\n' },
        { expect: /^EHLO/, send: '250 hi\r\n' },
        { expect: 'QUIT', send: '221 bye\r\n' },
        { close: true },
      ],
      { port },
    );
    opened.push(back);
    expect((await ask()).code).toBe(503);
    await new Promise(resolve => setTimeout(resolve, 150));
    expect((await ask()).code).toBe(200);
    expect((await ask()).code).toBe(200);
    expect(back.connections).toBe(1);
    await new Promise(resolve => setTimeout(resolve, 650));
    expect((await ask()).code).toBe(200);
    expect(back.connections).toBe(2);
  });

  it('is degraded when mails leave by the fallback only', async () => {
    const second = await sink();
    const { ask } = await serve(
      {},
      MailModule.forRoot(
        { Host: '127.0.0.1', Port: 1, FromAddress: FROM },
        { fallback: { Host: second.host, Port: second.port } },
      ),
    );
    expect(await ask()).toMatchObject({
      code: 200,
      status: 'degraded',
      mail: { status: 'degraded', delivery: 'smtp', code: 'EMAILCONNECT' },
    });
  });
});

describe('The health of a mailer with a pickup directory', () => {
  it('is up when the folder can be written and is emptied, and tells what waits', async () => {
    const { module, put } = pickup();
    const { ask } = await serve({ cacheMs: 0 }, module);
    expect((await ask()).mail).toEqual({ status: 'up', delivery: 'pickup', backlog: 0 });
    put('one.eml', 60);
    put('two.EML', 30);
    put('three.tmp', 6000);
    put('.four.eml', 6000);
    const { mail } = await ask();
    expect(mail).toMatchObject({ status: 'up', backlog: 2 });
    expect(mail['oldestAgeMs']).toBeGreaterThanOrEqual(60_000);
    expect(mail['oldestAgeMs']).toBeLessThan(90_000);
  });

  it('is down when the oldest mail has waited for longer than maxAgeMs, by default a quarter of an hour', async () => {
    const { module, put } = pickup();
    const { ask } = await serve({ cacheMs: 0 }, module);
    put('one.eml', 800);
    expect((await ask()).code).toBe(200);
    put('two.eml', 1000);
    expect(await ask()).toMatchObject({
      code: 503,
      mail: {
        status: 'down',
        backlog: 2,
        message: expect.stringMatching(/waited for 1\d{3} s, longer than maxAgeMs/),
      },
    });
  });

  it('is down when more mails wait than maxBacklog', async () => {
    const { module, put } = pickup();
    const { ask } = await serve({ cacheMs: 0, maxBacklog: 2 }, module);
    for (const name of ['a', 'b', 'c']) put(`${name}.eml`, 1);
    expect(await ask()).toMatchObject({
      code: 503,
      mail: {
        status: 'down',
        backlog: 3,
        message: expect.stringContaining('3 mails wait, more than maxBacklog (2)'),
      },
    });
  });

  it('is down when the folder is gone', async () => {
    const { module, folder } = pickup();
    const { ask } = await serve({ cacheMs: 0 }, module);
    folder.remove();
    expect(await ask()).toMatchObject({
      code: 503,
      mail: { status: 'down', code: 'EMAILWRITE', message: expect.stringContaining('does not exist') },
    });
  });

  it('is told in time, however many mails wait', async () => {
    const { module, put } = pickup();
    for (let mail = 0; mail < 3000; mail++) put(`${mail}.eml`, 5);
    const { ask } = await serve({ timeoutMs: 10_000 }, module);
    expect((await ask()).mail).toMatchObject({ status: 'up', backlog: 3000 });
    const { ask: askHastily } = await serve({ timeoutMs: 1 }, module);
    expect((await askHastily()).mail).toMatchObject({ status: 'down', code: 'EMAILTIMEOUT' });
  });
});

describe('The health of other mailers', () => {
  it('is up when the settings say Enabled=false', async () => {
    const { ask } = await serve({}, MailModule.forRoot({ Enabled: false }));
    expect(await ask()).toMatchObject({ code: 200, mail: { status: 'up', delivery: 'none' } });
  });

  it('is what a delivery of the application’s own says, in time even when it says nothing', async () => {
    class Stuck extends MailDelivery {
      readonly name = 'stuck';
      deliver(): Promise<never> {
        return new Promise(() => {});
      }
      verify(): Promise<never> {
        return new Promise(() => {});
      }
      async close(): Promise<void> {}
    }
    const { ask } = await serve(
      { timeoutMs: 50 },
      MailModule.forRoot({ FromAddress: FROM }, { delivery: Stuck }),
    );
    expect(await ask()).toMatchObject({ code: 503, mail: { delivery: 'stuck', code: 'EMAILTIMEOUT' } });
  });

  it('is asked by name, each for itself', async () => {
    const server = await sink();
    const module = MailModule.forRoot(
      { Host: server.host, Port: server.port, FromAddress: FROM },
      { name: 'alerts' },
    );
    const { ask, indicator } = await serve(
      { mailer: 'alerts' },
      module,
      smtp({ host: '127.0.0.1', port: 1 }),
    );
    expect((await ask()).code).toBe(200);
    expect(await indicator.isHealthy('usual')).toMatchObject({ usual: { status: 'down' } });
    expect(await rejection(indicator.isHealthy('mail', { mailer: 'nobody' }))).toMatchObject({
      message: expect.stringContaining('no mailer "nobody"'),
    });
  });

  it('can be asked where the mailer is not global', async () => {
    const server = await sink();
    const module = MailModule.forRoot(
      { Host: server.host, Port: server.port, FromAddress: FROM },
      { isGlobal: false },
    );
    const { ask } = await serve({}, module);
    expect((await ask()).code).toBe(200);
  });

  it('cannot be asked where there is no mailer, and the error says what to do', async () => {
    const { indicator } = await serve({});
    expect(await rejection(indicator.isHealthy())).toMatchObject({
      message: expect.stringContaining('import MailModule'),
    });
  });

  it('is down during and after a shutdown', async () => {
    const server = await ScriptedSmtpServer.start([{ silence: true }]);
    opened.push(server);
    const { app, indicator } = await serve({ cacheMs: 0 }, smtp(server));
    const asked = indicator.isHealthy('mail', { cacheMs: 0 });
    await new Promise(resolve => setTimeout(resolve, 50));
    await app.close();
    expect(await asked).toMatchObject({ mail: { status: 'down', code: 'EMAILCLOSED' } });
    expect(await indicator.isHealthy('mail', { cacheMs: 0 })).toMatchObject({ mail: { status: 'down' } });
  });

  it.each(['timeoutMs', 'cacheMs', 'maxBacklog', 'maxAgeMs'])('refuses nonsense for %s', async name => {
    const { indicator } = await serve({}, smtp(await sink()));
    expect(await rejection(indicator.isHealthy('mail', { [name]: -1 }))).toMatchObject({
      message: expect.stringContaining(name),
    });
  });
});
