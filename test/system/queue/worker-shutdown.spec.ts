import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { QueueBench, settingsFor, untilTrue } from '../../support/queue-bench.js';

let bench: QueueBench;

async function took(running: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await running;
  return performance.now() - begun;
}

describe.each([
  ['Redis', () => QueueBench.start()],
  ['PostgreSQL', () => QueueBench.startPostgres()],
])('A worker of a queue in %s that ends', (_store, start) => {
  beforeEach(async () => {
    bench = await start();
  });
  afterEach(() => bench.close());

  it('cuts a mail at the end of the grace time, and an idle worker takes it at once', async () => {
    const server = await bench.serve({
      DATA: () => (server.commands('DATA').length < 2 ? { end: 'silence' } : undefined),
    });
    const id = await bench.add();
    const worker = await bench.worker(settingsFor(server));
    await untilTrue(() => server.commands('DATA').length > 0);
    const next = await bench.worker(settingsFor(server));
    await delay(1000);
    const ms = await took(worker.worker.stop(300));
    expect(ms).toBeGreaterThan(250);
    expect(ms).toBeLessThan(3000);
    expect(await took(next.until('delivered'))).toBeLessThan(1500);
    expect(worker.of('returned')).toHaveLength(1);
    expect((await bench.inState(id, 'completed')).record).toMatchObject({ tries: 1, delivered: [0] });
    expect(server.messages).toHaveLength(1);
  });
});

describe('A worker that ends', () => {
  beforeEach(async () => {
    bench = await QueueBench.start();
  });
  afterEach(() => bench.close());

  it('lets the mail finish whose end was sent, and gives back the others at once', async () => {
    const server = await bench.serve({}, { delayDotMs: 500 });
    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, index) => bench.add({ id: `mail-${index}` })),
    );
    const worker = await bench.worker(settingsFor(server), { concurrency: 4 });
    await worker.until('delivered');
    await delay(200);
    const ms = await took(worker.worker.stop());
    expect(ms).toBeLessThan(4000);
    const states = await Promise.all(ids.map(async id => (await bench.job(id)).getState()));
    expect(states.filter(state => state === 'active')).toEqual([]);
    const completed = states.filter(state => state === 'completed').length;
    expect(completed).toBe(server.messages.length);
    expect(completed).toBeLessThan(10);
    for (const id of ids) expect((await bench.job(id)).data.record?.deferred ?? []).toEqual([]);
    const next = await bench.worker(settingsFor(server));
    await next.until('delivered', 10 - completed, 15_000);
    expect(new Set(server.messages.map(({ id }) => id)).size).toBe(10);
    expect(server.messages).toHaveLength(10);
  });

  it('cuts a mail at the end of the grace time and gives it back', async () => {
    const server = await bench.serve({ DATA: () => ({ end: 'silence' }) });
    const id = await bench.add();
    const worker = await bench.worker(settingsFor(server));
    await untilTrue(() => server.commands('DATA').length > 0);
    const ms = await took(worker.worker.stop(300));
    expect(ms).toBeGreaterThan(250);
    expect(ms).toBeLessThan(3000);
    expect(await (await bench.job(id)).getState()).toBe('prioritized');
    expect((await bench.job(id)).data.record).toBeUndefined();
  });

  it('ends within a limit when the store stands still, and when called twice', async () => {
    const server = await bench.serve();
    const worker = await bench.worker(settingsFor(server));
    await bench.add();
    await worker.until('delivered');
    bench.redis.stop();
    const [first, second] = await Promise.all([took(worker.worker.stop(200)), took(worker.worker.stop(200))]);
    expect(first).toBeLessThan(9000);
    expect(second).toBeLessThan(9000);
    bench.redis.cont();
  });

  it('ends at once while it still waits for a store that is not there', async () => {
    const server = await bench.serve();
    await bench.redis.kill();
    const worker = await bench.worker(settingsFor(server));
    await delay(300);
    expect(worker.of('unreachable')).toHaveLength(1);
    expect(await took(worker.worker.stop())).toBeLessThan(3000);
  });
});
