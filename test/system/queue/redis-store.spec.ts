import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as bullmq from 'bullmq';
import * as ioredis from 'ioredis';
import { jobIdOf } from '../../../lib/queue/job/job-id.js';
import type { MailJob } from '../../../lib/queue/job/mail-job.js';
import { contentName } from '../../../lib/queue/store/content-name.js';
import { jobOptions } from '../../../lib/queue/store/job-options.js';
import type { NewJob } from '../../../lib/queue/store/queue-store.js';
import type { RedisStoreOptions } from '../../../lib/queue/store/redis/redis-store.js';
import { RedisStore } from '../../../lib/queue/store/redis/redis-store.js';
import { StoreUnavailableError } from '../../../lib/queue/store/store-unavailable-error.js';
import { freePorts } from '../../support/free-ports.js';
import type { RedisServerOptions } from '../../support/redis-server.js';
import { RedisServer } from '../../support/redis-server.js';
import { useEnds } from '../../support/test-ends.js';

const TIMEOUT_MS = 1500;
const PASSWORD = 'hunter2-is-the-password';

const ends = useEnds();

async function startRedis(options?: RedisServerOptions): Promise<RedisServer> {
  const server = await RedisServer.start(options);
  ends.push(() => server.close());
  return server;
}

interface Opened {
  readonly store: RedisStore;
  readonly said: string[];
}

function open(connection: RedisStoreOptions['connection'], options: Partial<RedisStoreOptions> = {}): Opened {
  const said: string[] = [];
  const store = new RedisStore(
    { ioredis, bullmq },
    {
      connection,
      place: 'localhost:6379',
      prefix: 'bull',
      name: 'mail',
      jobs: jobOptions({ seconds: 60 }, { seconds: 60 }),
      timeoutMs: TIMEOUT_MS,
      ...options,
    },
    { onTrouble: words => void said.push(words), onRecovered: () => void said.push('recovered') },
  );
  ends.push(() => store.close(1000));
  return { store, said };
}

function newJob(key: string, changes: Partial<NewJob> = {}): NewJob {
  const data: MailJob = {
    format: 1,
    messageId: `<${key}@example.com>`,
    size: 12,
    recipients: ['a***@example.com'],
    queuedAt: 1,
    dueAt: 1,
    token: randomUUID(),
    content: { bytes: 'AAAA' },
  };
  return { id: jobIdOf({ messageId: key }), name: 'mail', data, delayMs: 0, priority: 10, ...changes };
}

function largeJob(key: string, octets: number): NewJob & { content: Buffer } {
  const small = newJob(key);
  const name = contentName(small.id, small.data.token);
  return {
    ...small,
    data: { ...small.data, content: { place: 'store', name } },
    content: randomBytes(octets),
  };
}

async function failureOf(running: Promise<unknown>): Promise<StoreUnavailableError> {
  const error: unknown = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof StoreUnavailableError) return error;
  throw new Error(`no StoreUnavailableError but ${inspect(error)}`);
}

async function took(running: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await running.catch(() => {});
  return performance.now() - begun;
}

