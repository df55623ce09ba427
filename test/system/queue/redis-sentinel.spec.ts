import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import type { MailMessage } from 'nest-mailroom';
import { freePorts } from '../../support/free-ports.js';
import { ProcessGroup } from '../../support/process-group.js';
import { sealingKey, startQueueApp } from '../../support/queue-app.js';
import { RedisServer } from '../../support/redis-server.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { useEnds } from '../../support/test-ends.js';

const MESSAGE: MailMessage = { to: 'ann@contoso.com', subject: 'Your order', text: 'It is on its way.' };

const ends = useEnds();

async function startRedis(): Promise<RedisServer> {
  const server = await RedisServer.start();
  ends.push(() => server.close());
  return server;
}

/** A Sentinel that watches a master and makes its replica the next one within seconds. */
async function startSentinel(master: RedisServer): Promise<number> {
  const [port = 0] = await freePorts(1);
  const folder = temporaryDirectory();
  const file = folder.write(
    'sentinel.conf',
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder.path}`,
      `sentinel monitor mails 127.0.0.1 ${master.port} 1`,
      'sentinel down-after-milliseconds mails 500',
      'sentinel failover-timeout mails 3000',
      '',
    ].join('\n'),
  );
  const sentinel = ProcessGroup.start('redis-server', [file, '--sentinel'], `${folder.path}/output`);
  ends.push(async () => {
    await sentinel.kill();
    folder.remove();
  });
  return port;
}

/** What a Sentinel tells of its masters. */
async function sentinelSays(port: number): Promise<string> {
  const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(port), 'INFO', 'sentinel']);
  return stdout;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('did not happen in time');
    await sleep(200);
  }
}

it('A queue that is named by Sentinels goes on at the next master when the first one is killed', async () => {
  const [master, replica] = [await startRedis(), await startRedis()];
  await replica.cli('REPLICAOF', '127.0.0.1', String(master.port));
  const port = await startSentinel(master);
  const app = await startQueueApp({
    connection: { sentinels: [{ host: '127.0.0.1', port }], name: 'mails' },
    keys: [sealingKey()],
    timeoutMs: 5000,
  });
  ends.push(() => app.close());
  expect(await app.mail.send(MESSAGE, { idempotencyKey: 'before' })).toMatchObject({ status: 'queued' });
  await until(async () => (await replica.cli('INFO', 'replication')).includes('master_link_status:up'));
  // A Sentinel asks for replicas every ten seconds.
  await until(async () => (await sentinelSays(port)).includes('slaves=1'));
  await master.kill();
  await until(async () =>
    app.mail.send(MESSAGE, { idempotencyKey: 'after' }).then(
      () => true,
      () => false,
    ),
  );
  expect(await replica.cli('INFO', 'replication')).toContain('role:master');
  expect(await app.mail.send(MESSAGE, { idempotencyKey: 'before' })).toMatchObject({ duplicate: true });
  expect((await app.queue.counts()).waiting).toBe(2);
}, 120_000);
