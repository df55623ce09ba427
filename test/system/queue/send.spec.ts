import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailMessage } from 'nest-mailroom';
import { MailDeliveryError, MailMessageError } from 'nest-mailroom';
import type { MailQueueOptions } from 'nest-mailroom/queue';
import { readJob } from '../../../lib/queue/job/read-job.js';
import type { QueueApp } from '../../support/queue-app.js';
import { sealingKey, startQueueApp } from '../../support/queue-app.js';
import { RedisServer } from '../../support/redis-server.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const KEY = sealingKey();
const MESSAGE: MailMessage = { to: 'ann@contoso.com', subject: 'Your order', text: 'It is on its way.' };

let redis: RedisServer;
const ends: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  redis = await RedisServer.start({ aof: 'always' });
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await redis.cli('FLUSHALL');
});
afterAll(() => redis.close());

async function start(options: Partial<MailQueueOptions> = {}): Promise<QueueApp> {
  const app = await startQueueApp({ connection: redis.url, keys: [KEY], timeoutMs: 2000, ...options });
  ends.push(() => app.close());
  return app;
}

async function field(jobId: string | undefined, name: string): Promise<string> {
  return redis.cli('--raw', 'HGET', `bull:mail:${jobId}`, name);
}

async function errorOf(running: Promise<unknown>): Promise<Error> {
  const error: unknown = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Error) return error;
  throw new Error(`no error but ${inspect(error)}`);
}

describe('A send into a queue', () => {
  it('says that the mail is queued, and where, and leaves a job that holds what it should', async () => {
    const { mail } = await start();
    const receipt = await mail.send({ ...MESSAGE, cc: 'bob@contoso.com' });
    expect(receipt).toMatchObject({
      status: 'queued',
      via: 'queue',
      accepted: ['ann@contoso.com', 'bob@contoso.com'],
      rejected: [],
      jobId: expect.stringMatching(/^m[\w-]{43}$/),
    });
    expect(receipt.duplicate).toBeUndefined();
    const job = readJob(JSON.parse(await field(receipt.jobId, 'data')));
    expect(job).toMatchObject({
      messageId: receipt.messageId,
      format: 1,
      content: { bytes: expect.any(String) },
    });
    expect(inspect(job)).not.toContain('ann@contoso.com');
    expect(await field(receipt.jobId, 'priority')).toBe('10');
  });

  it('can name a later time and a priority', async () => {
    const { mail } = await start();
    const later = await mail.send(MESSAGE, { delayMs: 365 * 86_400_000, priority: 3 });
    expect(Number(await field(later.jobId, 'delay'))).toBeGreaterThan(364 * 86_400_000);
    expect(await field(later.jobId, 'priority')).toBe('3');
    const past = await mail.send(MESSAGE, { sendAt: new Date(0) });
    expect(await field(past.jobId, 'delay')).toBe('0');
  });

  it('tells its backlog and its progress', async () => {
    const { mail, queue } = await start();
    await mail.verify();
    const { jobId = '' } = await mail.send(MESSAGE);
    expect(await mail.backlog()).toMatchObject({ count: 1, queue: { waiting: 1, failed: 0, workers: 0 } });
    expect(await queue.counts()).toMatchObject({ waiting: 1 });
    expect(await mail.progress(jobId)).toMatchObject({ state: 'waiting', attempts: 0 });
  });

  it('is refused over Redis with the transaction of a database', async () => {
    const { mail, queue } = await start();
    const error = await errorOf(mail.send(MESSAGE, { transaction: { query: () => undefined } }));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ code: 'EMAILMESSAGE', field: 'transaction' });
    expect(error.message).toContain('postgres');
    expect((await queue.counts()).waiting).toBe(0);
  });
});