describe('A queue in Redis', () => {
  it('keeps a job, and tells a second one with the same id from it, with the data of the first', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    const [first, second] = [newJob('one'), newJob('one')];
    expect(await store.add(first, TIMEOUT_MS)).toEqual({ added: true, data: first.data });
    expect(await store.add(second, TIMEOUT_MS)).toEqual({ added: false, data: first.data });
    const queue = await store.queue(TIMEOUT_MS);
    expect(await queue.getJobCounts('prioritized', 'waiting', 'delayed')).toEqual({
      prioritized: 1,
      waiting: 0,
      delayed: 0,
    });
    expect((await queue.getJob(first.id))?.data).toEqual(first.data);
  });

  it('lets one of fifty concurrent jobs with one id in, over two connections', async () => {
    const redis = await startRedis();
    const stores = [open(redis.url).store, open(redis.url).store];
    const added = await Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const job = newJob('one');
        return stores[index % 2]?.add(job, TIMEOUT_MS).then(result => ({ ...result, own: job.data }));
      }),
    );
    const winners = added.filter(result => result?.added === true);
    expect(winners).toHaveLength(1);
    expect(new Set(added.map(result => inspect(result?.data)))).toEqual(new Set([inspect(winners[0]?.own)]));
  });

  it('tells its own job from an earlier one also after Redis has forgotten its scripts', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    await store.add(newJob('first'), TIMEOUT_MS);
    await redis.cli('SCRIPT', 'FLUSH');
    const job = newJob('second');
    expect(await store.add(job, TIMEOUT_MS)).toEqual({ added: true, data: job.data });
    await redis.cli('SCRIPT', 'FLUSH');
    expect(await store.add(newJob('second'), TIMEOUT_MS)).toEqual({ added: false, data: job.data });
  });

  it('keeps two queues of one server apart, by prefix and by name', async () => {
    const redis = await startRedis();
    const stores = [open(redis.url), open(redis.url, { prefix: 'other' }), open(redis.url, { name: 'bulk' })];
    for (const { store } of stores) expect((await store.add(newJob('one'), TIMEOUT_MS)).added).toBe(true);
  });

  it('delays a job by a year', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    const job = newJob('later', { delayMs: 365 * 86_400_000 });
    await store.add(job, TIMEOUT_MS);
    const queue = await store.queue(TIMEOUT_MS);
    expect(await (await queue.getJob(job.id))?.getState()).toBe('delayed');
  });

  it('reads the data of a job that somebody has edited into what is no JSON', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    const job = newJob('one');
    await store.add(job, TIMEOUT_MS);
    await redis.cli('HSET', `bull:mail:${job.id}`, 'data', '{"a');
    expect(await store.add(newJob('one'), TIMEOUT_MS)).toEqual({ added: false, data: undefined });
  });
});

