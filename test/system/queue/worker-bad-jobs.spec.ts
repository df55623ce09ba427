import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailJob } from '../../../lib/queue/job/mail-job.js';
import { SealingKeys } from '../../../lib/queue/job/sealing-keys.js';
import { QueueBench, settingsFor } from '../../support/queue-bench.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

let bench: QueueBench;
beforeEach(async () => {
  bench = await QueueBench.start();
});
afterEach(() => bench.close());

const SHORTLY = { tuning: { putOffMs: 300 } };

/** Puts other data in the place of those of a job, as somebody with access to the store could. */
async function edit(id: string, change: (job: MailJob) => object): Promise<void> {
  const { data } = await bench.job(id);
  const edited = JSON.stringify(change(data));
  await bench.redis.cli('HSET', `bull:mail:${id}`, 'data', edited);
}

describe('A worker that finds a job it cannot use', () => {
  it('puts off a job of a newer version, says so once, and fails nothing', async () => {
    const server = await bench.serve();
    const ids = [await bench.add(), await bench.add()];
    for (const id of ids) await edit(id, job => ({ ...job, format: 99 }));
    const good = await bench.add({ id: 'good' });
    const worker = await bench.worker(settingsFor(server), SHORTLY);
    await bench.inState(good, 'completed');
    await delay(1000);
    expect(worker.of('put-off')).toHaveLength(1);
    expect(worker.of('put-off')[0]?.reason).toMatch(/format 99.*update this worker/);
    expect(worker.of('failed')).toEqual([]);
    for (const id of ids) await edit(id, job => ({ ...job, format: 1 }));
    await worker.until('delivered', 3);
  });

  it('puts off a job that is sealed with a key it does not have, and delivers it when a worker has the key', async () => {
    const server = await bench.serve();
    const [own, other] = [randomBytes(32), randomBytes(32)];
    const id = await bench.add({ id: 'one', keys: new SealingKeys([other]) });
    const worker = await bench.worker(settingsFor(server), { ...SHORTLY, keys: [own.toString('base64')] });
    await worker.until('put-off');
    expect(worker.of('put-off')[0]?.reason).toMatch(/key .* add that key/);
    expect((await bench.job(id)).data.record).toBeUndefined();
    await worker.worker.stop();
    const keys = [own, other].map(key => key.toString('base64'));
    const next = await bench.worker(settingsFor(server), { ...SHORTLY, keys });
    await next.until('delivered');
    expect(server.messages).toMatchObject([{ id: '<one@contoso.com>' }]);
  });

  it.each<[string, (job: MailJob) => object, RegExp]>([
    ['is of another application', () => ({ hello: 'world' }), /another application/],
    ['has no content', ({ content: _content, ...job }) => job, /content/],
    ['has a content that is no mail', job => ({ ...job, content: { bytes: 'AAAAAAAA' } }), /content/i],
    ['has other recipients than its content', job => ({ ...job, recipients: ['a', 'b'] }), /recipients/],
    ['has a record that cannot be', job => ({ ...job, record: { tries: -1 } }), /record/],
  ])('gives up a job that %s, with words, and goes on', async (_, change, words) => {
    const server = await bench.serve();
    const id = await bench.add();
    await edit(id, change);
    const worker = await bench.worker(settingsFor(server));
    await worker.until('failed');
    await bench.inState(id, 'failed');
    const job = await bench.job(id);
    expect(job.failedReason).toMatch(words);
    expect(job.stacktrace).toEqual([job.failedReason]);
    await bench.add({ id: 'next' });
    await worker.until('delivered');
    expect(server.messages).toMatchObject([{ id: '<next@contoso.com>' }]);
  });

  it('gives up a sealed job that somebody has changed, or put under another id', async () => {
    const server = await bench.serve();
    const key = randomBytes(32);
    const keys = new SealingKeys([key]);
    const [first, second] = [await bench.add({ keys }), await bench.add({ keys })];
    const { data } = await bench.job(first);
    await edit(second, () => data);
    const worker = await bench.worker(settingsFor(server), { keys: [key.toString('base64')] });
    await worker.until('failed');
    expect(worker.of('failed')).toMatchObject([{ jobId: second }]);
    expect(worker.of('failed')[0]?.reason).toMatch(/somebody has changed it/);
    await worker.until('delivered');
    expect(server.messages).toHaveLength(1);
  });

  it('puts off mails whose folder is gone, without a try, and delivers them when it is back', async () => {
    const server = await bench.serve();
    const directory = temporaryDirectory();
    const folder = join(directory.path, 'mails');
    mkdirSync(folder);
    const claimCheck = { directory: folder };
    const large = { above: 10, directory: folder, body: 'x'.repeat(1000) };
    const ids = [await bench.add({ id: 'a', ...large }), await bench.add({ id: 'b', ...large })];
    const worker = await bench.worker(settingsFor(server), { ...SHORTLY, claimCheck });
    await worker.until('delivered', 2);
    const later = await bench.add({ id: 'c', ...large, options: { dueAt: Date.now() + 300 } });
    renameSync(folder, `${folder}-away`);
    await worker.until('put-off');
    await delay(800);
    expect(worker.of('put-off')).toHaveLength(1);
    expect((await bench.job(later)).data.record).toBeUndefined();
    renameSync(`${folder}-away`, folder);
    await worker.until('delivered', 3);
    expect(ids).toHaveLength(2);
    directory.remove();
  });

  it('gives up a mail whose bytes somebody has removed from a folder that is there', async () => {
    const server = await bench.serve();
    const directory = temporaryDirectory();
    const claimCheck = { directory: directory.path };
    const id = await bench.add({ above: 10, directory: directory.path });
    for (const name of readdirSync(directory.path))
      if (name.endsWith('.mail')) rmSync(join(directory.path, name));
    const worker = await bench.worker(settingsFor(server), { ...SHORTLY, claimCheck });
    await worker.until('failed');
    expect((await bench.job(id)).data.content?.place).toBe('directory');
    expect(worker.of('failed')[0]?.reason).toMatch(/not where they were put/);
    directory.remove();
  });

  it('sweeps bytes that have no job, and leaves those that have one', async () => {
    const server = await bench.serve({ RCPT: () => '450 4.2.1 busy' });
    const id = await bench.add({ above: 10 });
    const orphan = await bench.add({ above: 10 });
    await (await bench.job(orphan)).remove();
    await bench.worker(settingsFor(server), {
      retry: { firstMs: 60_000 },
      tuning: { sweepAgeMs: 0 },
    });
    await delay(700);
    const left: string[] = [];
    for await (const name of bench.store.contents.olderThan(0)) left.push(name);
    expect(left).toEqual([(await bench.job(id)).data.content?.name]);
  });
});
