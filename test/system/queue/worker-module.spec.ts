import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import 'reflect-metadata';
import { MailModule, MailService } from 'nest-mailroom';
import type { QueueWorkerEvent } from 'nest-mailroom/queue';
import {
  MailQueueDelivery,
  MailQueueModule,
  MailQueueWorker,
  MailQueueWorkerModule,
} from 'nest-mailroom/queue';
import { MailTestingModule } from 'nest-mailroom/testing';
import { freePorts } from '../../support/free-ports.js';
import { PolicySmtpServer } from '../../support/policy-smtp-server.js';
import { settingsFor, untilTrue } from '../../support/queue-bench.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { RedisServer } from '../../support/redis-server.js';
import { useEnds } from '../../support/test-ends.js';

const ends = useEnds();

interface Started {
  readonly app: INestApplicationContext;
  readonly logger: RecordingLogger;
}

async function start(...imports: DynamicModule[]): Promise<Started> {
  class TestRoot {}
  Module({ imports })(TestRoot);
  const logger = new RecordingLogger();
  const app = await NestFactory.createApplicationContext(TestRoot, { logger, abortOnError: false });
  ends.push(() => app.close());
  return { app, logger };
}

async function serve(): Promise<{ redis: RedisServer; smtp: PolicySmtpServer }> {
  const redis = await RedisServer.start();
  ends.push(() => redis.close());
  const smtp = await PolicySmtpServer.start();
  ends.push(() => smtp.close());
  return { redis, smtp };
}

const MESSAGE = { to: 'ann@contoso.com', subject: 'Hello', text: 'Hello' };

describe('MailQueueWorkerModule', () => {
  it('delivers what a mailer of the same application has put into the queue, and ends with it', async () => {
    const { redis, smtp } = await serve();
    const settings = settingsFor(smtp);
    const { app, logger } = await start(
      MailQueueModule.forRoot({ connection: redis.url }),
      MailModule.forRoot(settings, { delivery: MailQueueDelivery }),
      MailQueueWorkerModule.forRoot({ connection: redis.url, settings }),
    );
    const events: QueueWorkerEvent[] = [];
    app.get(MailQueueWorker).on(event => void events.push(event));
    app.get(MailQueueWorker).on(() => {
      throw new Error('a listener that fails');
    });
    const receipt = await app.get(MailService).send(MESSAGE);
    expect(receipt).toMatchObject({ status: 'queued', via: 'queue' });
    await untilTrue(() => smtp.messages.length === 1);
    expect(smtp.messages[0]?.id).toBe(receipt.messageId);
    await untilTrue(() => events.length === 1);
    expect(events).toMatchObject([{ type: 'delivered', jobId: receipt.jobId, messageId: receipt.messageId }]);
    expect(app.get(MailQueueWorker).status).toMatchObject({ state: 'running' });
    const begun = performance.now();
    await app.close();
    await app.close();
    expect(performance.now() - begun).toBeLessThan(4000);
    expect(app.get(MailQueueWorker).status.state).toBe('stopped');
    expect(logger.lines.filter(line => line.startsWith('error'))).toEqual([]);
    expect(logger.warnings.filter(line => line.includes('listener of the worker'))).toHaveLength(1);

    expect(logger.warnings).toContain(
      `The queue "mail" in Redis at ${redis.host}:${redis.port}: Redis keeps nothing on disk: mails in the queue are lost when it ends. Set appendonly yes, and appendfsync always where no second of records may be lost.`,
    );
  });

  it('does not start with options that cannot be used, and lists every problem at once', async () => {
    const started = start(
      MailQueueWorkerModule.forRoot({
        connection: 'postgres://app:geheim@localhost/db',
        settings: { Host: 'mail.contoso.com', Port: 'x' },
        concurrency: 0,
        unconfirmed: -1,
        retry: { firstMs: 'soon' },
        keys: ['short'],
      } as never),
    );
    const error: unknown = await started.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const words = String(error);
    for (const key of ['connection', 'Port', 'concurrency', 'unconfirmed', 'retry.firstMs', 'keys[0]'])
      expect(words).toContain(`- ${key}`);
    expect(words).not.toContain('geheim');
  });

  it('takes nothing while Enabled is false, and says so once', async () => {
    const { redis, smtp } = await serve();
    const settings = settingsFor(smtp);
    const { app, logger } = await start(
      MailQueueModule.forRoot({ connection: redis.url }),
      MailModule.forRoot(settings, { delivery: MailQueueDelivery }),
      MailQueueWorkerModule.forRoot({ connection: redis.url, settings: { ...settings, Enabled: false } }),
    );
    await app.get(MailService).send(MESSAGE);
    await delay(500);
    expect(smtp.connections).toBe(0);
    expect(app.get(MailQueueWorker).status).toEqual({ state: 'disabled', active: 0 });
    expect(logger.warnings.filter(line => line.includes('Enabled is false'))).toHaveLength(1);
  });

  it('starts without a store, tells once that it is missing, and takes nothing under the test kit', async () => {
    const [port = 0] = await freePorts(1);
    const connection = `redis://127.0.0.1:${port}`;
    const settings = settingsFor({ host: '127.0.0.1', port });
    const { app, logger } = await start(MailQueueWorkerModule.forRoot({ connection, settings }));
    await delay(1500);
    expect(logger.lines.filter(line => line.includes('The queue cannot be used'))).toHaveLength(1);
    const begun = performance.now();
    await app.close();
    expect(performance.now() - begun).toBeLessThan(4000);
    const kit = await start(
      MailTestingModule.forRoot(),
      MailQueueWorkerModule.forRoot({ connection, settings }),
    );
    await delay(500);
    expect(kit.app.get(MailQueueWorker).status).toEqual({ state: 'intercepted', active: 0 });
    expect(kit.logger.lines.filter(line => line.startsWith('error'))).toEqual([]);
  });
});
