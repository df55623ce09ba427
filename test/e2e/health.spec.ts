import { mkdirSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import type { MailSettingsInput } from 'nest-mailroom';
import { MailDelivery, MailModule, MailService } from 'nest-mailroom';
import type { MailHealthOptions } from 'nest-mailroom/health';
import { MailHealthIndicator } from 'nest-mailroom/health';
import { until } from '../support/bounded-send.js';
import { useMailBench } from '../support/mail-bench.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import { MailSink } from '../support/mail-sink.js';
import { ownTime } from '../support/own-time.js';
import { rejection } from '../support/rejection.js';
import { DEGRADED, DEGRADED_APP } from '../support/terminus.js';

const FROM = 'no-reply@contoso.com';
const PASSWORD = 's3cret-p4ssword';
const bench = useMailBench();

/** What /health answers. */
interface Told {
  readonly code: number;
  readonly status: string;
  readonly mail: Record<string, unknown>;
}

/** A delivery of the application's own that never answers and listens to no signal. */
class Stuck extends MailDelivery {
  readonly name = 'stuck';
  deliver(): Promise<never> {
    return new Promise(() => {});
  }
  verify(): Promise<void> {
    return new Promise(() => {});
  }
  async close(): Promise<void> {}
}

/** A real HTTP application whose /health asks for the mailer. */
async function serve(options: MailHealthOptions, ...imports: NonNullable<ModuleMetadata['imports']>) {
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
  bench.closing(app);
  const { port } = app.getHttpServer().address() as AddressInfo;
  const ask = async (): Promise<Told> => {
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    const body = (await response.json()) as { status: string; details: { mail: Record<string, unknown> } };
    return { code: response.status, status: body.status, mail: body.details.mail };
  };
  return { app, ask, indicator: app.get(MailHealthIndicator) };
}

async function sink(options: MailSinkOptions = {}): Promise<MailSink> {
  return bench.sink(options);
}

const smtp = ({ host, port }: { host: string; port: number }, more: object = {}) =>
  MailModule.forRoot({ Host: host, Port: port, FromAddress: FROM, ...more });

function pickup() {
  const folder = bench.folder();
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

  it('is down without a word of who logs in and how, also when the server repeats it', async () => {
    const server = await bench.server([
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: '250-hi\r\n250 AUTH PLAIN\r\n' },
      { expect: /^AUTH PLAIN/, send: `535 5.7.8 ${PASSWORD} is wrong for ann@contoso.com\r\n` },
      { close: true },
    ]);
    const { ask } = await serve({}, smtp(server, { Username: 'ann@contoso.com', Password: PASSWORD }));
    const { mail } = await ask();
    expect(mail).toMatchObject({ status: 'down', code: 'EMAILAUTH' });
    expect(Object.keys(mail).toSorted()).toEqual([
      'code',
      'delivery',
      'message',
      'phase',
      'retryable',
      'status',
    ]);
    const told = JSON.stringify(mail);
    expect(told).not.toContain(PASSWORD);
    expect(told).not.toContain('ann@');
    expect(told).toContain('a***@contoso.com');
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
    const server = await bench.server([{ silence: true }]);
    const { ask } = await serve({ timeoutMs: 300 }, smtp(server));
    const begun = ownTime();
    expect(await ask()).toMatchObject({ code: 503, mail: { status: 'down', code: 'EMAILTIMEOUT' } });
    expect(ownTime() - begun).toBeLessThan(3000);
    await until(() => server.openConnections === 0);
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
    const { ask } = await serve({ cacheMs: 2400 }, smtp({ host: '127.0.0.1', port }));
    expect((await ask()).code).toBe(503);
    const back = await bench.server(
      () => [
        { send: '220 hi\r\n' },
        { expect: /^EHLO/, send: '250 hi\r\n' },
        { expect: 'QUIT', send: '221 bye\r\n' },
        { close: true },
      ],
      { port },
    );
    expect((await ask()).code).toBe(503);
    await delay(450);
    expect((await ask()).code).toBe(200);
    expect((await ask()).code).toBe(200);
    expect(back.connections).toBe(1);
    await delay(2500);
    expect((await ask()).code).toBe(200);
    expect(back.connections).toBe(2);
  });

  it('is down when the certificate cannot be trusted', async () => {
    const server = await sink({ tls: 'starttls' });
    const { ask } = await serve({}, smtp(server, { SecureSocketOption: 'StartTls' }));
    expect(await ask()).toMatchObject({
      code: 503,
      mail: { status: 'down', code: 'EMAILTLS', phase: 'tls', retryable: false },
    });
    expect(server.messages).toEqual([]);
  });

  it.each([
    ['', {}],
    [', also when a fallback fails in another way', { fallback: { Host: '127.0.0.1', Port: 1 } }],
  ])(
    'is not asked to log in again soon after it has refused the login, because that can lock an account%s',
    async (_, options) => {
      const server = await sink({ auth: { user: 'ann', pass: 'other' }, allowInsecureAuth: true });
      const login = { Host: server.host, Port: server.port, Username: 'ann', Password: PASSWORD };
      const { ask } = await serve(
        { cacheMs: 1000 },
        MailModule.forRoot({ ...login, FromAddress: FROM }, options),
      );
      expect((await ask()).code).toBe(503);
      await delay(1100);
      expect((await ask()).code).toBe(503);
      expect(server.connections).toBe(1);
      await delay(1000);
      expect((await ask()).code).toBe(503);
      expect(server.connections).toBe(2);
    },
  );

  it('is not judged by the shorter patience of somebody else', async () => {
    const server = await bench.server(() => [
      { waitMs: 400 },
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: '250 hi\r\n' },
      { expect: 'QUIT', send: '221 bye\r\n' },
      { close: true },
    ]);
    const { indicator } = await serve({}, smtp(server));
    const hasty = indicator.isHealthy('mail', { timeoutMs: 50 });
    const patient = indicator.isHealthy('mail', { timeoutMs: 10_000 });
    expect(await hasty).toMatchObject({ mail: { status: 'down', code: 'EMAILTIMEOUT' } });
    expect(await patient).toMatchObject({ mail: { status: 'up' } });
    expect(await indicator.isHealthy('mail', { timeoutMs: 10_000 })).toMatchObject({
      mail: { status: 'up' },
    });
    expect(server.connections).toBe(2);
  });
});