describe('A second send with the same key', () => {
  it('queues nothing, and names the first Message-ID', async () => {
    const { mail, queue } = await start();
    const first = await mail.send(MESSAGE, { idempotencyKey: 'order-1' });
    const second = await mail.send({ ...MESSAGE }, { idempotencyKey: 'order-1' });
    expect(second).toMatchObject({
      status: 'queued',
      duplicate: true,
      messageId: first.messageId,
      jobId: first.jobId,
    });
    expect((await queue.counts()).waiting).toBe(1);
  });

  it('and another message is an error that says when it was used, and not the key', async () => {
    const { mail, queue } = await start();
    const first = await mail.send(MESSAGE, { idempotencyKey: 'order-2-secret' });
    const error = await errorOf(
      mail.send({ ...MESSAGE, text: 'Something else' }, { idempotencyKey: 'order-2-secret' }),
    );
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ code: 'EMAILMESSAGE', field: 'idempotencyKey' });
    expect(error.message).toContain(first.messageId);
    expect(inspect(error)).not.toContain('order-2-secret');
    expect((await queue.counts()).waiting).toBe(1);
  });

  it('out of twenty at once, from two applications, puts one mail into the queue', async () => {
    const apps = [await start(), await start()];
    const receipts = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        apps[index % 2]?.mail.send(MESSAGE, { idempotencyKey: 'one' }),
      ),
    );
    expect(receipts.filter(receipt => receipt?.duplicate !== true)).toHaveLength(1);
    expect(new Set(receipts.map(receipt => receipt?.messageId)).size).toBe(1);
    expect((await apps[0]?.queue.counts())?.waiting).toBe(1);
  });

  it('is a duplicate after keys were changed, compared by the older key as long as that is there', async () => {
    const newer = sealingKey();
    const before = await start();
    await before.mail.send(MESSAGE, { idempotencyKey: 'one' });
    const rotated = await start({ keys: [newer, KEY] });
    expect(await rotated.mail.send(MESSAGE, { idempotencyKey: 'one' })).toMatchObject({ duplicate: true });
    const other = await errorOf(rotated.mail.send({ ...MESSAGE, text: 'x' }, { idempotencyKey: 'one' }));
    expect(other).toMatchObject({ field: 'idempotencyKey' });
    // Nobody can tell any more: rather a mail too few than one that is sent twice.
    const without = await start({ keys: [newer] });
    expect(await without.mail.send({ ...MESSAGE, text: 'x' }, { idempotencyKey: 'one' })).toMatchObject({
      duplicate: true,
    });
  });

  it('where the key is the Message-ID that the caller gave', async () => {
    const { mail, queue } = await start();
    const message = { ...MESSAGE, messageId: '<mine@contoso.com>' };
    expect((await mail.send(message)).duplicate).toBeUndefined();
    expect(await mail.send(message)).toMatchObject({ duplicate: true, messageId: '<mine@contoso.com>' });
    expect((await queue.counts()).waiting).toBe(1);
  });

  it('where that is a Message-ID for other recipients is an error, and not a mail that nobody gets', async () => {
    const { mail, queue } = await start();
    const message = { ...MESSAGE, messageId: '<campaign@contoso.com>' };
    await mail.send(message);
    const error = await errorOf(mail.send({ ...message, to: 'bob@contoso.com' }));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ code: 'EMAILMESSAGE', field: 'messageId' });
    expect(error.message).toContain('was used before for a mail to other recipients');
    expect((await queue.counts()).waiting).toBe(1);
  });

  it('whose job somebody has edited is an error that says what to do', async () => {
    const { mail } = await start();
    const { jobId } = await mail.send(MESSAGE, { idempotencyKey: 'one' });
    await redis.cli('HSET', `bull:mail:${jobId}`, 'data', '{"format":1,"token":5}');
    const error = await errorOf(mail.send(MESSAGE, { idempotencyKey: 'one' }));
    expect(error).toBeInstanceOf(MailDeliveryError);
    expect(error).toMatchObject({ code: 'EMAILWRITE', retryable: false });
    expect(error.message).toContain(`npx nest-mailroom queue drop ${jobId}`);
  });

  it('whose job is of a newer version is a duplicate', async () => {
    const { mail } = await start();
    const { jobId } = await mail.send(MESSAGE, { idempotencyKey: 'one' });
    await redis.cli('HSET', `bull:mail:${jobId}`, 'data', '{"format":99,"token":"t","other":1}');
    expect(await mail.send(MESSAGE, { idempotencyKey: 'one' })).toMatchObject({ duplicate: true, jobId });
  });

  it('that was split has a job and an answer for every part', async () => {
    const app = await startQueueApp(
      { connection: redis.url, keys: [KEY] },
      {},
      {
        FromAddress: 'no-reply@contoso.com',
        MaxRecipients: 2,
        MaxRecipientsOverflow: 'Split',
      },
    );
    ends.push(() => app.close());
    const message = { ...MESSAGE, to: ['a@x.com', 'b@x.com', 'c@x.com'] };
    const first = await app.mail.send(message, { idempotencyKey: 'one' });
    expect(new Set(first.messages?.map(({ jobId }) => jobId)).size).toBe(2);
    const second = await app.mail.send(message, { idempotencyKey: 'one' });
    expect(second.duplicate).toBe(true);
    expect((await app.queue.counts()).waiting).toBe(2);
  });
});

