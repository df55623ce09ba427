import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Job } from 'bullmq';
import { UnrecoverableError, Worker } from 'bullmq';
import { MailQueue } from '../../../lib/queue/admin/mail-queue.js';
import type { MailJob } from '../../../lib/queue/job/mail-job.js';
import { SealingKeys } from '../../../lib/queue/job/sealing-keys.js';
import { resolveQueueOptions } from '../../../lib/queue/options/read-queue-options.js';
import { openStore } from '../../../lib/queue/store/open-store.js';
import type { QueueStore } from '../../../lib/queue/store/queue-store.js';
import { RedisServer } from '../../support/redis-server.js';
import { rejection } from '../../support/rejection.js';
import { newJobId, storedJob } from '../../support/stored-job.js';

let server: RedisServer;
let store: QueueStore;
let mails: MailQueue;
const workers: Worker<MailJob>[] = [];

async function storeAt({ url }: RedisServer): Promise<QueueStore> {
  const options = await resolveQueueOptions({ connection: url, timeoutMs: 2000 });
  return openStore(options, { onTrouble: () => {}, onRecovered: () => {} });
}

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.cli('FLUSHALL');
  store = await storeAt(server);
  mails = new MailQueue({ store, timeoutMs: 2000, keys: new SealingKeys() });
});
afterEach(async () => {
  mails.onApplicationShutdown();
  await Promise.all(workers.splice(0).map(worker => worker.close(true)));
  await store.close(1000);
});

async function put(
  more: Partial<MailJob> = {},
  { id = newJobId(), delay = 0, priority = 10 } = {},
): Promise<string> {
  const queue = await store.queue(2000);
  await queue.add('mail', storedJob(more), { jobId: id, delay, priority, attempts: 1 });
  return id;
}

/** A worker whose tries end as `end` says. */
async function work(end: (job: Job<MailJob>) => Promise<unknown>): Promise<Worker<MailJob>> {
  const worker = new Worker<MailJob>('mail', end, {
    connection: { port: server.port, host: server.host, maxRetriesPerRequest: null },
    concurrency: 5,
  });
  workers.push(worker);
  worker.on('error', () => {});
  await worker.waitUntilReady();
  return worker;
}
async function until(check: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error('It did not come to that within 10 s');
    await sleep(20);
  }
}
const refuse = async (): Promise<never> => {
  throw new UnrecoverableError('550 ann@contoso.com is unknown');
};

describe('counts()', () => {
  it('is all zero for a queue that nobody has used', async () => {
    expect(await mails.counts()).toEqual({ waiting: 0, delayed: 0, active: 0, failed: 0, workers: 0 });
  });

  it('tells mails by their state, of every priority, and the connected workers', async () => {
    await put({}, { priority: 0 });
    await put({}, { priority: 1 });
    await put({}, { priority: 10 });
    await put({ dueAt: Date.now() + 60_000 }, { delay: 60_000 });
    expect(await mails.counts()).toMatchObject({ waiting: 3, delayed: 1, active: 0, failed: 0, workers: 0 });
    let release = (): void => {};
    const held = new Promise<void>(resolve => (release = resolve));
    await work(job => (job.priority === 1 ? held : refuse()));
    await until(async () => (await mails.counts()).failed === 2);
    expect(await mails.counts()).toEqual({ waiting: 0, delayed: 1, active: 1, failed: 2, workers: 1 });
    release();
  });

  it('a paused queue has the same mails waiting, and says that it is paused', async () => {
    await put();
    await put({}, { priority: 0 });
    await mails.pause();
    await put();
    expect(await mails.counts()).toMatchObject({ waiting: 3, paused: true });
    await mails.resume();
    expect(await mails.counts()).not.toHaveProperty('paused');
  });

  it('oldestAgeMs is the age of the oldest mail that waits, whatever its priority', async () => {
    const now = Date.now();
    for (let old = 0; old < 5; old++) await put({ dueAt: now - 1000 }, { priority: 1 });
    await put({ dueAt: now - 60_000 }, { priority: 10 });
    await put({ dueAt: now - 5000 }, { priority: 10 });
    await put({ dueAt: now - 2000 }, { priority: 2000 });
    const { oldestAgeMs = 0 } = await mails.counts();
    expect(oldestAgeMs).toBeGreaterThanOrEqual(60_000);
    expect(oldestAgeMs).toBeLessThan(70_000);
  });

  it('a mail of a later time does not count before its time, and counts from then on although no worker runs', async () => {
    const dueAt = Date.now() + 1000;
    await put({ dueAt }, { delay: 1000 });
    expect(await mails.counts()).not.toHaveProperty('oldestAgeMs');
    await until(async () => (await mails.counts()).oldestAgeMs !== undefined);
    expect((await mails.counts()).oldestAgeMs).toBeLessThan(10_000);
  });

  it('a mail that is tried again does not count from when it was sent', async () => {
    const record = { tries: 1, delivered: [], refused: [], deferred: [], triedAt: Date.now() - 3_600_000 };
    await put({ dueAt: Date.now() - 7_200_000, record });
    await put({ dueAt: Date.now() - 4000 });
    const { oldestAgeMs = 0 } = await mails.counts();
    expect(oldestAgeMs).toBeGreaterThanOrEqual(4000);
    expect(oldestAgeMs).toBeLessThan(60_000);
  });

  it('where CLIENT LIST is forbidden, it does not say that there is no worker', async () => {
    await put();
    await server.cli('ACL', 'SETUSER', 'default', '-client|list');
    try {
      const counts = await mails.counts();
      expect(counts).toMatchObject({ waiting: 1 });
      expect(counts).not.toHaveProperty('workers');
    } finally {
      await server.cli('ACL', 'SETUSER', 'default', '+client|list');
    }
  });
});