describe('The health of a mailer with a fallback', () => {
  const fallbackTo = (primary: { host: string; port: number }, fallback: MailSettingsInput) =>
    MailModule.forRoot({ Host: primary.host, Port: primary.port, FromAddress: FROM }, { fallback });
  const nobody = { host: '127.0.0.1', port: 1 };

  it('is up when both ways can be used', async () => {
    const [first, second] = [await sink(), await sink()];
    const { ask } = await serve({}, fallbackTo(first, { Host: second.host, Port: second.port }));
    expect(await ask()).toEqual({ code: 200, status: 'ok', mail: { status: 'up', delivery: 'smtp' } });
  });

  it('is degraded when the usual server stays silent until the time is over, and the fallback can be used', async () => {
    const silent = await bench.server([{ silence: true }]);
    const second = await sink();
    const { ask } = await serve(
      { timeoutMs: 500 },
      fallbackTo(silent, { Host: second.host, Port: second.port }),
    );
    expect(await ask()).toMatchObject({
      code: 200,
      mail: { ...DEGRADED, code: 'EMAILTIMEOUT', message: expect.stringContaining('500 ms') },
    });
  });

  it('is degraded when the usual delivery is the application’s own and never answers', async () => {
    const second = await sink();
    const { ask } = await serve(
      { timeoutMs: 200 },
      MailModule.forRoot(
        { FromAddress: FROM },
        { delivery: Stuck, fallback: { Host: second.host, Port: second.port } },
      ),
    );
    expect(await ask()).toMatchObject({
      code: 200,
      mail: { ...DEGRADED, delivery: 'stuck', code: 'EMAILTIMEOUT' },
    });
  });

  it('is degraded when the fallback could not take over', async () => {
    const first = await sink();
    const { ask } = await serve({}, fallbackTo(first, { Host: '127.0.0.1', Port: 1 }));
    expect(await ask()).toMatchObject({
      code: 200,
      status: DEGRADED_APP,
      mail: { ...DEGRADED, delivery: 'smtp', code: 'EMAILCONNECT' },
    });
  });

  it('is degraded when the folder of the fallback is gone, and down when the server is gone too', async () => {
    const first = await sink();
    for (const [server, status] of [
      [first, DEGRADED],
      [nobody, { status: 'down' }],
    ] as const) {
      const { folder } = pickup();
      const { ask } = await serve(
        {},
        fallbackTo(server, { UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path }),
      );
      folder.remove();
      const { mail } = await ask();
      expect(mail).toMatchObject({ ...status, message: expect.stringContaining('does not exist') });
    }
  });

  it('tells what waits in the folder of the fallback', async () => {
    const { folder, put } = pickup();
    put('one.eml', 60);
    const { ask } = await serve(
      {},
      fallbackTo(nobody, { UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path }),
    );
    expect((await ask()).mail).toMatchObject({ ...DEGRADED, code: 'EMAILCONNECT', backlog: 1 });
  });

  it('is down when neither can be used, and says why of both', async () => {
    const { ask } = await serve({}, fallbackTo(nobody, { Host: '127.0.0.1', Port: 1 }));
    expect(await ask()).toMatchObject({
      code: 503,
      mail: { status: 'down', message: expect.stringContaining('The fallback failed too') },
    });
  });

  it('is down when both stay silent, after one time limit and not two', async () => {
    const silent = await bench.server(() => [{ silence: true }]);
    const { ask } = await serve(
      { timeoutMs: 1500 },
      fallbackTo(silent, { Host: silent.host, Port: silent.port }),
    );
    const begun = ownTime();
    expect(await ask()).toMatchObject({ code: 503, mail: { status: 'down', code: 'EMAILTIMEOUT' } });
    expect(ownTime() - begun).toBeLessThan(2900);
    await until(() => silent.openConnections === 0);
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
      status: DEGRADED_APP,
      mail: { ...DEGRADED, delivery: 'smtp', code: 'EMAILCONNECT' },
    });
  });
});

