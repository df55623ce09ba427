import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { MailDeliveryError } from 'nest-mailroom';
import { freePorts } from '../../support/free-ports.js';
import { HANG_MS } from '../../support/hang-guard.js';
import type { MailApp } from '../../support/mail-app.js';
import { MailSink } from '../../support/mail-sink.js';
import type { MailSinkOptions } from '../../support/mail-sink.js';
import { sealingKey, startQueueApp } from '../../support/queue-app.js';
import { RedisServer } from '../../support/redis-server.js';
import type { RedisServerOptions } from '../../support/redis-server.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { eventually } from '../postfix/eventually.js';
import { startDeliveringApp } from './delivering-app.js';
import { workerOptions } from './kills/kill-options.js';
import { QueueWorkerProcess, removeCompiledWorkers, stopQueueWorkers } from './kills/queue-worker-process.js';

const TO_ANN = { to: 'ann@contoso.test', subject: 'Hello', text: 'Hello, Ann.' };
const TIMEOUT_MS = 1000;
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const PATIENCE_MS = 120_000;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  await stopQueueWorkers();
  // The applications before their servers.
  while (closing.length > 0) await closing.pop()?.();
});

afterAll(removeCompiledWorkers);

async function redisServer(options: RedisServerOptions = { aof: 'always' }): Promise<RedisServer> {
  const server = await RedisServer.start(options);
  closing.push(() => server.close());
  return server;
}

async function mailServer(options?: MailSinkOptions): Promise<MailSink> {
  const server = await MailSink.start(options);
  closing.push(() => server.close());
  return server;
}

async function sending(...args: Parameters<typeof startQueueApp>) {
  const app = await startQueueApp(...args);
  closing.push(() => app.close());
  return app;
}

async function delivering(...args: Parameters<typeof startDeliveringApp>): Promise<MailApp> {
  const app = await startDeliveringApp(...args);
  closing.push(() => app.close());
  return app;
}

/** Whether an application has logged such a line. */
function logged({ logger }: MailApp, text: string | RegExp): boolean {
  return logger.lines.some(line => new RegExp(text).test(line));
}

/** The keys of the only job in a store. */
async function onlyJob(redis: RedisServer): Promise<string> {
  const keys = (await redis.cli('--scan', '--pattern', 'bull:mail:*')).split('\n');
  const hashes: string[] = [];
  for (const key of keys)
    if ((await redis.cli('HEXISTS', key, 'data').catch(() => '0')) === '1') hashes.push(key);
  expect(hashes).toHaveLength(1);
  return hashes[0] ?? '';
}

/** Lets somebody else edit the data of a job. */
async function edit(
  redis: RedisServer,
  job: string,
  change: (data: Record<string, unknown>) => unknown,
): Promise<void> {
  const data = JSON.parse(await redis.cli('HGET', job, 'data')) as Record<string, unknown>;
  await redis.cli('HSET', job, 'data', JSON.stringify(change(data)));
}

describe('A queue without a store', () => {
  it('lets the application start, fails sends in time and in words, and carries none of them out later', async () => {
    const [port = 0] = await freePorts(1);
    const queue = { connection: `redis://127.0.0.1:${port}`, timeoutMs: TIMEOUT_MS };
    const app = await sending(queue);
    const began = performance.now();
    const error: unknown = await app.mail.send(TO_ANN).catch((reason: unknown) => reason);
    expect(performance.now() - began).toBeLessThan(5 * TIMEOUT_MS);
    expect(error).toBeInstanceOf(MailDeliveryError);
    expect(error).toMatchObject({ code: 'EMAILCONNECT', retryable: true });
    expect(String(error)).toContain(`127.0.0.1:${port}`);
    const server = await mailServer();
    const worker = await delivering(queue, server);
    const redis = await redisServer({ port });
    await eventually('the queue can be used', async () =>
      app.queue.counts().then(
        () => true,
        () => false,
      ),
    );
    expect(await app.queue.counts()).toMatchObject({ waiting: 0, delayed: 0, active: 0 });
    await app.mail.send({ ...TO_ANN, subject: 'Second' });
    await server.waitForMessages(1);
    expect(server.messages[0]?.raw.toString()).toContain('Subject: Second');
    await worker.close();
    expect(redis.port).toBe(port);
  });

  it('goes on by itself when the store has been away, with what it holds', async () => {
    const redis = await redisServer();
    const server = await mailServer();
    const queue = { connection: redis.url, timeoutMs: TIMEOUT_MS };
    const app = await sending(queue);
    await app.mail.send({ ...TO_ANN, subject: 'First' });
    const worker = await delivering(queue, server);
    await server.waitForMessages(1);
    await redis.kill();
    await expect(app.mail.send({ ...TO_ANN, subject: 'Lost' })).rejects.toMatchObject({
      code: 'EMAILCONNECT',
    });
    // One that is back at once is no outage to tell of.
    await eventually('the worker says that it waits', () => logged(worker, 'the worker waits for it'));
    await redis.restart();
    const again = () =>
      app.mail.send({ ...TO_ANN, subject: 'Second' }).then(
        () => true,
        () => false,
      );
    await eventually('a send gets through', again);
    await server.waitForMessages(2);
    await eventually('the worker says that it goes on', () => logged(worker, 'can be used again'));
    expect(server.messages.map(({ raw }) => /^Subject: (.*)$/m.exec(raw.toString())?.[1]?.trim())).toEqual([
      'First',
      'Second',
    ]);
  });
});