describe('A queue in Redis, without its server', () => {
  it('refuses a job within the time, saying why, when no server has ever been there, and takes it once there is one', async () => {
    const [port = 0] = await freePorts(1);
    const { store, said } = open(`redis://127.0.0.1:${port}`);
    const begun = performance.now();
    const error = await failureOf(store.add(newJob('one'), 500));
    expect(performance.now() - begun).toBeLessThan(1500);
    expect(error).toMatchObject({
      message: 'nobody listens there (ECONNREFUSED) (waited 500 ms)',
      maybeWritten: false,
    });
    const redis = await startRedis({ port });
    expect((await store.add(newJob('one'), 5000)).added).toBe(true);
    expect(await redis.cli('DBSIZE')).not.toBe('0');
    expect(said).toEqual(['nobody listens there (ECONNREFUSED)', 'recovered']);
  });

  it('never carries out later what it has refused', async () => {
    const redis = await startRedis();
    const { store, said } = open(redis.url);
    await store.add(newJob('before'), TIMEOUT_MS);
    await redis.kill();
    // Until the system tells of the end of the connection, a command is still handed to it.
    await until(() => said.length > 0);
    const refused = await Promise.all(
      Array.from({ length: 20 }, (_, index) => failureOf(store.add(newJob(`refused ${index}`), 300))),
    );
    expect(refused.map(({ maybeWritten }) => maybeWritten)).toEqual(Array(20).fill(false));
    await redis.restart();
    expect((await store.add(newJob('after'), 5000)).added).toBe(true);
    await sleep(500);
    const queue = await store.queue(TIMEOUT_MS);
    expect((await queue.getPrioritized()).map(({ data }) => data.messageId)).toEqual(['<after@example.com>']);
  });

  it('does not know what became of a job that a server which stands still was given, and hands it no further ones', async () => {
    const redis = await startRedis();
    const { store, said } = open(redis.url);
    await store.add(newJob('before'), TIMEOUT_MS);
    redis.stop();
    const given = await failureOf(store.add(newJob('given'), 1000));
    expect(given).toMatchObject({ maybeWritten: true });
    await sleep(1000);
    const later = await failureOf(store.add(newJob('later'), 500));
    expect(later).toMatchObject({ maybeWritten: false });
    redis.cont();
    expect((await store.add(newJob('after'), 5000)).added).toBe(true);
    const queue = await store.queue(TIMEOUT_MS);
    const ids = (await queue.getPrioritized()).map(({ data }) => data.messageId);
    expect(ids).not.toContain('<later@example.com>');
    expect(said).toEqual(['it does not answer', 'recovered']);
  });

  it('does not know what became of a job whose connection was lost', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    await store.add(newJob('before'), TIMEOUT_MS);
    redis.stop();
    const adding = failureOf(store.add(newJob('given'), 5000));
    await sleep(100);
    await redis.kill();
    const begun = performance.now();
    expect(await adding).toMatchObject({
      message: 'the connection was lost before the answer came',
      maybeWritten: true,
    });
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it('ends the wait when its caller does', async () => {
    const [port = 0] = await freePorts(1);
    const { store } = open(`redis://127.0.0.1:${port}`);
    const reason = new Error('the caller has had enough');
    const error = await failureOf(store.add(newJob('one'), 60_000, AbortSignal.abort(reason)));
    expect(error).toMatchObject({ maybeWritten: false, cause: reason });
    const controller = new AbortController();
    const adding = failureOf(store.add(newJob('one'), 60_000, controller.signal));
    await sleep(100);
    controller.abort(reason);
    expect(await adding).toMatchObject({ maybeWritten: false, cause: reason });
  });

  it('goes on after a restart with the same queue of BullMQ', async () => {
    const redis = await startRedis({ aof: 'always' });
    const { store } = open(redis.url);
    const queue = await store.queue(TIMEOUT_MS);
    await store.add(newJob('one'), TIMEOUT_MS);
    for (let time = 0; time < 3; time++) {
      await redis.restart();
      await store.add(newJob(`after ${time}`), 5000);
    }
    expect(await store.queue(TIMEOUT_MS)).toBe(queue);
    expect(await queue.getPrioritizedCount()).toBe(4);
  });
});

describe('A Redis that refuses', () => {
  it('for want of memory: nothing was written, and what to do is said', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    await store.add(newJob('before'), TIMEOUT_MS);
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1');
    const error = await failureOf(store.add(newJob('one'), TIMEOUT_MS));
    expect(error).toMatchObject({
      message: 'Redis has used up its memory (maxmemory): give it more, and see why mails are not delivered',
      maybeWritten: false,
    });
    const large = largeJob('large', 300_000);
    expect(await failureOf(store.add(large, TIMEOUT_MS))).toMatchObject({ maybeWritten: false });
    await redis.cli('CONFIG', 'SET', 'maxmemory', '0');
    expect(await redis.cli('--raw', 'KEYS', '*content*')).toBe('');
    expect((await store.add(newJob('one'), TIMEOUT_MS)).added).toBe(true);
  });

  it('because it is a replica', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    await store.add(newJob('before'), TIMEOUT_MS);
    const [nobody = 0] = await freePorts(1);
    await redis.cli('REPLICAOF', '127.0.0.1', String(nobody));
    const error = await failureOf(store.add(newJob('one'), TIMEOUT_MS));
    expect(error).toMatchObject({ maybeWritten: false });
    expect(error.message).toContain('it is a read-only replica');
    await redis.cli('REPLICAOF', 'NO', 'ONE');
    expect((await store.add(newJob('one'), 5000)).added).toBe(true);
  });

  it.each([
    ['without a password', (port: number) => `redis://127.0.0.1:${port}`, 'Redis wants a password'],
    [
      'with a wrong one',
      (port: number) => `redis://:wrong-secret@127.0.0.1:${port}`,
      'Redis refuses the user name or password',
    ],
    [
      'with a wrong user',
      (port: number) => ({ host: '127.0.0.1', port, username: 'nobody', password: 'wrong-secret' }),
      'Redis refuses the user name or password',
    ],
  ])('a connection %s, and shows no password anywhere', async (_case, connection, words) => {
    const redis = await startRedis({ password: PASSWORD });
    const { store, said } = open(connection(redis.port));
    const error = await failureOf(store.add(newJob('one'), TIMEOUT_MS));
    expect(error.message).toContain(words);
    expect(error.maybeWritten).toBe(false);
    expect(said).toHaveLength(1);
    const shown = inspect([error, said, store], { depth: 20, showHidden: true, getters: true });
    for (const secret of [PASSWORD, 'wrong-secret']) expect(`${error.stack}${shown}`).not.toContain(secret);
  });

  it('commands of a user who may do little, in words', async () => {
    const redis = await startRedis();
    await redis.cli('ACL', 'SETUSER', 'few', 'on', '>few-secret', '~*', '+info', '+client', '+ping');
    const { store } = open({ host: '127.0.0.1', port: redis.port, username: 'few', password: 'few-secret' });
    const error = await failureOf(store.add(newJob('one'), TIMEOUT_MS));
    expect(error).toMatchObject({ maybeWritten: false });
    expect(error.message).toContain('ACL');
    // CONFIG is forbidden, so nobody knows whether it keeps anything on disk.
    expect(await store.warnings(TIMEOUT_MS)).toEqual([]);
  });

  it('an answer in time: errors hold nothing of what was sent', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    await store.add(newJob('before'), TIMEOUT_MS);
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1');
    const job = newJob('one', { name: 'reset-password' });
    const secret = 'bytes-of-the-mail';
    const error = await failureOf(
      store.add({ ...job, data: { ...job.data, content: { bytes: secret } } }, TIMEOUT_MS),
    );
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(secret);
  });
});

