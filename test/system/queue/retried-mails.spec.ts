import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UnrecoverableError } from 'bullmq';
import { MailQueue } from '../../../lib/queue/admin/mail-queue.js';
import type { JobRecord } from '../../../lib/queue/job/mail-job.js';
import { SealingKeys } from '../../../lib/queue/job/sealing-keys.js';
import { MailSink } from '../../support/mail-sink.js';
import { QueueBench, untilTrue } from '../../support/queue-bench.js';
import { rejection } from '../../support/rejection.js';

let bench: QueueBench;
let mails: MailQueue;
let sink: MailSink;
let refuses: boolean;

async function begin(kind: string): Promise<void> {
  bench = kind === 'Redis' ? await QueueBench.start() : await QueueBench.startPostgres();
  mails = new MailQueue({ store: bench.store, timeoutMs: 5000, keys: new SealingKeys() });
  refuses = true;
  sink = await MailSink.start({
    rejectRecipient: address => (refuses ? { code: 550, message: `5.1.1 ${address} is unknown` } : undefined),
  });
}
async function end(): Promise<void> {
  mails.onApplicationShutdown();
  await bench.close();
  await sink.close();
}

const settings = (): Record<string, unknown> => ({
  Host: sink.host,
  Port: sink.port,
  FromAddress: 'no-reply@contoso.com',
  EnableSsl: false,
});
const ANN = 'ann@contoso.com';
const BOB = 'bob@contoso.com';

/** Has a job fail as a worker does that has put this on record. */
async function fail(record: JobRecord): Promise<void> {
  const failing = await bench.store.worker(
    async job => {
      await job.updateData({ ...job.data, record });
      throw new UnrecoverableError('refused');
    },
    {},
    new AbortController().signal,
  );
  void failing.run();
  await untilTrue(async () => (await mails.counts()).failed === 1, 'one failed');
  await failing.close();
}

describe.each(['Redis', 'PostgreSQL'])('Over %s, a mail that was given up', kind => {
  beforeEach(() => begin(kind));
  afterEach(end);

  it.each(['MailQueue', 'a dashboard of BullMQ'])('is tried anew when %s puts it back', async who => {
    const worker = await bench.worker(settings());
    const id = await bench.add({ to: [ANN, BOB] });
    await worker.until('failed');
    // The worker tells of it just before BullMQ has moved the job.
    await untilTrue(async () => (await mails.counts()).failed === 1, 'one failed');
    refuses = false;
    if (who === 'MailQueue') await mails.retry(id);
    else await (await bench.job(id)).retry('failed');
    await worker.until('delivered');
    expect(sink.messages).toHaveLength(1);
    expect(await mails.progress(id)).toMatchObject({ rejected: [], attempts: 1 });
  });

  it('fails again, and again, as long as it is refused, with its reason', async () => {
    const worker = await bench.worker(settings());
    const id = await bench.add({ to: [ANN] });
    for (let round = 1; round <= 3; round++) {
      await worker.until('failed', round);
      await untilTrue(async () => (await mails.counts()).failed === 1, 'one failed');
      const [failed] = await mails.failed();
      expect(failed).toMatchObject({ id, attempts: 1, reason: expect.stringContaining('5.1.1') });
      expect(JSON.stringify(failed)).not.toContain(ANN);
      await mails.retry(id);
    }
  });

  it('goes only to those who do not have it', async () => {
    const id = await bench.add({ to: [ANN, BOB] });
    await fail({
      tries: 1,
      delivered: [0],
      refused: [{ at: 1, reason: '5.1.1 unknown', code: 550 }],
      deferred: [],
      triedAt: Date.now(),
      endedAt: Date.now(),
      endedIn: 0,
    });
    refuses = false;
    await mails.retry(id);
    const worker = await bench.worker(settings());
    await worker.until('delivered');
    expect(sink.messages.map(({ envelope }) => envelope.to)).toEqual([[BOB]]);
    expect(await mails.progress(id)).toMatchObject({ rejected: [] });
  });

  it('is not tried again when only its worker was killed before it could fail it', async () => {
    const id = await bench.add({ to: [ANN] });
    const job = await bench.job(id);
    const record: JobRecord = {
      tries: 1,
      delivered: [],
      refused: [{ at: 0, reason: '5.1.1 unknown', code: 550 }],
      deferred: [],
      triedAt: Date.now(),
      endedAt: Date.now(),
      endedIn: 0,
    };
    await job.updateData({ ...job.data, record });
    refuses = false;
    const worker = await bench.worker(settings());
    await worker.until('failed');
    expect(sink.messages).toEqual([]);
    await untilTrue(async () => (await mails.counts()).failed === 1, 'one failed');
    await mails.retry(id);
    await worker.until('delivered');
    expect(sink.messages).toHaveLength(1);
  });
});

