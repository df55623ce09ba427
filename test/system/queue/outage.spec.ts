import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { MailMessage, MailModuleOptions } from 'nest-mailroom';
import { MailDeliveryError } from 'nest-mailroom';
import type { MailQueueOptions } from 'nest-mailroom/queue';
import { freePorts } from '../../support/free-ports.js';
import type { QueueApp } from '../../support/queue-app.js';
import { sealingKey, startQueueApp } from '../../support/queue-app.js';
import type { RedisServerOptions } from '../../support/redis-server.js';
import { RedisServer } from '../../support/redis-server.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { useEnds } from '../../support/test-ends.js';

const TIMEOUT_MS = 1000;
const MESSAGE: MailMessage = { to: 'ann@contoso.com', subject: 'Your order', text: 'It is on its way.' };

const ends = useEnds();

async function startRedis(options?: RedisServerOptions): Promise<RedisServer> {
  const server = await RedisServer.start(options);
  ends.push(() => server.close());
  return server;
}

async function start(
  connection: MailQueueOptions['connection'],
  mailer?: MailModuleOptions,
): Promise<QueueApp> {
  const app = await startQueueApp({ connection, keys: [sealingKey()], timeoutMs: TIMEOUT_MS }, mailer);
  ends.push(() => app.close());
  return app;
}

async function failureOf(running: Promise<unknown>): Promise<MailDeliveryError> {
  const error: unknown = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof MailDeliveryError) return error;
  throw new Error(`no MailDeliveryError but ${inspect(error)}`);
}

/** A second way for mails, and how many have gone it. */
function pickup(): { options: MailModuleOptions; count(): number } {
  const folder = temporaryDirectory();
  ends.push(async () => folder.remove());
  return {
    options: {
      fallback: {
        FromAddress: 'no-reply@contoso.com',
        UseSpecifiedPickupDirectory: true,
        PickupDirectory: folder.path,
      },
    },
    count: () => readdirSync(folder.path).filter(name => name.endsWith('.eml')).length,
  };
}

describe('An application whose store', () => {
  it('is not there starts, says so once, fails sends in time with the name of the queue, and goes on when it comes', async () => {
    const [port = 0] = await freePorts(1);
    const begun = performance.now();
    const app = await start(`redis://127.0.0.1:${port}`);
    expect(performance.now() - begun).toBeLessThan(3000);
    const sending = performance.now();
    const error = await failureOf(app.mail.send(MESSAGE));
    expect(performance.now() - sending).toBeLessThan(TIMEOUT_MS + 1000);
    expect(error).toMatchObject({ code: 'EMAILCONNECT', phase: 'connect', retryable: true });
    expect(error.message).toBe(
      `The queue "mail" in Redis at 127.0.0.1:${port} cannot be used: nobody listens there (ECONNREFUSED) (waited 1000 ms). Nothing was put into it.`,
    );
    await failureOf(app.mail.send(MESSAGE));
    await startRedis({ port });
    await sleep(2500);
    expect((await app.mail.send(MESSAGE)).status).toBe('queued');
    expect((await app.queue.counts()).waiting).toBe(1);
    const told = app.logger.lines.filter(line => /The queue "mail" .* can(?:not)? be used/.test(line));
    expect(told.filter(line => line.startsWith('warn The queue'))).toHaveLength(1);
    expect(told.filter(line => line.startsWith('log The queue'))).toHaveLength(1);
  });

  it('is not there gives its mails to the fallback', async () => {
    const [port = 0] = await freePorts(1);
    const second = pickup();
    const app = await start(`redis://127.0.0.1:${port}`, second.options);
    expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'written', fallback: true });
    expect(second.count()).toBe(1);
  });

  it('stands still does not know of the mail that it was handed, which goes no second way', async () => {
    const redis = await startRedis();
    const second = pickup();
    const app = await start(redis.url, second.options);
    await app.mail.send(MESSAGE);
    redis.stop();
    const error = await failureOf(app.mail.send({ ...MESSAGE, messageId: '<handed@contoso.com>' }));
    expect(error).toMatchObject({ retryable: 'unknown' });
    expect(second.count()).toBe(0);
    await sleep(1500);
    expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'written', fallback: true });
    redis.cont();
    await sleep(3000);
    const again = await app.mail.send({ ...MESSAGE, messageId: '<handed@contoso.com>' });
    expect(again.status === 'queued' || again.fallback).toBe(true);
  });

  it('is full, and says what to do', async () => {
    const redis = await startRedis();
    const app = await start(redis.url);
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1');
    const error = await failureOf(app.mail.send(MESSAGE));
    expect(error).toMatchObject({ code: 'EMAILCONNECT', retryable: true });
    expect(error.message).toContain('Redis has used up its memory (maxmemory)');
  });

  it('is aborted by the caller in its wait', async () => {
    const [port = 0] = await freePorts(1);
    const app = await start(`redis://127.0.0.1:${port}`);
    const error = await failureOf(app.mail.send(MESSAGE, { signal: AbortSignal.timeout(100) }));
    expect(error).toMatchObject({ code: 'EMAILTIMEOUT', retryable: true });
    expect(await failureOf(app.mail.send(MESSAGE, { timeoutMs: 100 }))).toMatchObject({
      code: 'EMAILTIMEOUT',
    });
  });

  it('has a password never shows it', async () => {
    const redis = await startRedis({ password: 'the-right-secret' });
    const app = await start(`redis://:the-wrong-secret@127.0.0.1:${redis.port}`);
    const error = await failureOf(app.mail.send(MESSAGE));
    expect(error.message).toContain('Redis refuses the user name or password');
    const shown = `${inspect(error, { depth: 20, showHidden: true })}${app.logger.lines.join()}${inspect(app.queue, { depth: 20, showHidden: true })}`;
    expect(shown).not.toContain('the-wrong-secret');
  });

  it('evicts, or keeps nothing on disk, is warned of once at start', async () => {
    const redis = await startRedis({ policy: 'allkeys-lru', maxmemory: '100mb' });
    const app = await start(redis.url);
    await app.mail.send(MESSAGE);
    await sleep(300);
    expect(app.logger.warnings.filter(line => line.includes('maxmemory-policy is allkeys-lru'))).toHaveLength(
      1,
    );
    expect(app.logger.warnings.filter(line => line.includes('keeps nothing on disk'))).toHaveLength(1);
  });

  it('cannot be reached ends in time', async () => {
    const redis = await startRedis();
    const app = await start(redis.url);
    await app.mail.send(MESSAGE);
    redis.stop();
    const begun = performance.now();
    await app.close();
    expect(performance.now() - begun).toBeLessThan(4000);
    redis.cont();
  });
});