describe('The health of a mailer with a pickup directory', () => {
  it('is seen to be up again soon after somebody has emptied the folder', async () => {
    const { module, folder, put } = pickup();
    const { ask } = await serve({ cacheMs: 3000 }, module);
    put('one.eml', 1000);
    expect((await ask()).code).toBe(503);
    unlinkSync(join(folder.path, 'one.eml'));
    await delay(600);
    expect((await ask()).code).toBe(200);
  });

  it('does not count what a relay has claimed', async () => {
    const { module, folder, put } = pickup();
    mkdirSync(join(folder.path, '.mailroom', 'relay'), { recursive: true });
    put(join('.mailroom', 'relay', 'one.eml'), 6000);
    const { ask } = await serve({}, module);
    expect((await ask()).mail).toEqual({ status: 'up', delivery: 'pickup', backlog: 0 });
  });

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
    const { ask } = await serve(
      { timeoutMs: 50 },
      MailModule.forRoot({ FromAddress: FROM }, { delivery: Stuck }),
    );
    expect(await ask()).toMatchObject({ code: 503, mail: { delivery: 'stuck', code: 'EMAILTIMEOUT' } });
  });

  it('is down when a delivery of the application’s own rejects, even without a reason', async () => {
    class Bare extends Stuck {
      override verify(): Promise<void> {
        return Promise.reject();
      }
    }
    class Plain extends Stuck {
      override verify(): Promise<void> {
        throw new Error('The queue of ann@contoso.com is full');
      }
    }
    for (const [delivery, message] of [
      [Bare, 'The delivery gives no reason.'],
      [Plain, 'The queue of a***@contoso.com is full'],
    ] as const) {
      const { ask } = await serve({}, MailModule.forRoot({ FromAddress: FROM }, { delivery }));
      expect(await ask()).toEqual({
        code: 503,
        status: 'error',
        mail: { status: 'down', delivery: 'stuck', message },
      });
    }
  });

  it('is told within one time limit, whatever part of the look takes so long', async () => {
    class Slow extends Stuck {
      override async verify(): Promise<void> {
        await delay(1000);
      }
      override backlog(): Promise<never> {
        return new Promise(() => {});
      }
    }
    const { ask } = await serve(
      { timeoutMs: 1500 },
      MailModule.forRoot({ FromAddress: FROM }, { delivery: Slow }),
    );
    const begun = ownTime();
    expect(await ask()).toMatchObject({ code: 503, mail: { code: 'EMAILTIMEOUT' } });
    expect(ownTime() - begun).toBeLessThan(2400);
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

  it('can be asked where the mailer is another module’s own', async () => {
    const [usual, alerts] = [await sink(), await sink()];
    const own = ({ host, port }: MailSink, name?: string) =>
      MailModule.forRoot(
        { Host: host, Port: port, FromAddress: FROM },
        { isGlobal: false, ...(name !== undefined && { name }) },
      );
    class Feature {}
    Module({ imports: [own(alerts, 'alerts'), own(usual)] })(Feature);
    const { ask, indicator } = await serve({}, Feature);
    expect((await ask()).code).toBe(200);
    expect([usual.connections, alerts.connections]).toEqual([1, 0]);
    expect(await indicator.isHealthy('mail', { mailer: 'alerts' })).toMatchObject({ mail: { status: 'up' } });
    expect([usual.connections, alerts.connections]).toEqual([1, 1]);
  });

  it('cannot be asked where several modules have a mailer of their own and none is named', async () => {
    const own = () =>
      MailModule.forRoot({ Host: '127.0.0.1', Port: 1, FromAddress: FROM }, { isGlobal: false });
    class One {}
    class Other {}
    for (const feature of [One, Other]) Module({ imports: [own()] })(feature);
    const { indicator } = await serve({}, One, Other);
    expect(await rejection(indicator.isHealthy())).toMatchObject({
      message: expect.stringContaining('2 mailers without a name'),
    });
  });

  it('cannot be asked without a name where all mailers have one', async () => {
    const { indicator } = await serve(
      {},
      MailModule.forRoot({ Host: '127.0.0.1', Port: 1, FromAddress: FROM }, { name: 'alerts' }),
    );
    expect(await rejection(indicator.isHealthy())).toMatchObject({
      message: expect.stringContaining('give the option mailer'),
    });
  });

  it('cannot be asked where there is no mailer, and the error says what to do', async () => {
    const { indicator } = await serve({});
    expect(await rejection(indicator.isHealthy())).toMatchObject({
      message: expect.stringContaining('import MailModule'),
    });
  });

  it('is down during and after a shutdown', async () => {
    const server = await bench.server([{ silence: true }]);
    const { app, indicator } = await serve({ cacheMs: 0 }, smtp(server));
    const asked = indicator.isHealthy('mail', { cacheMs: 0 });
    await delay(50);
    await app.close();
    expect(await asked).toMatchObject({ mail: { status: 'down', code: 'EMAILCLOSED' } });
    expect(await indicator.isHealthy('mail', { cacheMs: 0 })).toMatchObject({ mail: { status: 'down' } });
  });

  it('is down after a shutdown with a pickup directory too', async () => {
    const { module } = pickup();
    const { app, indicator } = await serve({}, module);
    expect(await indicator.isHealthy('mail', { cacheMs: 0 })).toMatchObject({ mail: { status: 'up' } });
    await app.close();
    expect(await indicator.isHealthy('mail', { cacheMs: 0 })).toMatchObject({
      mail: { status: 'down', code: 'EMAILCLOSED' },
    });
  });

  it('does not hold a shutdown, whatever a delivery of the application’s own does', async () => {
    const { app, indicator } = await serve(
      {},
      MailModule.forRoot({ FromAddress: FROM }, { delivery: Stuck }),
    );
    const asked = indicator.isHealthy('mail', { timeoutMs: 60_000 });
    const begun = ownTime();
    await app.close();
    expect(await asked).toMatchObject({ mail: { status: 'down', code: 'EMAILCLOSED' } });
    expect(ownTime() - begun).toBeLessThan(5000);
  });

  it.each([0, Infinity, 2 ** 31])('refuses %s for timeoutMs: a look has an end', async timeoutMs => {
    const { indicator } = await serve({}, smtp(await sink()));
    expect(await rejection(indicator.isHealthy('mail', { timeoutMs }))).toMatchObject({
      message: expect.stringContaining('timeoutMs'),
    });
  });

  it.each(['timeoutMs', 'cacheMs', 'maxBacklog', 'maxAgeMs'])('refuses nonsense for %s', async name => {
    const { indicator } = await serve({}, smtp(await sink()));
    expect(await rejection(indicator.isHealthy('mail', { [name]: -1 }))).toMatchObject({
      message: expect.stringContaining(name),
    });
  });
});

