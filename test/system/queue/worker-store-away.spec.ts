import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { QueueBench, settingsFor, untilTrue } from '../../support/queue-bench.js';

let bench: QueueBench;

async function addMany(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => bench.add({ id: `mail-${index}` })));
}

describe.each([
  ['Redis', () => QueueBench.start({ aof: 'always' }), () => bench.redis],
  ['PostgreSQL', () => QueueBench.startPostgres(), () => bench.postgres],
])('A worker of a queue in %s whose store goes away', (_store, start, store) => {
  beforeEach(async () => {
    bench = await start();
  });
  afterEach(() => bench.close());

  it('records what it has sent when a killed store is back, and sends nothing twice', async () => {
    let dots = 0;
    const server = await bench.serve({
      DOT: () => {
        if (++dots === 2) void store().kill();
        return undefined;
      },
    });
    const ids = await addMany(5);
    const worker = await bench.worker(settingsFor(server), { concurrency: 3 });
    await untilTrue(() => server.messages.length === 2);
    await worker.until('unreachable');
    await delay(1500);
    expect(server.messages).toHaveLength(2);
    await store().restart();
    await worker.until('delivered', 5);
    await worker.until('reachable');
    expect(worker.of('unreachable')).toHaveLength(1);
    expect(server.messages).toHaveLength(5);
    for (const id of ids) await bench.inState(id, 'completed');
    expect(worker.of('failed')).toEqual([]);
    expect(worker.of('deferred')).toEqual([]);
  });

  it('starts without a store, says so once, and works when there is one', async () => {
    const server = await bench.serve();
    await addMany(2);
    await store().kill();
    const worker = await bench.worker(settingsFor(server));
    expect(worker.worker.status.state).toBe('waiting for the queue');
    await delay(1200);
    await store().restart();
    await worker.until('delivered', 2);
    expect(worker.of('unreachable')).toHaveLength(1);
    expect(worker.of('reachable')).toHaveLength(1);
  });

  it('goes on by itself after a store that was away while it was idle', async () => {
    const server = await bench.serve();
    const worker = await bench.worker(settingsFor(server));
    await addMany(1);
    await worker.until('delivered');
    await store().kill();
    await worker.until('unreachable');
    await delay(1000);
    await store().restart();
    await worker.until('reachable');
    await untilTrue(async () =>
      bench.add({ id: 'later' }).then(
        () => true,
        () => false,
      ),
    );
    await worker.until('delivered', 2);
  });
});

describe('A worker whose Redis goes away', () => {
  beforeEach(async () => {
    bench = await QueueBench.start({ aof: 'always' });
  });
  afterEach(() => bench.close());

  it('sends no end of a further mail until the outcome of the one before is on record', async () => {
    let dots = 0;
    const server = await bench.serve({
      DOT: () => {
        if (++dots === 1) bench.redis.stop();
        return undefined;
      },
    });
    const ids = await addMany(6);
    const worker = await bench.worker(settingsFor(server), { concurrency: 4 });
    await untilTrue(() => server.messages.length === 1);
    await delay(1500);
    expect(server.messages).toHaveLength(1);
    bench.redis.cont();
    await worker.until('delivered', 6);
    expect(server.messages.map(({ id }) => id).toSorted()).toEqual(
      ids.map((_, index) => `<mail-${index}@contoso.com>`),
    );
  });

  it('does not lose what is on the way when the application ends while the store is away', async () => {
    const server = await bench.serve({
      DOT: () => {
        bench.redis.stop();
        return undefined;
      },
    });
    const [id = ''] = await addMany(1);
    const worker = await bench.worker(settingsFor(server));
    await untilTrue(() => server.messages.length === 1);
    const begun = performance.now();
    await worker.worker.stop(300);
    expect(performance.now() - begun).toBeLessThan(10_000);
    bench.redis.cont();
    // Its outcome may be on record after all: what was on the way to the store is not taken back.
    await untilTrue(async () => {
      const state = await (await bench.job(id)).getState();
      return state === 'active' || state === 'completed';
    });
  });

  it('tells that Redis is full, waits, and records when there is room again', async () => {
    let full = false;
    const server = await bench.serve({
      DOT: () => {
        if (!full) void bench.redis.cli('CONFIG', 'SET', 'maxmemory', '1');
        full = true;
        return { say: '250 2.0.0 taken', after: delay(300) };
      },
    });
    const [id = ''] = await addMany(1);
    const worker = await bench.worker(settingsFor(server));
    await worker.until('unreachable');
    await delay(500);
    await bench.redis.cli('CONFIG', 'SET', 'maxmemory', '0');
    await worker.until('delivered');
    expect((await bench.inState(id, 'completed')).record).toMatchObject({ delivered: [0] });
    expect(server.messages).toHaveLength(1);
  });
});
