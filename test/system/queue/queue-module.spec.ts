import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { MailMessage } from 'nest-mailroom';
import { MailModule, MailService, mailServiceToken, MailSettingsError } from 'nest-mailroom';
import type { MailQueueAsyncOptions } from 'nest-mailroom/queue';
import { MailQueue, MailQueueDelivery, MailQueueModule } from 'nest-mailroom/queue';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';
import { freePorts } from '../../support/free-ports.js';
import { startApp } from '../../support/mail-app.js';
import { QUEUE_SETTINGS, sealingKey } from '../../support/queue-app.js';
import { RedisServer } from '../../support/redis-server.js';

const MESSAGE: MailMessage = { to: 'ann@contoso.com', subject: 'Your order', text: 'It is on its way.' };
const keys = [sealingKey()];

let redis: RedisServer;
const ends: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await redis.cli('FLUSHALL');
});
afterAll(() => redis.close());

async function started(...imports: Parameters<typeof startApp>) {
  const app = await startApp(...imports);
  ends.push(() => app.close());
  return app;
}

async function reasonOf(running: Promise<unknown>): Promise<Error> {
  const error: unknown = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Error) return error;
  throw new Error(`no error but ${inspect(error)}`);
}

describe('MailQueueModule', () => {
  it.each([
    ['before', true],
    ['behind', false],
  ])('serves a mailer that is imported %s it, and can be injected everywhere', async (_where, first) => {
    const queue = MailQueueModule.forRootAsync({ useFactory: async () => ({ connection: redis.url, keys }) });
    const mailer = MailModule.forRoot(QUEUE_SETTINGS, { delivery: MailQueueDelivery });
    const app = await started(...(first ? [mailer, queue] : [queue, mailer]));
    expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'queued', via: 'queue' });
    expect(await app.app.get(MailQueue, { strict: false }).counts()).toMatchObject({ waiting: 1 });
    expect(app.app.get(MailQueueDelivery, { strict: false }).name).toBe('queue');
  });

  it('is missed in words', async () => {
    const error = await reasonOf(
      startApp(MailModule.forRoot(QUEUE_SETTINGS, { delivery: MailQueueDelivery })),
    );
    expect(error).toBeInstanceOf(MailSettingsError);
    expect(error.message).toContain('import MailQueueModule.forRoot({ connection: … })');
  });

  it('tells all problems of its options at once, without secrets', async () => {
    const error = await reasonOf(
      startApp(
        MailQueueModule.forRoot({
          connection: 'http://user:secret-word@host',
          keys: ['c2VjcmV0'],
          timeoutMs: -1,
          name: 'a:b',
        }),
      ),
    );
    expect(error).toBeInstanceOf(MailSettingsError);
    const { problems } = error as MailSettingsError;
    expect(problems.map(({ key }) => key).sort()).toEqual(['connection', 'keys[0]', 'name', 'timeoutMs']);
    expect(inspect(error)).not.toMatch(/secret-word|c2VjcmV0/);
  });

  it('needs a factory where options come from elsewhere', () => {
    const none: Partial<MailQueueAsyncOptions> = {};
    expect(() => MailQueueModule.forRootAsync(none as MailQueueAsyncOptions)).toThrow('needs useFactory');
  });

  it('is refused twice, in words', async () => {
    const error = await reasonOf(
      startApp(
        MailQueueModule.forRoot({ connection: redis.url, keys }),
        MailQueueModule.forRoot({ connection: redis.url, keys, name: 'alerts' }),
      ),
    );
    expect(error.message).toContain('MailQueueModule is imported 2 times');
    expect(error.message).toContain('isGlobal: false');
  });

  it('serves one mailer with a queue of its own beside another one', async () => {
    const app = await started(
      MailQueueModule.forRoot({ connection: redis.url, keys }),
      MailModule.forRoot(QUEUE_SETTINGS, { delivery: MailQueueDelivery }),
      MailModule.forRoot(QUEUE_SETTINGS, {
        name: 'alerts',
        delivery: MailQueueDelivery,
        imports: [
          MailQueueModule.forRoot({ connection: redis.url, keys, name: 'alerts' }, { isGlobal: false }),
        ],
      }),
    );
    const alerts = app.app.get<MailService>(mailServiceToken('alerts'), { strict: false });
    const { jobId } = await alerts.send(MESSAGE);
    const other = await app.mail.send(MESSAGE);
    expect(await redis.cli('EXISTS', `bull:alerts:${jobId}`)).toBe('1');
    expect(await redis.cli('EXISTS', `bull:mail:${other.jobId}`)).toBe('1');
  });

  it('connects to nothing where a test catches mails', async () => {
    const [port = 0] = await freePorts(1);
    const app = await started(
      MailTestingModule.forRoot(),
      MailQueueModule.forRoot({ connection: `redis://127.0.0.1:${port}` }),
      MailModule.forRoot(QUEUE_SETTINGS, { delivery: MailQueueDelivery }),
    );
    const receipt = await app.mail.send(MESSAGE, { idempotencyKey: 'one' });
    expect(receipt.via).not.toBe('queue');
    expect(app.app.get(Mailbox, { strict: false }).mails).toHaveLength(1);
    expect(app.logger.warnings.filter(line => line.includes('queue'))).toEqual([]);
    const begun = performance.now();
    await app.close();
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it.each([
    ['before', true],
    ['behind', false],
  ])('takes the last mails of an application that ends, imported %s its mailer', async (_where, first) => {
    const outcomes: unknown[] = [];
    @Injectable()
    class Goodbye implements OnApplicationShutdown {
      constructor(readonly mail: MailService) {}
      async beforeApplicationShutdown(): Promise<void> {
        outcomes.push((await this.mail.send(MESSAGE)).status);
        this.mail.sendInBackground({
          ...MESSAGE,
          attachments: [{ filename: 'a', content: Buffer.alloc(9_000_000) }],
        });
      }
      onApplicationShutdown(): void {}
    }
    class Last {}
    Module({ providers: [Goodbye] })(Last);
    const queue = MailQueueModule.forRoot({ connection: redis.url, keys });
    const mailer = MailModule.forRoot(QUEUE_SETTINGS, { delivery: MailQueueDelivery });
    const app = await startApp({ module: Last }, ...(first ? [queue, mailer] : [mailer, queue]));
    await app.close();
    expect(outcomes).toEqual(['queued']);
    expect(await redis.cli('ZCARD', 'bull:mail:prioritized')).toBe('2');
    expect(await redis.cli('CLIENT', 'LIST')).not.toContain('nest-mailroom');
  });
});
