import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Job, Worker } from 'bullmq';
import type { MailJob } from '../../../lib/queue/job/mail-job.js';
import type { PostgresStore } from '../../../lib/queue/store/postgres/postgres-store.js';
import { newJob, postgresStore } from '../../support/postgres-queue.js';
import { PostgresServer } from '../../support/postgres-server.js';

let server: PostgresServer;
let store: PostgresStore;
let schema: string;
let schemas = 0;
const workers: Worker<MailJob>[] = [];
beforeAll(async () => {
  server = await PostgresServer.start();
});
beforeEach(() => {
  schema = `w${(schemas += 1)}`;
  store = postgresStore(server, { schema });
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map(worker => worker.close(true)));
  await store.close(1000);
});
afterAll(() => server?.close());

async function work(
  processor: (job: Job<MailJob>) => Promise<void>,
  options: Parameters<PostgresStore['worker']>[1] = {},
): Promise<Worker<MailJob>> {
  const worker = await store.worker(processor, options, new AbortController().signal);
  workers.push(worker);
  void worker.run();
  return worker;
}

async function until(condition: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('did not come about');
    await sleep(20);
  }
}

describe('A worker over PostgreSQL', () => {
  it('takes a mail of 200,000 characters, puts its outcome on record and completes it without its bytes', async () => {
    const queue = await store.queue(5000);
    const bytes = Buffer.alloc(150_000, 'x').toString('base64');
    const times: number[] = [];
    await work(async job => {
      expect(job.data.content?.bytes).toBe(bytes);
      const at = performance.now();
      await job.updateData({
        ...job.data,
        record: { tries: 1, delivered: [0], refused: [], deferred: [], triedAt: Date.now() },
      });
      times.push(performance.now() - at);
      const { content: _dropped, ...facts } = job.data;
      await job.updateData(facts);
    });
    for (let i = 0; i < 20; i += 1) await store.add(newJob(`m${i}`, {}, { content: { bytes } }), 5000);
    await until(async () => (await queue.getJobCountByTypes('completed')) === 20);
    const job = await queue.getJob('m0');
    expect(job?.data.record?.delivered).toEqual([0]);
    expect(JSON.stringify(job?.data).length).toBeLessThan(600);
    // The double of a delivered mail is still told from it.
    expect((await store.add(newJob('m0'), 5000)).added).toBe(false);
    expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(250);
  });

  it('is counted as one, by its connection, and no other connection of the application is', async () => {
    const queue = await store.queue(5000);
    await store.add(newJob('a'), 5000);
    expect(await queue.getWorkersCount()).toBe(0);
    const worker = await work(async () => undefined);
    await work(async () => undefined, { name: 'second' });
    await until(async () => (await queue.getWorkersCount()) === 2);
    await worker.close();
    await until(async () => (await queue.getWorkersCount()) === 1);
  });

  it('tells its events to all who listen', async () => {
    const told: string[] = [];
    const events = await store.events(5000);
    events.on('completed', ({ jobId }) => told.push(jobId));
    await work(async () => undefined);
    await sleep(300);
    await store.add(newJob('a'), 5000);
    await until(() => told.includes('a'));
    await events.close();
  });

  it('goes on by itself when PostgreSQL was killed and is there again, and so do sends and events', async () => {
    const done = new Set<string | undefined>();
    const told: string[] = [];
    const errors: string[] = [];
    const events = await store.events(5000);
    events.on('completed', ({ jobId }) => told.push(jobId));
    const worker = await work(async job => void done.add(job.id));
    worker.on('error', error => errors.push(error.message));
    await store.add(newJob('before'), 5000);
    await until(() => done.has('before'));
    for (const round of [1, 2]) {
      await server.kill();
      await expect(store.add(newJob(`lost${round}`), 500)).rejects.toMatchObject({ maybeWritten: false });
      await sleep(1500);
      await server.restart();
      await store.add(newJob(`after${round}`), 5000);
      await until(() => done.has(`after${round}`));
    }
    await until(() => told.includes('after2'), 30_000);
    expect(done).toEqual(new Set(['before', 'after1', 'after2']));
    // Told, and not as fast as the processor can.
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThan(50);
    await events.close();
  });

  it('waits for a server that is not there yet, until its signal fires', async () => {
    await server.kill();
    const ending = new AbortController();
    const none = store.worker(async () => undefined, {}, ending.signal);
    const waiting = store.worker(async () => undefined, {}, new AbortController().signal);
    await sleep(300);
    ending.abort(new Error('shutdown'));
    await expect(none).rejects.toThrow('shutdown');
    await server.restart();
    const worker = await waiting;
    workers.push(worker);
    expect(worker.isRunning()).toBe(false);
  });

  it('completes a mail once the server is back that went away while it was delivered', async () => {
    const queue = await store.queue(5000);
    let delivered = 0;
    await work(async () => {
      delivered += 1;
      await server.kill();
      setTimeout(() => void server.restart(), 500);
    });
    await store.add(newJob('a'), 5000);
    await until(async () => (await queue.getJobCountByTypes('completed').catch(() => 0)) === 1, 30_000);
    expect(delivered).toBe(1);
  });

  it('never fails a mail because its workers were killed time and again', async () => {
    const queue = await store.queue(5000);
    await store.add(newJob('a'), 5000);
    for (let kill = 0; kill < 3; kill += 1) {
      // As a worker that was killed: it has taken the job and is never heard of again.
      const dead = await store.worker(
        async () => undefined,
        { lockDuration: 300 },
        new AbortController().signal,
      );
      workers.push(dead);
      await until(async () => (await dead.getNextJob(`dead${kill}`))?.id === 'a');
      const alive = await store.worker(
        async () => undefined,
        { stalledInterval: 100 },
        new AbortController().signal,
      );
      await alive.startStalledCheckTimer();
      await until(async () => (await queue.getJobCountByTypes('waiting')) === 1);
      await alive.close(true);
    }
    expect(await queue.getJobCountByTypes('failed')).toBe(0);
  });
});
