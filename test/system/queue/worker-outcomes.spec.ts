import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SealingKeys } from '../../../lib/queue/job/sealing-keys.js';
import { QueueBench, settingsFor, untilTrue } from '../../support/queue-bench.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

/** The first answers to a command about an address, in their order; what comes after them is left to the server. */
function answers(
  byAddress: Readonly<Record<string, readonly string[]>>,
): (_: unknown, line: string) => string | undefined {
  const left = new Map(Object.entries(byAddress).map(([address, replies]) => [address, [...replies]]));
  return (_, line) => left.get(/<(.*?)>/.exec(line)?.[1] ?? '')?.shift();
}

describe.each([
  ['Redis', () => QueueBench.start()],
  ['PostgreSQL', () => QueueBench.startPostgres()],
])('A worker of a queue in %s', (_store, start) => {
  let bench: QueueBench;
  beforeEach(async () => {
    bench = await start();
  });
  afterEach(() => bench.close());

  it('delivers a mail as it was put into the queue, and keeps only its facts', async () => {
    const server = await bench.serve();
    const worker = await bench.worker(settingsFor(server));
    const id = await bench.add({ id: 'one', to: ['ann@contoso.com', 'bob@contoso.com'] });
    await worker.until('delivered');
    expect(server.messages).toMatchObject([
      { from: 'no-reply@contoso.com', to: ['ann@contoso.com', 'bob@contoso.com'], id: '<one@contoso.com>' },
    ]);
    const data = await bench.inState(id, 'completed');
    expect(data.content).toBeUndefined();
    expect(data.record).toMatchObject({ tries: 1, delivered: [0, 1], refused: [], deferred: [] });
    expect(data.record?.endedAt).toBeDefined();
    expect(worker.of('delivered')).toMatchObject([{ jobId: id, recipients: 2, attempts: 1 }]);
  });

  it('tries a mail again only for the recipients that wait, with the same Message-ID, and keeps it for who was refused', async () => {
    const server = await bench.serve({
      RCPT: answers({
        'bob@contoso.com': ['450 4.2.1 mailbox busy', '450 4.2.1 mailbox busy'],
        'eve@contoso.com': ['550 5.1.1 no such user'],
      }),
    });
    const worker = await bench.worker(settingsFor(server));
    const id = await bench.add({ id: 'one', to: ['ann@contoso.com', 'bob@contoso.com', 'eve@contoso.com'] });
    await worker.until('deferred');
    expect((await bench.job(id)).data.record).toMatchObject({
      tries: 1,
      delivered: [0],
      refused: [{ at: 2, code: 550, enhancedCode: '5.1.1', reason: expect.stringContaining('no such user') }],
      deferred: [{ at: 1, code: 450 }],
    });
    await worker.until('failed');
    expect(server.messages).toMatchObject([
      { to: ['ann@contoso.com'], id: '<one@contoso.com>' },
      { to: ['bob@contoso.com'], id: '<one@contoso.com>' },
    ]);
    expect(server.commands('RCPT').filter(line => line.includes('ann@'))).toHaveLength(1);
    expect(server.commands('RCPT').filter(line => line.includes('eve@'))).toHaveLength(1);
    const data = await bench.inState(id, 'failed');
    expect(data.record).toMatchObject({ tries: 3, delivered: [0, 1], refused: [{ at: 2 }], deferred: [] });
    expect(data.content).toBeDefined();
    const reason = '1 of 3 recipients: 550 5.1.1 no such user (e***@contoso.com)';
    expect(worker.of('failed')).toMatchObject([{ jobId: id, recipients: 2, reason, attempts: 3 }]);
    expect((await bench.job(id)).failedReason).toBe(reason);
    await (await bench.job(id)).retry('failed');
    await worker.until('delivered');
    expect(server.messages.slice(2)).toMatchObject([{ to: ['eve@contoso.com'], id: '<one@contoso.com>' }]);
    const completed = await bench.inState(id, 'completed');
    expect(completed.content).toBeUndefined();
    expect(completed.record).toMatchObject({ delivered: [0, 1, 2], refused: [], deferred: [] });
    expect(worker.of('delivered')).toMatchObject([{ recipients: 3, attempts: 1 }]);
  });

  it('keeps a mail that some have when the tries for the others are used up', async () => {
    const server = await bench.serve({
      RCPT: (_, line) => (line.includes('bob@') ? '450 4.2.1 mailbox busy' : undefined),
    });
    const worker = await bench.worker(settingsFor(server), {
      retry: { attempts: 2, firstMs: 50, maxMs: 50 },
    });
    const id = await bench.add({ to: ['ann@contoso.com', 'bob@contoso.com'] });
    await worker.until('failed');
    const data = await bench.inState(id, 'failed');
    expect(data.content).toBeDefined();
    expect(data.record).toMatchObject({ delivered: [0], refused: [], deferred: [{ at: 1, code: 450 }] });
    expect((await bench.job(id)).failedReason).toBe(
      '1 of 2 recipients: Given up after 2 tries; the last answer was: 450 4.2.1 mailbox busy (b***@contoso.com)',
    );
  });

  it('keeps a mail that some have, also when its worker was killed before it could fail it', async () => {
    const server = await bench.serve();
    const id = await bench.add({ to: ['ann@contoso.com', 'bob@contoso.com'] });
    const { data } = await bench.job(id);
    const refused = [{ at: 1, reason: '550 5.1.1 no such user', code: 550 }];
    const record = { tries: 1, delivered: [0], refused, deferred: [], triedAt: 1, endedAt: 1 };
    await (await bench.job(id)).updateData({ ...data, record });
    const worker = await bench.worker(settingsFor(server));
    expect((await bench.inState(id, 'failed')).content).toBeDefined();
    expect((await bench.job(id)).failedReason).toMatch(/^1 of 2 recipients: 550 5\.1\.1/);
    expect(server.connections).toBe(0);
    await (await bench.job(id)).retry('failed');
    await worker.until('delivered');
    expect(server.messages).toMatchObject([{ to: ['bob@contoso.com'] }]);
  });

  it('drops the bytes of a mail of which a worker that was cut off has said later that everybody has it', async () => {
    const server = await bench.serve();
    const id = await bench.add({ above: 10 });
    const { data } = await bench.job(id);
    const record = { tries: 1, delivered: [0], refused: [], deferred: [], triedAt: 1, endedAt: 1 };
    await (await bench.job(id)).updateData({ ...data, record });
    await bench.worker(settingsFor(server));
    expect((await bench.inState(id, 'completed')).content).toBeUndefined();
    expect(server.connections).toBe(0);
    const left: string[] = [];
    for await (const name of bench.store.contents.olderThan(0)) left.push(name);
    expect(left).toEqual([]);
  });

  it('fails a mail at once that is refused for good, with the reason and all that a retry needs', async () => {
    const token = 'tok_0123456789abcdef';
    const key = randomBytes(32);
    const keys = new SealingKeys([key]);
    const server = await bench.serve({
      RCPT: () => `550 5.7.1 <ann@contoso.com>: link https://x.test/reset?token=${token} is not liked`,
    });
    const worker = await bench.worker(settingsFor(server), {
      keys: [key.toString('base64')],
    });
    const id = await bench.add({ secrets: [token], body: `Your link: ${token}`, keys });
    await worker.until('failed');
    const data = await bench.inState(id, 'failed');
    expect(data.content).toBeDefined();
    expect(data.record).toMatchObject({ tries: 1, delivered: [], refused: [{ at: 0, code: 550 }] });
    const job = await bench.job(id);
    expect(job.failedReason).toMatch(/^550 5\.7\.1/);
    expect(job.stacktrace).toEqual([job.failedReason]);
    const kept = JSON.stringify({ ...job.asJSON(), data });
    expect(kept).not.toContain('ann@');
    expect(kept).not.toContain(token);
    expect(JSON.stringify(worker.events)).not.toContain(token);
    expect(JSON.stringify(worker.events)).not.toContain('ann@');
    expect(server.visits.flatMap(({ lines }) => lines).filter(line => line.startsWith('MAIL'))).toHaveLength(
      1,
    );
  });

  it('tries a mail after a temporary refusal with growing waits, and gives it up after the tries it has', async () => {
    const server = await bench.serve({ MAIL: () => '451 4.3.0 not now' });
    const worker = await bench.worker(settingsFor(server), {
      retry: { attempts: 3, firstMs: 200, maxMs: 10_000 },
    });
    const id = await bench.add();
    await worker.until('failed');
    expect(worker.of('deferred')).toHaveLength(2);
    await bench.inState(id, 'failed');
    const job = await bench.job(id);
    expect(job.failedReason).toBe('Given up after 3 tries; the last answer was: 451 4.3.0 not now');
    expect(job.data.record).toMatchObject({ tries: 3, deferred: [{ at: 0, code: 451 }] });
    expect(job.data.content).toBeDefined();
    const [first, second] = worker.of('deferred').map(({ until }) => until.getTime());
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(300);
  });

  it('tries a mail again with the same Message-ID when the reply to its final dot is lost', async () => {
    let lost = 0;
    const server = await bench.serve({ DOT: () => (lost++ === 0 ? { end: 'reset' } : undefined) });
    const worker = await bench.worker(settingsFor(server));
    const id = await bench.add({ id: 'one' });
    await worker.until('delivered');
    expect(lost).toBe(2);
    expect(server.messages.map(message => message.id)).toEqual(['<one@contoso.com>']);
    expect((await bench.job(id)).data.record).toMatchObject({ tries: 2, delivered: [0] });
  });

  it('completes without sending what an earlier worker has put on record as delivered', async () => {
    const server = await bench.serve();
    const id = await bench.add();
    const { content: _content, ...data } = (await bench.job(id)).data;
    const record = { tries: 1, delivered: [0], refused: [], deferred: [], triedAt: 1, endedAt: 1 };
    await (await bench.job(id)).updateData({ ...data, record });
    await bench.worker(settingsFor(server));
    await bench.inState(id, 'completed');
    expect(server.connections).toBe(0);
  });

  it('sends only to the others when an earlier worker was killed after it had put some on record', async () => {
    const server = await bench.serve();
    const id = await bench.add({ to: ['ann@contoso.com', 'bob@contoso.com'] });
    const { data } = await bench.job(id);
    const record = { tries: 1, delivered: [0], refused: [], deferred: [], triedAt: 1 };
    await (await bench.job(id)).updateData({ ...data, record });
    await bench.worker(settingsFor(server));
    await bench.inState(id, 'completed');
    expect(server.messages).toMatchObject([{ to: ['bob@contoso.com'] }]);
  });

  it('delivers sealed mails, and mails whose bytes are kept outside their jobs, and removes those bytes then', async () => {
    const server = await bench.serve();
    const directory = temporaryDirectory();
    const key = randomBytes(32);
    const keys = new SealingKeys([key]);
    const worker = await bench.worker(settingsFor(server), {
      keys: [key.toString('base64')],
      claimCheck: { directory: directory.path },
    });
    const body = 'x'.repeat(70) + '\r\n';
    await bench.add({ id: 'sealed', keys });
    await bench.add({ id: 'in-store', keys, above: 100, body: body.repeat(5000) });
    await bench.add({
      id: 'in-folder',
      keys,
      above: 100,
      directory: directory.path,
      body: body.repeat(5000),
    });
    await worker.until('delivered', 3);
    expect(server.messages.map(({ id }) => id).toSorted()).toEqual([
      '<in-folder@contoso.com>',
      '<in-store@contoso.com>',
      '<sealed@contoso.com>',
    ]);
    expect(server.messages.filter(({ lines }) => lines.length > 5000)).toHaveLength(2);
    await untilTrue(() => readdirSync(directory.path).every(name => !name.endsWith('.mail')));
    const left: string[] = [];
    for await (const name of bench.store.contents.olderThan(0)) left.push(name);
    expect(left).toEqual([]);
    directory.remove();
  });
});