describe('Without Terminus', () => {
  it('verify() ends within timeoutMs, and at once when its caller says so', async () => {
    const server = await bench.server(() => [{ silence: true }]);
    const { app } = await serve({}, smtp(server));
    const mail = app.get(MailService);
    expect(await rejection(mail.verify({ timeoutMs: 100 }))).toMatchObject({
      code: 'EMAILTIMEOUT',
      phase: 'connect',
      retryable: true,
    });
    const caller = new AbortController();
    const verified = rejection(mail.verify({ signal: caller.signal, timeoutMs: 60_000 }));
    await delay(30);
    caller.abort();
    expect(await verified).toMatchObject({ code: 'EMAILABORTED' });
    expect(await rejection(mail.verify({ signal: caller.signal }))).toMatchObject({ code: 'EMAILABORTED' });
    await until(() => server.openConnections === 0);
  });

  it('verify() asks for a fallback no longer than it must', async () => {
    const silent = await bench.server(() => [{ silence: true }]);
    const first = await sink();
    const { app } = await serve(
      {},
      MailModule.forRoot(
        { Host: first.host, Port: first.port, FromAddress: FROM },
        { fallback: { Host: silent.host, Port: silent.port } },
      ),
    );
    await app.get(MailService).verify();
    await until(() => silent.openConnections === 0);
  });

  it.each([-1, NaN, Infinity])('verify() and backlog() refuse %s for timeoutMs', async timeoutMs => {
    const { app } = await serve({}, pickup().module);
    const mail = app.get(MailService);
    for (const asked of [mail.verify({ timeoutMs }), mail.backlog({ timeoutMs })])
      expect(await rejection(asked)).toMatchObject({ code: 'EMAILMESSAGE', field: 'timeoutMs' });
  });

  it('backlog() is undefined where mails wait nowhere', async () => {
    const [first, second] = [await sink(), await sink()];
    const settings = { Host: first.host, Port: first.port, FromAddress: FROM };
    const plain = await serve({}, MailModule.forRoot(settings));
    expect(await plain.app.get(MailService).backlog()).toBeUndefined();
    const fallback = { Host: second.host, Port: second.port };
    const both = await serve({}, MailModule.forRoot(settings, { fallback }));
    expect(await both.app.get(MailService).backlog()).toBeUndefined();
  });

  it('backlog() rejects when the folder is gone', async () => {
    const { module, folder } = pickup();
    const { app } = await serve({}, module);
    folder.remove();
    expect(await rejection(app.get(MailService).backlog())).toMatchObject({ code: 'EMAILWRITE' });
  });
});