describe('Secrets', () => {
  const token = 'RESET-TOKEN-0123456789abcdef';

  it('and addresses, subjects and words stand in no key, no log and no file of Redis when the queue has keys', async () => {
    const app = await start();
    await app.mail.sendResetPassword({ to: 'ann.secret@contoso.com', displayName: 'Ann', token });
    await app.mail.send(
      { ...MESSAGE, subject: 'Subject-not-to-see', text: 'words-not-to-see' },
      { idempotencyKey: 'key-not-to-see' },
    );
    await app.mail.send({ ...MESSAGE, text: 'words-not-to-see'.repeat(20_000) });
    const kept = [await redis.cli('--raw', 'KEYS', '*')];
    for (const key of kept[0]?.split('\n') ?? []) kept.push(await redis.cli('DUMP', key));
    const folder = await redis.cli('--raw', 'CONFIG', 'GET', 'dir');
    const directory = folder.split('\n')[1] ?? '';
    for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }))
      if (/aof|rdb/.test(name) && !name.endsWith('dir'))
        kept.push(readFileSync(join(directory, name), 'latin1'));
    expect(kept.length).toBeGreaterThan(5);
    const all = `${kept.join('\n')}${app.logger.lines.join('\n')}`;
    for (const secret of [
      token,
      'ann.secret',
      'Subject-not-to-see',
      'words-not-to-see',
      'key-not-to-see',
      KEY,
    ])
      expect(all.includes(secret)).toBe(false);
  });

  it('are refused without keys, and other mails are queued', async () => {
    const app = await start({ keys: undefined });
    const error = await errorOf(
      app.mail.sendResetPassword({ to: 'ann@contoso.com', displayName: 'Ann', token }),
    );
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ code: 'EMAILMESSAGE', field: 'secrets' });
    expect(inspect(error)).not.toContain(token);
    expect((await app.mail.send(MESSAGE)).status).toBe('queued');
    expect(app.logger.lines.filter(line => line.includes('queue has no keys, so'))).toHaveLength(1);
  });

  it('are before other mails in the queue', async () => {
    const app = await start();
    const { jobId } = await app.mail.sendResetPassword({ to: 'ann@contoso.com', displayName: 'Ann', token });
    expect(await field(jobId, 'priority')).toBe('1');
  });
});

describe('A large mail', () => {
  const large = { ...MESSAGE, attachments: [{ filename: 'a.bin', content: randomBytes(300_000) }] };

  it('of 100 MB goes into the queue', async () => {
    const { mail, queue } = await start({ timeoutMs: 5000 });
    const receipt = await mail.send({
      ...MESSAGE,
      attachments: [{ filename: 'a.bin', content: randomBytes(73_000_000) }],
    });
    expect(receipt.status).toBe('queued');
    expect(Number(await field(receipt.jobId, 'data').then(data => data.length))).toBeLessThan(2000);
    expect((await queue.counts()).waiting).toBe(1);
  });

  it('leaves its bytes in the folder of claimCheck, and a duplicate leaves none', async () => {
    const folder = temporaryDirectory();
    ends.push(async () => folder.remove());
    const { mail } = await start({ claimCheck: { directory: folder.path } });
    const files = (): string[] => readdirSync(folder.path).filter(name => name.endsWith('.mail'));
    const first = await mail.send(large, { idempotencyKey: 'one' });
    expect(files()).toEqual([expect.stringContaining(first.jobId ?? '?')]);
    expect(readFileSync(join(folder.path, files()[0] ?? '')).includes('order')).toBe(false);
    const kept = files();
    expect(await mail.send(large, { idempotencyKey: 'one' })).toMatchObject({ duplicate: true });
    await sleep(100);
    expect(files()).toEqual(kept);
    expect(await redis.cli('--raw', 'KEYS', '*content*')).toBe('');
  });

  it('fails in words when that folder is gone, and leaves no job', async () => {
    const folder = temporaryDirectory();
    const { mail, queue } = await start({ claimCheck: { directory: folder.path } });
    rmSync(folder.path, { recursive: true });
    const error = await errorOf(mail.send(large));
    expect(error).toMatchObject({ code: 'EMAILWRITE', phase: 'write', retryable: true });
    expect(error.message).toContain('claimCheck.directory');
    expect((await queue.counts()).waiting).toBe(0);
    expect((await mail.send(MESSAGE)).status).toBe('queued');
  });
});
