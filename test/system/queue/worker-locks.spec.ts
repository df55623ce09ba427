import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { QueueBench, settingsFor, untilTrue } from '../../support/queue-bench.js';

let bench: QueueBench;
beforeEach(async () => {
  bench = await QueueBench.start();
});
afterEach(() => bench.close());

const SHORT = { lockMs: 600, stalledIntervalMs: 300, stalledWaitMs: 100 };

describe('The lock of a job', () => {
  it('is renewed for as long as a mail takes', async () => {
    const server = await bench.serve({}, { delayDotMs: 2500 });
    const worker = await bench.worker(settingsFor(server), { tuning: SHORT });
    const other = await bench.worker(settingsFor(server), { tuning: SHORT });
    const id = await bench.add();
    await bench.inState(id, 'completed');
    await delay(1000);
    expect(server.messages).toHaveLength(1);
    expect((await bench.job(id)).stalledCounter).toBe(0);
    expect(worker.of('delivered').length + other.of('delivered').length).toBe(1);
  });

  it('is asked for just before the end of a mail: one that has lost it sends no end', async () => {
    const held: (() => void)[] = [];
    const server = await bench.serve({
      DATA: () => ({ say: '354 go ahead', after: new Promise<void>(resolve => held.push(resolve)) }),
    });
    const id = await bench.add({ id: 'one' });
    const first = await bench.worker(settingsFor(server), { tuning: { ...SHORT, lockMs: 6000 } });
    await untilTrue(() => held.length === 1);
    await bench.redis.cli('SET', `bull:mail:${id}:lock`, 'another-worker');
    await delay(2100);
    held[0]?.();
    await delay(500);
    expect(server.messages).toEqual([]);
    expect(first.of('deferred')).toEqual([]);
    expect((await bench.job(id)).data.record).toBeUndefined();
    await bench.redis.cli('DEL', `bull:mail:${id}:lock`);
    const second = await bench.worker(settingsFor(server), { tuning: SHORT });
    await untilTrue(() => held.length === 2);
    held[1]?.();
    await untilTrue(() => server.messages.length === 1);
    await bench.inState(id, 'completed');
    expect(first.of('delivered').length + second.of('delivered').length).toBe(1);
  });

  it('does not fail a mail, however often its workers are killed', async () => {
    const id = await bench.add();
    const killed = { lockDuration: 200, stalledInterval: 150, skipLockRenewal: true };
    for (let kills = 0; kills < 4; kills++) {
      let taken = false;
      const never = async (): Promise<void> => {
        taken = true;
        await new Promise<never>(() => {});
      };
      const dying = await bench.store.worker(never, killed, new AbortController().signal);
      void dying.run();
      await untilTrue(() => taken);
      void dying.close(true).catch(() => {});
    }
    const server = await bench.serve();
    await bench.worker(settingsFor(server), { tuning: SHORT });
    await bench.inState(id, 'completed');
    expect((await bench.job(id)).stalledCounter).toBeGreaterThan(2);
    expect(server.messages).toHaveLength(1);
  });

  it('lets a worker that was cut off say what it has sent before another sends it again', async () => {
    const server = await bench.serve();
    const id = await bench.add();
    const dying = await bench.store.worker(
      () => new Promise<never>(() => {}),
      { lockDuration: 200, stalledInterval: 150, skipLockRenewal: true },
      new AbortController().signal,
    );
    void dying.run();
    await untilTrue(async () => (await (await bench.job(id)).getState()) === 'active');
    void dying.close(true).catch(() => {});
    await bench.worker(settingsFor(server), { tuning: { ...SHORT, stalledWaitMs: 1500 } });
    await untilTrue(async () => (await bench.job(id)).stalledCounter > 0);
    // The first worker is back, and has delivered the mail.
    const { content: _content, ...data } = (await bench.job(id)).data;
    const record = { tries: 1, delivered: [0], refused: [], deferred: [], triedAt: 1, endedAt: 1 };
    await (await bench.job(id)).updateData({ ...data, record });
    await bench.inState(id, 'completed');
    expect(server.messages).toEqual([]);
  });
});