describe('failed()', () => {
  it('tells the newest first, masked, in pages', async () => {
    const ids: string[] = [];
    for (let number = 0; number < 5; number++) ids.push(await put({ messageId: `<${number}@contoso.com>` }));
    await work(refuse);
    await until(async () => (await mails.counts()).failed === 5);
    const all = await mails.failed();
    expect(all.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(all[0]).toMatchObject({
      template: 'notification',
      recipients: ['a***@contoso.com', 'b***@contoso.com'],
      reason: '550 a***@contoso.com is unknown',
    });
    const times = all.map(({ failedAt }) => failedAt.getTime());
    expect(times).toEqual(times.toSorted((left, right) => right - left));
    const pages = [
      ...(await mails.failed(0, 2)),
      ...(await mails.failed(1, 2)),
      ...(await mails.failed(2, 2)),
    ];
    expect(pages).toEqual(all);
    expect(await mails.failed(3, 2)).toEqual([]);
  });

  it.each([
    [-1, 100],
    [0.5, 100],
    [0, 0],
    [0, 1001],
    [0, Number.NaN],
  ])('page %p of size %p is a RangeError', async (page, size) => {
    expect(await rejection(mails.failed(page, size))).toBeInstanceOf(RangeError);
  });

  it('a job that another program has put there is shown and takes nothing down', async () => {
    const queue = await store.queue(2000);
    await queue.add('theirs', JSON.parse('{"recipients":[1,{"a":2}],"record":"x"}') as MailJob, {
      jobId: 'x1',
    });
    await queue.add('theirs', JSON.parse('null') as MailJob, { jobId: 'x2' });
    await work(refuse);
    await until(async () => (await mails.counts()).failed === 2);
    expect(await mails.failed()).toEqual([
      expect.objectContaining({ messageId: '', recipients: [] }),
      expect.objectContaining({ messageId: '', recipients: [] }),
    ]);
  });
});

describe('retry()', () => {
  it('puts a mail that has failed back in its priority, and leaves its data alone', async () => {
    const record = {
      tries: 3,
      delivered: [0],
      refused: [{ at: 1, reason: 'no' }],
      deferred: [],
      triedAt: 1,
      endedAt: 2,
    };
    const id = await put({ record }, { priority: 7 });
    const worker = await work(refuse);
    await until(async () => (await mails.counts()).failed === 1);
    await worker.close(true);
    await mails.retry(id);
    const job = await (await store.queue(2000)).getJob(id);
    expect(await mails.counts()).toMatchObject({ waiting: 1, failed: 0 });
    expect(job).toMatchObject({ priority: 7, data: { record } });
  });

  it('of two at the same time one succeeds, and the other says that the mail was not given up', async () => {
    const id = await put();
    const worker = await work(refuse);
    await until(async () => (await mails.counts()).failed === 1);
    await worker.close(true);
    const both = await Promise.allSettled([mails.retry(id), mails.retry(id)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await mails.counts()).waiting).toBe(1);
  });

  it('says of an unknown id, and of a mail that waits, what is the matter', async () => {
    expect(await rejection(mails.retry('mnothing'))).toMatchObject({
      name: 'MailQueueError',
      code: 'EMAILQUEUE',
      refusal: 'not-found',
      jobId: 'mnothing',
    });
    expect(await rejection(mails.retry(await put()))).toMatchObject({
      refusal: 'not-failed',
      message: expect.stringContaining('was not given up'),
    });
  });
});

describe('retryAll()', () => {
  it('puts all back, and tells how far it is', async () => {
    for (let number = 0; number < 250; number++) await put();
    const worker = await work(refuse);
    await until(async () => (await mails.counts()).failed === 250);
    await worker.close(true);
    const steps: number[] = [];
    expect(await mails.retryAll({ onProgress: retried => steps.push(retried) })).toBe(250);
    expect(steps).toEqual([100, 200, 250]);
    expect(await mails.counts()).toMatchObject({ waiting: 250, failed: 0 });
  });

  it('ends although all fail again at once', async () => {
    for (let number = 0; number < 120; number++) await put();
    let tries = 0;
    await work(async () => {
      tries++;
      return refuse();
    });
    await until(async () => (await mails.counts()).failed === 120);
    expect(await mails.retryAll()).toBe(120);
    await until(() => tries === 240);
    await sleep(100);
    expect(tries).toBe(240);
  });

  it('ends between two batches when it is told to', async () => {
    for (let number = 0; number < 150; number++) await put();
    const worker = await work(refuse);
    await until(async () => (await mails.counts()).failed === 150);
    await worker.close(true);
    const stop = new AbortController();
    expect(await mails.retryAll({ signal: stop.signal, onProgress: () => stop.abort() })).toBe(100);
    expect((await mails.counts()).failed).toBe(50);
  });

  it('goes past what is listed as failed and is gone', async () => {
    await put();
    const worker = await work(refuse);
    await until(async () => (await mails.counts()).failed === 1);
    await worker.close(true);
    await server.cli('ZADD', 'bull:mail:failed', '1', 'mgone');
    expect(await mails.retryAll()).toBe(1);
  });
});

describe('drop()', () => {
  it('takes out a mail that waits, is delayed, has failed or is delivered', async () => {
    const later = await put({}, { delay: 60_000 });
    const waiting = await put();
    await mails.drop(waiting);
    await mails.drop(later);
    const failed = await put({}, { priority: 1 });
    const done = await put({}, { priority: 2 });
    await work(job => (job.id === failed ? refuse() : Promise.resolve()));
    await until(
      async () => (await mails.counts()).failed === 1 && (await mails.progress(done)).state === 'delivered',
    );
    await mails.drop(failed);
    await mails.drop(done);
    const left = await server.cli('KEYS', 'bull:mail:m0*');
    expect(left).toBe('');
  });

  it('a mail that a worker has stays, with words', async () => {
    const id = await put();
    let release = (): void => {};
    const held = new Promise<void>(resolve => (release = resolve));
    await work(() => held);
    await until(async () => (await mails.counts()).active === 1);
    expect(await rejection(mails.drop(id))).toMatchObject({ code: 'EMAILQUEUE', refusal: 'active' });
    expect((await mails.progress(id)).state).toBe('active');
    release();
  });

  it.each(['mnothing', 'meta', 'wait', '', 'id', '../x'])(
    'the id %p is none: nothing is removed',
    async id => {
      await put({}, { priority: 0 });
      const keys = await server.cli('DBSIZE');
      expect(await rejection(mails.drop(id))).toMatchObject({ refusal: 'not-found' });
      expect(await server.cli('DBSIZE')).toBe(keys);
    },
  );
});

describe('pause() and resume()', () => {
  it('hold for all workers, and outlive them', async () => {
    await mails.pause();
    const id = await put();
    const first = await work(async () => {});
    await sleep(200);
    await first.close();
    await work(async () => {});
    await sleep(200);
    expect((await mails.progress(id)).state).toBe('waiting');
    await mails.resume();
    await until(async () => (await mails.progress(id)).state === 'delivered');
  });
});

describe('on()', () => {
  it.each(['completed', '', 'toString', undefined])('%p is no event, which is said at once', event => {
    expect(() => mails.on(event as 'failed', () => {})).toThrow(
      new RangeError(
        `A mail queue has no event "${String(event)}"; there are queued, delivered, deferred, failed, paused and resumed`,
      ),
    );
  });

  it('tells what happens in the queue, until it is ended', async () => {
    const heard: [string, object][] = [];
    const ends = (['queued', 'delivered', 'deferred', 'failed', 'paused', 'resumed'] as const).map(event =>
      mails.on(event, facts => heard.push([event, facts])),
    );
    mails.on('queued', () => {
      throw new Error('a listener that fails');
    });
    // Nothing is told before the store is reached.
    await until(async () => {
      await mails.pause();
      await mails.resume();
      return heard.length > 0;
    });
    const later = await put({}, { delay: 60_000 });
    const gone = await put({}, { priority: 1 });
    const good = await put({}, { priority: 2 });
    await work(job => (job.id === gone ? refuse() : Promise.resolve()));
    await until(
      () => heard.some(([event]) => event === 'delivered') && heard.some(([event]) => event === 'failed'),
    );
    expect(heard).toEqual(
      expect.arrayContaining([
        ['queued', { id: good }],
        ['deferred', { id: later, dueAt: expect.any(Number) }],
        ['failed', { id: gone, reason: '550 a***@contoso.com is unknown' }],
        ['delivered', { id: good }],
        ['paused', {}],
        ['resumed', {}],
      ]),
    );
    const due = heard.find(([event]) => event === 'deferred')?.[1];
    expect(Math.abs(Reflect.get(due ?? {}, 'dueAt') - Date.now() - 60_000)).toBeLessThan(10_000);
    for (const end of ends) end();
    const known = heard.length;
    await put();
    await sleep(200);
    expect(heard).toHaveLength(known);
  });
});

describe('progress()', () => {
  it('of an unknown id is unknown', async () => {
    expect(await mails.progress('meta')).toEqual({
      state: 'unknown',
      accepted: [],
      rejected: [],
      attempts: 0,
    });
  });

  it('follows a mail to its outcome, recipient by recipient', async () => {
    const refused = [{ at: 1, reason: '5.1.1 unknown', code: 550 }];
    const id = await put();
    expect(await mails.progress(id)).toMatchObject({ state: 'waiting', accepted: [], attempts: 0 });
    await work(async job => {
      await job.updateData({
        ...job.data,
        record: { tries: 1, delivered: [0], refused, deferred: [], triedAt: Date.now(), endedAt: Date.now() },
      });
      throw new UnrecoverableError('1 of 2 recipients: 5.1.1 unknown');
    });
    await until(async () => (await mails.progress(id)).state === 'partly');
    expect(await mails.progress(id)).toEqual({
      state: 'partly',
      accepted: ['a***@contoso.com'],
      rejected: [{ address: 'b***@contoso.com', code: 550, response: '5.1.1 unknown', retryable: false }],
      attempts: 1,
      reason: '1 of 2 recipients: 5.1.1 unknown',
    });
    expect((await mails.failed()).map(mail => mail.id)).toEqual([id]);
  });
});

describe('When the store', () => {
  it('is away, everything rejects within timeoutMs and names the queue', async () => {
    const own = await RedisServer.start();
    const away = await storeAt(own);
    const queue = new MailQueue({ store: away, timeoutMs: 400, keys: new SealingKeys() });
    try {
      await queue.counts();
      for (const trouble of ['stopped', 'killed'] as const) {
        if (trouble === 'stopped') own.stop();
        else await own.kill();
        const calls = [
          () => queue.counts(),
          () => queue.failed(),
          () => queue.retry('mx'),
          () => queue.retryAll(),
          () => queue.drop('mx'),
          () => queue.pause(),
          () => queue.resume(),
          () => queue.progress('mx'),
        ];
        for (const call of calls) {
          const begun = performance.now();
          const error = await rejection(call());
          expect(performance.now() - begun).toBeLessThan(2500);
          expect(error).toMatchObject({ code: 'EMAILCONNECT', name: 'MailDeliveryError' });
          expect(String(error)).toContain('The queue "mail" in Redis at ');
        }
      }
      await own.restart();
      await until(() =>
        queue.counts().then(
          () => true,
          () => false,
        ),
      );
    } finally {
      await away.close(1000);
      await own.close();
    }
  });
});
