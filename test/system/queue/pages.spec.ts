import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MailModule, MailService } from 'nest-mailroom';
import { MailQueue, MailQueueDelivery, MailQueueModule, MailQueueWorkerModule } from 'nest-mailroom/queue';
import { shellCommands } from '../../docs/shell-lines.js';
import { runCli } from '../../support/cli.js';
import { MailSink } from '../../support/mail-sink.js';
import { RedisServer } from '../../support/redis-server.js';

const commands = shellCommands().filter(
  ({ words }) => words.slice(0, 3).join(' ') === 'npx nest-mailroom queue',
);
/** Time in which a mail is refused and has failed. */
const PATIENCE_MS = 30_000;

describe('Commands of the pages for queues', () => {
  let redis: RedisServer;
  let sink: MailSink;
  let app: INestApplicationContext;

  beforeAll(async () => {
    redis = await RedisServer.start({ aof: 'always' });
    sink = await MailSink.start({ rejectRecipient: () => ({ code: 550, message: '5.1.1 No such user' }) });
    const settings = { Host: sink.host, Port: sink.port, FromAddress: 'no-reply@contoso.com' };
    const imports = [
      MailQueueModule.forRoot({ connection: redis.url }),
      MailQueueWorkerModule.forRoot({ connection: redis.url, settings }),
      MailModule.forRoot(settings, { delivery: MailQueueDelivery }),
    ];
    app = await NestFactory.createApplicationContext({ module: class Root {}, imports }, { logger: false });
  });
  afterAll(async () => {
    await app.close();
    await sink.close();
    await redis.close();
  });

  /** A mail that was given up. */
  async function failedMail(): Promise<string> {
    const { jobId = 'none' } = await app
      .get(MailService)
      .send({ to: 'nobody@contoso.com', subject: 'Hello', text: 'Hello' });
    const limit = Date.now() + PATIENCE_MS;
    for (;;) {
      const failed = await app.get(MailQueue, { strict: false }).failed();
      if (failed.some(({ id }) => id === jobId)) return jobId;
      if (Date.now() > limit) throw new Error('the mail has not failed');
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  it('are all of them', () => {
    expect(new Set(commands.map(({ words }) => words[3]))).toEqual(
      new Set(['status', 'failed', 'show', 'retry', 'drop']),
    );
  });

  it.each(commands.map(command => [command.title, command] as const))(
    'do what they say: %s',
    async (_title, { words }) => {
      const id = await failedMail();
      const { code, stdout, stderr } = await runCli(
        words.slice(2).map(word => (word === '$ID' ? id : word)),
        { env: { MAIL_QUEUE_CONNECTION: redis.url } },
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).not.toBe('');
    },
  );
});