describe.each(['Redis', 'PostgreSQL'])('Over %s, MailQueue', kind => {
  beforeEach(() => begin(kind));
  afterEach(end);

  it('counts by state, also while an operator has paused the queue, and sees the workers', async () => {
    await bench.add({ options: { priority: 0 } });
    await bench.add({ options: { priority: 5 } });
    await bench.add({ options: { dueAt: Date.now() + 3_600_000 } });
    expect(await mails.counts()).toEqual({
      waiting: 2,
      delayed: 1,
      active: 0,
      failed: 0,
      workers: 0,
      oldestAgeMs: expect.any(Number),
    });
    await mails.pause();
    expect(await mails.counts()).toMatchObject({ waiting: 2, delayed: 1, paused: true });
    const worker = await bench.worker(settings());
    await untilTrue(async () => (await mails.counts()).workers === 1, 'a worker is seen');
    expect(await mails.counts()).toMatchObject({ waiting: 2 });
    await mails.resume();
    await worker.until('failed', 2);
    await untilTrue(async () => (await mails.counts()).failed === 2, 'both have failed');
    expect(await mails.counts()).toEqual({ waiting: 0, delayed: 1, active: 0, failed: 2, workers: 1 });
  });

  it('lists, retries and drops', async () => {
    const worker = await bench.worker(settings());
    const ids = [
      await bench.add({ to: [ANN] }),
      await bench.add({ to: [BOB] }),
      await bench.add({ to: [ANN] }),
    ];
    await untilTrue(async () => (await mails.counts()).failed === 3, 'all have failed');
    const failed = await mails.failed();
    expect(failed.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(failed.map(({ failedAt }) => failedAt.getTime())).toEqual(
      failed.map(({ failedAt }) => failedAt.getTime()).toSorted((left, right) => right - left),
    );
    const [gone = '', ...others] = ids;
    await mails.drop(gone);
    expect(await rejection(mails.drop(gone))).toMatchObject({ refusal: 'not-found' });
    expect(await rejection(mails.retry(gone))).toMatchObject({ refusal: 'not-found' });
    refuses = false;
    expect(await mails.retryAll()).toBe(2);
    await worker.until('delivered', 2);
    await untilTrue(async () => (await mails.progress(others[0] ?? '')).state === 'delivered', 'delivered');
    expect(await rejection(mails.retry(others[0] ?? ''))).toMatchObject({ refusal: 'not-failed' });
    expect(await mails.failed()).toEqual([]);
  });

  it('tells events, with the time of a mail that is put off', async () => {
    const heard: [string, object][] = [];
    for (const event of ['queued', 'delivered', 'deferred', 'failed', 'paused', 'resumed'] as const)
      mails.on(event, facts => heard.push([event, facts]));
    await untilTrue(async () => {
      await mails.pause();
      await mails.resume();
      return heard.length > 0;
    }, 'something is heard');
    const dueAt = Date.now() + 3_600_000;
    const later = await bench.add({ options: { dueAt } });
    const gone = await bench.add({ to: [ANN] });
    await bench.worker(settings());
    await untilTrue(() => heard.some(([event]) => event === 'failed'), 'a failure is heard');
    expect(heard).toEqual(expect.arrayContaining([['queued', { id: gone }]]));
    const [, deferred] = heard.find(([event]) => event === 'deferred') ?? [];
    expect(deferred).toMatchObject({ id: later });
    expect(Math.abs(Number(Reflect.get(deferred ?? {}, 'dueAt')) - dueAt)).toBeLessThan(5000);
  });
});