describe('A store that is not as it should be', () => {
  it('that may throw away what it holds is told at start', async () => {
    const redis = await redisServer({ aof: 'always', maxmemory: '64mb', policy: 'allkeys-lru' });
    const app = await sending({ connection: redis.url });
    await eventually('it is told', () => logged(app, 'allkeys-lru'));
    expect(logged(app, 'noeviction')).toBe(true);
  });

  it('that keeps nothing over its end is told at start', async () => {
    const redis = await redisServer({});
    const app = await sending({ connection: redis.url });
    await eventually('it is told', () => logged(app, 'keeps nothing on disk'));
  });

  it('that is full refuses sends in words, holds nothing of them, and takes them when there is room', async () => {
    const redis = await redisServer();
    const app = await sending({ connection: redis.url, timeoutMs: TIMEOUT_MS });
    await app.queue.counts();
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1');
    const error: unknown = await app.mail.send(TO_ANN).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'EMAILCONNECT', retryable: true });
    expect(String(error)).toMatch(/memory|full/i);
    await redis.cli('CONFIG', 'SET', 'maxmemory', '0');
    expect(await app.queue.counts()).toMatchObject({ waiting: 0, delayed: 0 });
    expect(await app.mail.send(TO_ANN)).toMatchObject({ status: 'queued' });
  });
});

describe('A job that a worker cannot read', () => {
  it('because it has other keys waits for one that has them, and the log says what to do', async () => {
    const redis = await redisServer();
    const server = await mailServer();
    const key = sealingKey();
    const app = await sending({ connection: redis.url, keys: [key] });
    await app.mail.send({ ...TO_ANN, secrets: ['hunter2'], text: 'hunter2' });
    const wrong = await delivering({ connection: redis.url, keys: [sealingKey()] }, server);
    await eventually('it is told', () => logged(wrong, /key/i));
    await eventually('it waits', async () => (await app.queue.counts()).delayed === 1);
    expect(await app.queue.failed()).toEqual([]);
    await wrong.close();
    expect(server.messages).toEqual([]);
  });

  it('because it is of a newer version waits for a newer worker', async () => {
    const redis = await redisServer();
    const server = await mailServer();
    const app = await sending({ connection: redis.url });
    await app.mail.send(TO_ANN);
    await edit(redis, await onlyJob(redis), data => ({ ...data, format: 99 }));
    const worker = await delivering({ connection: redis.url }, server);
    await eventually('it is told', () => logged(worker, /format 99/));
    await eventually('it waits', async () => (await app.queue.counts()).delayed === 1);
    expect(await app.queue.failed()).toEqual([]);
    expect(server.messages).toEqual([]);
  });

  it.each([
    [
      'whose recipients somebody has changed',
      (data: object) => ({ ...data, recipients: ['x***@contoso.test', 'y'] }),
    ],
    [
      'whose bytes somebody has cut',
      (data: { content?: { bytes?: string } }) => ({
        ...data,
        content: { ...data.content, bytes: data.content?.bytes?.slice(0, 40) },
      }),
    ],
    ['that somebody has put there', () => ({ hello: 'world' })],
    ['that is not even an object', () => 'hello'],
  ] as const)('(%s) is given up with the reason, and the next one is delivered', async (_, change) => {
    const redis = await redisServer();
    const server = await mailServer();
    const keys = [sealingKey()];
    const app = await sending({ connection: redis.url, keys });
    await app.mail.send(TO_ANN);
    await edit(redis, await onlyJob(redis), change);
    await app.mail.send({ ...TO_ANN, subject: 'Second' });
    const worker = await delivering({ connection: redis.url, keys }, server);
    await server.waitForMessages(1);
    await eventually('the first is given up', async () => (await app.queue.counts()).failed === 1);
    const [failed] = await app.queue.failed();
    expect(failed?.reason).toMatch(/\w/);
    expect(JSON.stringify(failed)).not.toContain('ann@contoso.test');
    expect(server.messages).toHaveLength(1);
    await worker.close();
  });
});

