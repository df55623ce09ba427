import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue, UnrecoverableError, Worker } from 'bullmq';
import type { MailJob } from '../../../lib/queue/job/mail-job.js';
import type { CommandResult, CommandRunOptions } from '../../cli/command-run.js';
import { CommandRun, runHere } from '../../cli/command-run.js';
import { sealingKey, startQueueApp } from '../../support/queue-app.js';
import { RedisServer } from '../../support/redis-server.js';
import { newJobId, storedJob } from '../../support/stored-job.js';

const PASSWORD = 'redis-passw0rd-42';
let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start({ password: PASSWORD });
});
afterAll(() => server.close());
beforeEach(() => server.cli('FLUSHALL'));

function queue(args: readonly string[], options: CommandRunOptions = {}): Promise<CommandResult> {
  return runHere(['queue', ...args], { env: { MAIL_QUEUE_CONNECTION: server.url }, ...options });
}
const connection = (): { host: string; port: number; password: string; maxRetriesPerRequest: null } => ({
  host: server.host,
  port: server.port,
  password: PASSWORD,
  maxRetriesPerRequest: null,
});

/** Puts mails into the queue and has them fail. */
async function failedMails(number: number, more: Partial<MailJob> = {}): Promise<string[]> {
  const mails = new Queue<MailJob>('mail', { connection: connection() });
  const ids = Array.from({ length: number }, newJobId);
  const data = storedJob(more);
  await mails.addBulk(ids.map(jobId => ({ name: 'mail', data, opts: { jobId, attempts: 1 } })));
  const worker = new Worker<MailJob>(
    'mail',
    async () => {
      throw new UnrecoverableError('550 ann@contoso.com is unknown');
    },
    { connection: connection(), concurrency: 50 },
  );
  while ((await mails.getFailedCount()) < number) await new Promise(resolve => setTimeout(resolve, 20));
  await worker.close();
  await mails.close();
  return ids;
}

