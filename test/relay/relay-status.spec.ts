import { linkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';
import { runNode } from '../support/run-script.js';

const bench = useRelayBench(
  {},
  {
    rejectRecipient: address =>
      address.startsWith('gone')
        ? { code: 550, message: 'no' }
        : address.startsWith('busy')
          ? { code: 450, message: 'later' }
          : undefined,
  },
);

describe('The status of a relay', () => {
  it('is all zero for an empty folder', async () => {
    const app = await bench.relay();
    expect(await app.status()).toEqual({
      state: 'running',
      backlog: 0,
      oldestAgeMs: undefined,
      inFlight: 0,
      deferred: 0,
      badmail: 0,
      sent: 0,
      rejected: 0,
      perMinute: 0,
    });
  });

  it('counts what was sent, what waits, how old it is, and what is in badmail', async () => {
    publish(bench.folder.path, 'busy.eml', iisMail('busy', ['busy@contoso.com']));
    const then = new Date(Date.now() - 3_600_000);
    utimesSync(join(bench.folder.path, 'busy.eml'), then, then);
    publish(bench.folder.path, 'gone.eml', iisMail('gone', ['gone@contoso.com']));
    for (const name of ['a', 'b', 'c']) publish(bench.folder.path, `${name}.eml`, iisMail(name));
    const app = await bench.relay();
    await app.until('sent', 3);
    await app.until('rejected');
    await app.until('deferred');
    await app.untilIdle();
    const status = await app.status();
    expect(status).toMatchObject({
      state: 'running',
      backlog: 1,
      inFlight: 0,
      deferred: 1,
      badmail: 1,
      sent: 3,
      rejected: 1,
      perMinute: 3,
    });
    expect(status.oldestAgeMs).toBeGreaterThan(3_590_000);
    expect(status.oldestAgeMs).toBeLessThan(3_700_000);
  });

  it('sees at once what somebody has just put into the folder', async () => {
    const app = await bench.relay({ pollMs: 60_000, settleMs: 60_000 });
    await delay(100);
    for (let index = 0; index < 3; index++)
      writeFileSync(join(bench.folder.path, `${index}.eml`), 'From: a@b.cc\n');
    expect(await app.status()).toMatchObject({ backlog: 3 });
  });

  it('says that it has ended', async () => {
    const app = await bench.relay();
    await app.close();
    expect(await app.status()).toMatchObject({ state: 'stopped' });
  });
});

describe('A burst of 20,000 large files', () => {
  it('is not loaded: memory stays flat while the server takes one mail after the other', async () => {
    const big = bench.folder.write(
      'big',
      iisMail('big', ['ann@contoso.com'], `${'x'.repeat(76)}\r\n`.repeat(12_000)),
    );
    for (let index = 0; index < 20_000; index++) linkSync(big, join(bench.folder.path, `${index}.eml`));
    const script = `
      import 'reflect-metadata';
      import { NestFactory } from '@nestjs/core';
      import { MailRelay, MailRelayModule } from 'nest-mailroom/relay';
      let sent = 0;
      const settings = { Host: '127.0.0.1', Port: ${bench.sink.port}, PickupDirectory: ${JSON.stringify(bench.folder.path)} };
      const onEvent = event => void (event.type === 'sent' && sent++);
      const root = { module: class Root {}, imports: [MailRelayModule.forRoot({ settings, onEvent })] };
      const idle = process.memoryUsage.rss();
      const app = await NestFactory.createApplicationContext(root, { logger: ['error'] });
      let peak = 0;
      while (sent < 100) {
        await new Promise(resolve => setTimeout(resolve, 20));
        peak = Math.max(peak, process.memoryUsage.rss());
      }
      const { backlog } = await app.get(MailRelay).status();
      await app.close();
      console.log(JSON.stringify({ backlog, mb: (peak - idle) / 1024 / 1024 }));
    `;
    const { stdout, stderr } = await runNode(['--input-type=module', '-e', script], {
      cwd: process.cwd(),
      timeoutMs: 120_000,
    });
    expect(stderr).toBe('');
    const { backlog, mb } = JSON.parse(stdout) as { backlog: number; mb: number };
    expect(backlog).toBeGreaterThan(19_000);
    expect(mb).toBeLessThan(150);
  }, 150_000);
});