describe('Large mails in Redis', () => {
  it('fail in time when the server stands still: nobody waits for their removal', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    await store.add(newJob('before'), TIMEOUT_MS);
    redis.stop();
    const begun = performance.now();
    const error = await failureOf(store.add(largeJob('large', 5_000_000), 200));
    expect(performance.now() - begun).toBeLessThan(700);
    expect(error).toMatchObject({ maybeWritten: false });
    redis.cont();
    expect((await store.add(newJob('after'), 5000)).added).toBe(true);
  });

  it('are written before their job, in pieces, and read back, 100 MB of them too', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    for (const octets of [1, 4 * 1024 * 1024, 4 * 1024 * 1024 + 1, 100_000_000]) {
      const job = largeJob(`of ${octets}`, octets);
      expect((await store.add(job, 5000)).added).toBe(true);
      const read = await store.contents.read(job.data.content?.name ?? '');
      expect(read?.equals(job.content)).toBe(true);
      await store.contents.remove(job.data.content?.name ?? '');
      expect(await store.contents.read(job.data.content?.name ?? '')).toBeUndefined();
    }
    expect(await redis.cli('--raw', 'KEYS', '*content*')).toBe('');
  });

  it('of a duplicate leave nothing behind, and the first one as it is', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    const [first, second] = [largeJob('one', 200_000), largeJob('one', 300_000)];
    await store.add(first, TIMEOUT_MS);
    expect((await store.add(second, TIMEOUT_MS)).added).toBe(false);
    expect((await store.contents.read(first.data.content?.name ?? ''))?.equals(first.content)).toBe(true);
    expect(await store.contents.read(second.data.content?.name ?? '')).toBeUndefined();
    expect(await redis.cli('ZCARD', 'bull:mail:contents')).toBe('1');
  });

  it('are named when they are old enough, in the time of the server', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    const jobs = Array.from({ length: 3 }, (_, index) => largeJob(String(index), 10));
    for (const job of jobs) await store.add(job, TIMEOUT_MS);
    const named = async (ageMs: number): Promise<string[]> => {
      const names: string[] = [];
      for await (const name of store.contents.olderThan(ageMs)) {
        names.push(name);
        if (ageMs === 0) await store.contents.remove(name);
      }
      return names.sort();
    };
    expect(await named(60_000)).toEqual([]);
    expect(await named(0)).toEqual(jobs.map(({ data }) => data.content?.name ?? '').sort());
    expect(await named(0)).toEqual([]);
  });

  it('that were cut in the middle have no job, and remove themselves', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    await store.queue(TIMEOUT_MS);
    const job = largeJob('one', 60_000_000);
    const adding = failureOf(store.add(job, 1000));
    await sleep(20);
    redis.stop();
    expect(await adding).toMatchObject({ maybeWritten: false });
    redis.cont();
    const queue = await store.queue(5000);
    await sleep(300);
    expect(await queue.getJob(job.id)).toBeUndefined();
    for (const key of (await redis.cli('--raw', 'KEYS', '*content:*')).split('\n').filter(Boolean))
      expect(Number(await redis.cli('PTTL', key))).toBeGreaterThan(0);
  });
});