describe('queue status', () => {
  it('tells the numbers, and that nobody delivers', async () => {
    await failedMails(2);
    const { code, stdout, stderr } = await queue(['status']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Queue "mail" in Redis at 127.0.0.1:${server.port}`);
    expect(stdout).toMatch(/failed +2\n/);
    expect(stdout).toMatch(/workers +0\n/);
    const json = await queue(['status', '--json']);
    expect(JSON.parse(json.stdout)).toEqual({
      queue: `"mail" in Redis at 127.0.0.1:${server.port}`,
      waiting: 0,
      delayed: 0,
      active: 0,
      failed: 2,
      workers: 0,
    });
  });

  it('of a queue of another name and prefix looks there', async () => {
    await failedMails(1);
    const { stdout } = await queue(['status', '--json', '--name', 'other', '--prefix', 'shop']);
    expect(JSON.parse(stdout)).toMatchObject({ failed: 0 });
  });

  it('ends with 1 in time when the store cannot be reached, and shows no password', async () => {
    const begun = performance.now();
    const { code, stdout, stderr } = await queue(
      ['status', '--timeout', '0.5', '--connection', 'redis://:s3cret-word@127.0.0.1:1'],
      { env: {} },
    );
    expect(performance.now() - begun).toBeLessThan(5000);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('The queue "mail" in Redis at 127.0.0.1:1 cannot be used: ');
    expect(stderr).not.toContain('s3cret-word');
  });

  it('ends with 1 and words when the password is wrong', async () => {
    const { code, stderr } = await queue(['status', '--timeout', '1'], {
      env: { MAIL_QUEUE_CONNECTION: `redis://:wrong-0ne@127.0.0.1:${server.port}` },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/password/i);
    expect(stderr).not.toContain('wrong-0ne');
  });
});

describe('queue failed', () => {
  it('lists what has failed with the reason, masked, and says how to see more', async () => {
    const ids = await failedMails(120);
    const first = await queue(['failed']);
    expect(first.stdout).toContain('notification to a***@contoso.com and 1 more');
    expect(first.stdout).toContain('550 a***@contoso.com is unknown');
    expect(first.stdout).toContain('1 to 100 of 120 failed mails; --page 2 shows more.');
    const second = await queue(['failed', '--page', '2', '--json']);
    const { mails, failed, page } = JSON.parse(second.stdout) as {
      mails: { id: string }[];
      failed: number;
      page: number;
    };
    expect({ failed, page, count: mails.length }).toEqual({ failed: 120, page: 2, count: 20 });
    expect(ids).toContain(mails[0]?.id);
    expect((await queue(['failed', '--page', '3'])).stdout).toBe('Page 3 is empty; 120 mails have failed.\n');
  });

  it('says so when none has', async () => {
    expect(await queue(['failed'])).toEqual({ code: 0, stdout: 'No mail has failed.\n', stderr: '' });
  });
});

describe('queue show', () => {
  const record = {
    tries: 2,
    delivered: [0],
    refused: [{ at: 1, reason: '5.1.1 no such user', code: 550 }],
    deferred: [],
    triedAt: Date.UTC(2026, 0, 2),
    endedAt: Date.UTC(2026, 0, 2),
  };

  it('tells the outcome of each recipient, masked', async () => {
    const [id = ''] = await failedMails(1, { record });
    const { code, stdout } = await queue(['show', id]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/state +partly\n/);
    expect(stdout).toMatch(/delivered +a\*\*\*@contoso\.com\n/);
    expect(stdout).toMatch(/refused +b\*\*\*@contoso\.com: 550 5\.1\.1 no such user\n/);
    const json = JSON.parse((await queue(['show', id, '--json'])).stdout) as object;
    expect(json).toMatchObject({ id, attempts: 2, triedAt: '2026-01-02T00:00:00.000Z' });
  });

  it('of a sealed mail shows addresses and subject with its key, and never its text or secrets', async () => {
    const key = sealingKey();
    const app = await startQueueApp({ connection: server.url, keys: [key] });
    try {
      const { jobId = '' } = await app.mail.send({
        to: 'ann@contoso.com',
        subject: 'Your code is s3cr3t-4711',
        text: 'Bring-your-badge',
        secrets: ['s3cr3t-4711'],
      });
      const closed = await queue(['show', jobId]);
      expect(closed.stdout).toMatch(/pending +a\*\*\*@contoso\.com\n/);
      expect(closed.stdout).toContain('Not opened: It is sealed with the key ');
      const env = { MAIL_QUEUE_CONNECTION: server.url, MAIL_QUEUE_KEYS: ` ${sealingKey()}  ${key} ` };
      const opened = await queue(['show', jobId], { env });
      expect(opened.stdout).toMatch(/pending +ann@contoso\.com\n/);
      expect(opened.stdout).toMatch(/from +no-reply@contoso\.com\n/);
      expect(opened.stdout).toMatch(/subject +Your code is \*\*\*\n/);
      const json = await queue(['show', jobId, '--json'], { env });
      expect(JSON.parse(json.stdout)).toMatchObject({ id: jobId, opened: { from: 'no-reply@contoso.com' } });
      for (const { stdout } of [closed, opened, json]) {
        expect(stdout).not.toContain('s3cr3t-4711');
        expect(stdout).not.toContain('Bring-your-badge');
        expect(stdout).not.toContain(key);
      }
    } finally {
      await app.close();
    }
  });

  it('ends with 1 for an id that is none', async () => {
    const { code, stderr } = await queue(['show', 'mnothing']);
    expect(code).toBe(1);
    expect(stderr).toContain('The queue has no mail mnothing: the id may be mistyped');
  });
});

describe('queue retry and drop', () => {
  it('puts one back, then all others', async () => {
    const [id = ''] = await failedMails(150);
    expect(await queue(['retry', id])).toEqual({
      code: 0,
      stdout: 'It is in the queue again.\n',
      stderr: '',
    });
    expect((await queue(['retry', id])).stderr).toContain('was not given up');
    expect((await queue(['retry', '--all'])).stdout).toBe('149 mails are in the queue again.\n');
    expect(JSON.parse((await queue(['retry', '--all', '--json'])).stdout)).toEqual({
      retried: 0,
      interrupted: false,
    });
  });

  it('takes one out', async () => {
    const [id = ''] = await failedMails(2);
    expect(await queue(['drop', id])).toEqual({ code: 0, stdout: 'It is out of the queue.\n', stderr: '' });
    expect((await queue(['drop', id])).code).toBe(1);
    expect(JSON.parse((await queue(['status', '--json'])).stdout)).toMatchObject({ failed: 1 });
  });

  it('Ctrl-C ends retry --all between two mails, with 130', async () => {
    await failedMails(300);
    const run = new CommandRun(['queue', 'retry', '--all'], { env: { MAIL_QUEUE_CONNECTION: server.url } });
    const { code } = await run.stop();
    expect(code).toBe(130);
    const { failed, waiting } = JSON.parse((await queue(['status', '--json'])).stdout) as Record<
      string,
      number
    >;
    expect((failed ?? 0) + (waiting ?? 0)).toBe(300);
  });
});

describe('A command line that is wrong ends with 2 and words', () => {
  it.each([
    [[], 'Say what to do.'],
    [['statsu'], 'There is no action "statsu". Did you mean status?'],
    [['retry'], 'retry needs the ID of a mail'],
    [['show'], 'show needs the ID of a mail'],
    [['drop', ''], 'drop needs the ID of a mail'],
    [['retry', 'm1', '--all'], '"m1" is one too many'],
    [['status', 'm1'], 'status takes no further words'],
    [['status', '--all'], '--all goes with retry only'],
    [['status', '--page', '2'], '--page goes with failed only'],
    [['failed', '--page', '0'], '--page must be a whole number'],
    [['status', '--name', 'a:b'], '--name must be a text of'],
    [['status', '--timeout=-1'], '--timeout must be more than 0'],
    [['status', '--connection', 'http://x'], '--connection must begin with redis://'],
  ])('%j', async (args, words) => {
    const { code, stdout, stderr } = await queue(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
  });

  it('no connection', async () => {
    const { code, stderr } = await queue(['status'], { env: {} });
    expect(code).toBe(2);
    expect(stderr).toContain('MAIL_QUEUE_CONNECTION');
  });

  it('keys that are none, and they are not shown', async () => {
    const { code, stderr } = await queue(['status'], {
      env: {
        MAIL_QUEUE_CONNECTION: server.url,
        MAIL_QUEUE_KEYS: `${randomBytes(32).toString('base64')} n0t-a-key`,
      },
    });
    expect(code).toBe(2);
    expect(stderr).toContain('MAIL_QUEUE_KEYS[1] ');
    expect(stderr).not.toContain('n0t-a-key');
  });
});
