import { readdirSync, renameSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePorts } from '../../support/free-ports.js';
import { PolicySmtpServer } from '../../support/policy-smtp-server.js';
import { QueueBench, settingsFor, untilTrue } from '../../support/queue-bench.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

let bench: QueueBench;

async function addMany(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => bench.add({ id: `mail-${index}` })));
}

const LOGIN = { UserName: 'app', Password: 'wrong-password-1' };

describe.each([
  ['Redis', () => QueueBench.start()],
  ['PostgreSQL', () => QueueBench.startPostgres()],
])('A worker of a queue in %s whose server cannot be used', (_store, start) => {
  beforeEach(async () => {
    bench = await start();
  });
  afterEach(() => bench.close());

  it('takes nothing until the server is back, and uses up no try of any mail', async () => {
    const [port = 0] = await freePorts(1);
    const ids = await addMany(20);
    const worker = await bench.worker(settingsFor({ host: '127.0.0.1', port }), {
      concurrency: 10,
      retry: { attempts: 1 },
      tuning: { pause: { firstMs: 100, maxMs: 300 } },
    });
    await worker.until('paused', 4);
    for (const id of ids) expect((await bench.job(id)).data.record).toBeUndefined();
    const server = await PolicySmtpServer.start({}, { port });
    await worker.until('delivered', 20);
    expect(worker.of('resumed')).toHaveLength(1);
    expect(worker.of('failed')).toEqual([]);
    expect(new Set(server.messages.map(({ id }) => id)).size).toBe(20);
    expect(server.messages).toHaveLength(20);
    await server.close();
  });

  it('tries a wrong password once in each pause, however many mails wait', async () => {
    const server = await bench.serve(
      { AUTH: () => '535 5.7.8 wrong' },
      { extensions: ['PIPELINING', 'AUTH PLAIN'] },
    );
    await addMany(30);
    const worker = await bench.worker(settingsFor(server, LOGIN), {
      concurrency: 10,
      tuning: { pause: { firstMs: 150, maxMs: 200 } },
    });
    await worker.until('paused', 5);
    const pauses = worker.of('paused').length;
    expect(server.commands('AUTH').length).toBeLessThanOrEqual(pauses + 1);
    expect(worker.of('paused')[0]?.reason).not.toContain('wrong-password-1');
    expect(worker.of('delivered')).toEqual([]);
  });

  it('goes on with all it can once the first login has succeeded', async () => {
    let good = false;
    const server = await bench.serve(
      { AUTH: () => (good ? undefined : '535 5.7.8 wrong') },
      { extensions: ['PIPELINING', 'AUTH PLAIN'], delayDotMs: 30 },
    );
    await addMany(30);
    const worker = await bench.worker(settingsFor(server, LOGIN), {
      concurrency: 5,
      unconfirmed: 5,
      tuning: { pause: { firstMs: 100, maxMs: 100 } },
    });
    await worker.until('paused', 2);
    good = true;
    await worker.until('delivered', 30);
    expect(server.messages).toHaveLength(30);
    expect(server.connections).toBeGreaterThan(3);
  });

  it('pauses apart from an operator: the end of one pause does not end the other', async () => {
    const [port = 0] = await freePorts(1);
    await addMany(3);
    const worker = await bench.worker(settingsFor({ host: '127.0.0.1', port }), {
      tuning: { pause: { firstMs: 100, maxMs: 100 } },
    });
    await worker.until('paused');
    const queue = await bench.store.queue(1000);
    await queue.pause();
    const server = await PolicySmtpServer.start({}, { port });
    await delay(600);
    expect(server.messages).toEqual([]);
    await queue.resume();
    await worker.until('delivered', 3);
    await server.close();
  });

  it('hands mails to the fallback meanwhile', async () => {
    const [port = 0] = await freePorts(1);
    const fallback = await bench.serve();
    const [id = ''] = await addMany(1);
    const worker = await bench.worker(settingsFor({ host: '127.0.0.1', port }), {
      fallback: settingsFor(fallback),
    });
    await worker.until('delivered');
    expect(worker.of('delivered')).toMatchObject([{ fallback: true }]);
    expect((await bench.inState(id, 'completed')).record).toMatchObject({ fallback: true, delivered: [0] });
    expect(worker.of('paused')).toEqual([]);
  });

  it('waits for a pickup directory that is gone, and writes the mails when it is back', async () => {
    const directory = temporaryDirectory();
    const settings = {
      PickupDirectory: directory.path,
      UseSpecifiedPickupDirectory: true,
      FromAddress: 'no-reply@contoso.com',
    };
    const worker = await bench.worker(settings, { tuning: { pause: { firstMs: 100, maxMs: 200 } } });
    await bench.add({ id: 'first' });
    await worker.until('delivered');
    renameSync(directory.path, `${directory.path}-away`);
    await addMany(3);
    await worker.until('paused', 2);
    renameSync(`${directory.path}-away`, directory.path);
    await worker.until('delivered', 4);
    await untilTrue(() => readdirSync(directory.path).length === 4);
    directory.remove();
  });
});