describe('What an administrator is told of Redis', () => {
  it('is nothing when it keeps mails well', async () => {
    const redis = await startRedis({ aof: 'always' });
    expect(await open(redis.url).store.warnings(TIMEOUT_MS)).toEqual([]);
  });

  it('is that it evicts, and that it keeps nothing on disk', async () => {
    const redis = await startRedis({ policy: 'allkeys-lru', maxmemory: '100mb' });
    expect(await open(redis.url).store.warnings(TIMEOUT_MS)).toEqual([
      'Redis may remove mails when its memory is full: maxmemory-policy is allkeys-lru and must be noeviction.',
      'Redis keeps nothing on disk: mails in the queue are lost when it ends. Set appendonly yes, and appendfsync always where no second of records may be lost.',
    ]);
  });
});

describe('Workers and events over Redis', () => {
  it('wait for a server, work, and go on after it was killed', async () => {
    const [port = 0] = await freePorts(1);
    const { store } = open(`redis://127.0.0.1:${port}`);
    const done: (string | undefined)[] = [];
    const starting = store.worker(
      async job => void done.push(job.data.messageId),
      { concurrency: 2 },
      AbortSignal.timeout(60_000),
    );
    await sleep(700);
    const redis = await startRedis({ port, aof: 'always' });
    const worker = await starting;
    expect(worker.opts.maxStalledCount).toBe(2_147_483_647);
    const running = worker.run();
    await store.add(newJob('one'), 5000);
    await until(() => done.length === 1);
    await redis.restart();
    await store.add(newJob('two'), 5000);
    await until(() => done.length === 2);
    expect(done).toEqual(['<one@example.com>', '<two@example.com>']);
    await worker.close();
    await running;
  });

  it('are told of what workers did', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    const events = await store.events(TIMEOUT_MS);
    const completed: string[] = [];
    events.on('completed', ({ jobId }) => void completed.push(jobId));
    const worker = await store.worker(async () => 1, {}, AbortSignal.timeout(10_000));
    void worker.run();
    await sleep(100);
    const job = newJob('one');
    await store.add(job, TIMEOUT_MS);
    await until(() => completed.length === 1);
    expect(completed).toEqual([job.id]);
  });

  it('are ended with the store within its time, whatever the server does', async () => {
    const redis = await startRedis();
    const { store } = open(redis.url);
    await store.queue(TIMEOUT_MS);
    await store.events(TIMEOUT_MS);
    const worker = await store.worker(async () => 1, {}, AbortSignal.timeout(10_000));
    const running = worker.run();
    await store.add(newJob('one'), TIMEOUT_MS);
    redis.stop();
    expect(await took(store.close(1000))).toBeLessThan(1500);
    expect(await took(store.close(1000))).toBeLessThan(1500);
    redis.cont();
    expect(await failureOf(store.add(newJob('two'), 500))).toMatchObject({ maybeWritten: false });
    await Promise.race([running, sleep(2000)]);
  });

  it('give up waiting for a server when they are told to', async () => {
    const [port = 0] = await freePorts(1);
    const { store } = open(`redis://127.0.0.1:${port}`);
    await failureOf(store.worker(async () => 1, {}, AbortSignal.timeout(300)));
    expect(await failureOf(store.events(300))).toMatchObject({ maybeWritten: false });
  });
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('did not happen in time');
    await sleep(20);
  }
}
