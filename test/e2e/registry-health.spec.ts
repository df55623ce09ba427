import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { MailRegistryOptions } from 'nest-mailroom';
import { MailerRegistry, MailModule } from 'nest-mailroom';
import type { MailHealthOptions } from 'nest-mailroom/health';
import { startHealthApp } from '../support/health-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { mailOf, settingsFor } from '../support/registry-app.js';
import { rejection } from '../support/rejection.js';
import { DEGRADED } from '../support/terminus.js';

const bench = useMailBench();

async function start(options?: MailRegistryOptions) {
  const app = bench.closing(await startHealthApp(MailModule.registry(options)));
  const health = async (more: MailHealthOptions): Promise<Record<string, unknown>> =>
    (await app.indicator.isHealthy('mail', { cacheMs: 0, ...more })).mail;
  return { registry: app.get(MailerRegistry), health, indicator: app.indicator };
}

describe('The health of a registry', () => {
  it('is up without a mailer, and with mailers that all work', async () => {
    const sink = await bench.sink();
    const { registry, health } = await start();
    expect(await health({ registry: true })).toEqual({ status: 'up', open: 0, failing: 0 });
    for (let index = 0; index < 50; index++) await registry.open(`tenant ${index}`, settingsFor(sink));
    expect(await health({ registry: true })).toEqual({ status: 'up', open: 50, failing: 0 });
  });

  it('is degraded while some fail, names at most ten of them with addresses masked, and down when all do', async () => {
    const sink = await bench.sink();
    const port = await bench.unusedPort();
    const { registry, health } = await start();
    await registry.open('sound', settingsFor(sink));
    const keys = ['ann@contoso.test', ...Array.from({ length: 14 }, (_, index) => `broken ${index}`)];
    for (const key of keys) await registry.open(key, settingsFor({ port }));
    expect(await health({ registry: true })).toEqual({
      ...DEGRADED,
      open: 16,
      failing: 15,
      failingKeys: ['a***@contoso.test', ...keys.slice(1, 10)],
    });
    await registry.close('sound');
    expect(await health({ registry: true })).toMatchObject({ status: 'down', open: 15, failing: 15 });
  });

  it('is told although servers hang, and comes to the others all the same', async () => {
    const silent = createServer(socket => void socket.on('error', () => {}));
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    bench.after(() => silent.close());
    const { port } = silent.address() as AddressInfo;
    const sink = await bench.sink();
    const { registry, health } = await start();
    for (let index = 0; index < 25; index++) await registry.open(`hangs ${index}`, settingsFor({ port }));
    for (let index = 0; index < 25; index++) await registry.open(`works ${index}`, settingsFor(sink));
    const options = { registry: true, timeoutMs: 3000, cacheMs: 60_000 };
    let found = await health(options);
    expect(found).toMatchObject({ open: 50 });
    while ('unchecked' in found) found = await health(options);
    expect(found).toMatchObject({ ...DEGRADED, open: 50, failing: 25 });
  });

  it('does not count as use, and closes nobody’s mailer', async () => {
    const sink = await bench.sink();
    const { registry, health } = await start({ idleMs: 300 });
    await registry.open('acme', settingsFor(sink));
    while (registry.keys.length > 0) await health({ registry: true });
    expect(await health({ registry: true })).toEqual({ status: 'up', open: 0, failing: 0 });
  });

  it('looks again at a mailer that nobody has used only after ten times as long', async () => {
    const sink = await bench.sink();
    const { registry, indicator } = await start();
    const mail = await registry.open('acme', settingsFor(sink, { MaxConnections: 1 }));
    const look = async () =>
      (await indicator.isHealthy('mail', { registry: true, cacheMs: 200 })).mail.status;
    expect(await look()).toBe('up');
    const { length } = sink.commands;
    await delay(250);
    expect(await look()).toBe('up');
    expect(sink.commands).toHaveLength(length);
    await mail.send(mailOf('x'));
    await delay(250);
    const { length: sent } = sink.commands;
    expect(await look()).toBe('up');
    expect(sink.commands.length).toBeGreaterThan(sent);
  });
});

describe('The health of one tenant', () => {
  it('is that of its mailer', async () => {
    const sink = await bench.sink();
    const { registry, health } = await start();
    await registry.open('sound', settingsFor(sink));
    await registry.open('broken', settingsFor({ port: await bench.unusedPort() }));
    expect(await health({ tenant: 'sound' })).toEqual({ status: 'up', delivery: 'smtp' });
    expect(await health({ tenant: 'broken' })).toMatchObject({ status: 'down', code: 'EMAILCONNECT' });
  });

  it('is up where its mailer is not open, which is not opened for that', async () => {
    const { registry, health } = await start();
    expect(await health({ tenant: 'acme' })).toEqual({ status: 'up', open: false });
    expect(registry.keys).toEqual([]);
  });
});

describe('The health options', () => {
  it.each([
    { tenant: 'a', registry: true },
    { mailer: 'a', tenant: 'a' },
    { mailer: 'a', registry: true },
  ])('exclude each other: %j', async options => {
    const { health } = await start();
    const error = await rejection(health(options));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain('mailer, tenant and registry exclude each other');
  });

  it.each([{ tenant: 'a' }, { registry: true }])('need a registry: %j', async options => {
    const app = bench.closing(await startHealthApp(MailModule.forRoot(settingsFor({ port: 1 }))));
    const error = await rejection(app.indicator.isHealthy('mail', options));
    expect(String(error)).toContain('There is no MailerRegistry');
  });
});