describe('A large mail', () => {
  it(
    'of 100 MB goes through the queue, octet for octet, and leaves nothing behind',
    async () => {
      const redis = await redisServer({ aof: 'no' });
      const server = await mailServer();
      const app = await sending({ connection: redis.url, timeoutMs: 60_000 });
      const content = Buffer.alloc(73 * 1024 * 1024, 'Ä');
      await app.mail.send({ ...TO_ANN, attachments: [{ filename: 'large.bin', content }] });
      const worker = await delivering({ connection: redis.url }, server);
      await server.waitForMessages(1, HANG_MS);
      const size = server.messages[0]?.raw.length ?? 0;
      expect(size).toBeGreaterThan(100_000_000);
      // They are removed after the outcome is on record, and so after the server has the mail.
      await eventually('its bytes are gone', async () => {
        const memory = /used_memory:(\d+)/.exec(await redis.cli('INFO', 'memory'))?.[1];
        return Number(memory) < 50_000_000;
      });
      expect(await redis.cli('KEYS', '*content*')).toBe('');
      await worker.close();
    },
    PATIENCE_MS,
  );

  it('waits while its folder is gone, and no other mail waits for it', async () => {
    const redis = await redisServer();
    const server = await mailServer();
    const directory = temporaryDirectory();
    closing.push(() => directory.remove());
    const claimCheck = { directory: join(directory.path, 'claims'), above: 1024 };
    directory.write('claims/.keep', '');
    const queue = { connection: redis.url, claimCheck };
    const app = await sending(queue);
    await app.queue.pause();
    await app.mail.send({ ...TO_ANN, subject: 'Large', text: 'x'.repeat(10_000) });
    // A worker whose folder is gone at its start does not start.
    const worker = await delivering(queue, server);
    rmSync(claimCheck.directory, { recursive: true });
    await app.queue.resume();
    await app.mail.send({ ...TO_ANN, subject: 'Small' });
    await server.waitForMessages(1);
    expect(server.messages[0]?.raw.toString()).toContain('Subject: Small');
    await expect(
      app.mail.send({ ...TO_ANN, subject: 'Large too', text: 'x'.repeat(10_000) }),
    ).rejects.toMatchObject({ retryable: true });
    await eventually('it is told', () => logged(worker, 'claims'));
    expect(await app.queue.failed()).toEqual([]);
    expect(await app.queue.counts()).toMatchObject({ delayed: 1, failed: 0 });
  });
});

describe('Time and neighbours', () => {
  it.each([
    ['three days on', 3 * DAY_MS],
    ['a day back', -DAY_MS],
  ])(
    'a clock that is set %s while a mail waits for another try condemns no mail and delivers the next',
    async (_, byMs) => {
      const redis = await redisServer();
      let refusals = 3;
      const server = await mailServer({
        rejectRecipient: () => (refusals-- > 0 ? { code: 450, message: '4.2.0 later' } : undefined),
      });
      const app = await sending({ connection: redis.url });
      const worker = await QueueWorkerProcess.start(workerOptions({ connection: redis.url }, server));
      await worker.started();
      const first = await app.mail.send({ ...TO_ANN, subject: 'First' });
      await eventually(
        'it was tried',
        async () => (await app.queue.progress(first.jobId ?? '')).attempts > 0,
      );
      worker.setClock(byMs);
      await app.mail.send({ ...TO_ANN, subject: 'Second' });
      await server.waitForMessages(byMs > 0 ? 2 : 1);
      expect(await app.queue.failed()).toEqual([]);
      await worker.end();
    },
  );

  it('a mail that is to leave in a year waits, and keeps nobody busy', async () => {
    const redis = await redisServer();
    const server = await mailServer();
    const app = await sending({ connection: redis.url });
    await app.mail.send(TO_ANN, { delayMs: YEAR_MS });
    await delivering({ connection: redis.url }, server);
    await app.mail.send({ ...TO_ANN, subject: 'Now' });
    await server.waitForMessages(1);
    const commands = async (): Promise<number> =>
      Number(/total_commands_processed:(\d+)/.exec(await redis.cli('INFO', 'stats'))?.[1]);
    const before = await commands();
    await new Promise(resolve => setTimeout(resolve, 2000));
    // A timer of more than 24 days fires at once, again and again.
    expect((await commands()) - before).toBeLessThan(60);
    expect(await app.queue.counts()).toMatchObject({ waiting: 0, delayed: 1, active: 0 });
    expect(server.messages).toHaveLength(1);
  });

  it('two applications with one queue deliver each mail once', async () => {
    const redis = await redisServer();
    const server = await mailServer({ delayDataMs: 2 });
    const apps = [await sending({ connection: redis.url }), await sending({ connection: redis.url })];
    for (let worker = 0; worker < 2; worker++) await delivering({ connection: redis.url }, server);
    const subjects = Array.from({ length: 200 }, (_, index) => `Number ${index}.`);
    await Promise.all(subjects.map((subject, index) => apps[index % 2]?.mail.send({ ...TO_ANN, subject })));
    await server.waitForMessages(subjects.length);
    await eventually('nothing is left', async () => {
      const counts = await apps[0]?.queue.counts();
      return counts?.waiting === 0 && counts.active === 0;
    });
    const taken = server.messages.map(({ raw }) => /^Subject: (.*)$/m.exec(raw.toString())?.[1]?.trim());
    expect(taken.toSorted()).toEqual(subjects.toSorted());
  });
});
