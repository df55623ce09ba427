import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { context, metrics, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { MailModule, MailService } from 'nest-mailroom';
import type { MailHealthOptions } from 'nest-mailroom/health';
import { MailQueue, MailQueueDelivery, MailQueueModule, MailQueueWorkerModule } from 'nest-mailroom/queue';
import type { HealthApp } from '../../support/health-app.js';
import { startHealthApp } from '../../support/health-app.js';
import { MailSink } from '../../support/mail-sink.js';
import { QUEUE_SETTINGS, sealingKey } from '../../support/queue-app.js';
import { RedisServer } from '../../support/redis-server.js';

const KEY = sealingKey();
const spans = new InMemorySpanExporter();
const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
const metering = new MeterProvider({ readers: [reader] });

let redis: RedisServer;
let sink: MailSink;
const ends: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  redis = await RedisServer.start();
  sink = await MailSink.start({
    rejectRecipient: address =>
      address.startsWith('gone') ? { code: 550, message: `5.1.1 ${address} is unknown` } : undefined,
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
  );
  metrics.setGlobalMeterProvider(metering);
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await redis.cli('FLUSHALL');
  spans.reset();
});
afterAll(async () => {
  await metering.shutdown();
  trace.disable();
  metrics.disable();
  context.disable();
  await sink.close();
  await redis.close();
});

/** An application that sends into the queue. */
async function sender(): Promise<HealthApp> {
  const app = await startHealthApp(
    MailQueueModule.forRoot({ connection: redis.url, keys: [KEY], timeoutMs: 1000 }),
    MailModule.forRoot(QUEUE_SETTINGS, { delivery: MailQueueDelivery }),
  );
  ends.push(() => app.close());
  return app;
}

/** Another one, which delivers. */
async function deliverer(): Promise<HealthApp> {
  const settings = {
    Host: sink.host,
    Port: sink.port,
    FromAddress: 'no-reply@contoso.com',
    EnableSsl: false,
  };
  const app = await startHealthApp(
    MailQueueWorkerModule.forRoot({ connection: redis.url, keys: [KEY], settings }),
  );
  ends.push(() => app.close());
  return app;
}

async function until(check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error('It did not come to that within 20 s');
    await new Promise(resolve => setTimeout(resolve, 30));
  }
}

async function health(app: HealthApp, options: MailHealthOptions = {}): Promise<unknown> {
  return (await app.indicator.isHealthy('mail', { cacheMs: 0, ...options })).mail;
}

const MESSAGE = { to: 'ann@contoso.com', subject: 'Your order', text: 'It is on its way.' };

describe('The health of a mailer with a queue', () => {
  it('is up with all numbers, and down while mails wait and nobody delivers them', async () => {
    const app = await sender();
    expect(await health(app)).toEqual({
      status: 'up',
      delivery: 'queue',
      waiting: 0,
      delayed: 0,
      active: 0,
      failed: 0,
      workers: 0,
    });
    await app.get(MailService).send({ ...MESSAGE, to: 'gone@contoso.com' });
    await app.get(MailService).send(MESSAGE, { delayMs: 3_600_000 });
    expect(await health(app)).toMatchObject({
      status: 'down',
      waiting: 1,
      message: expect.stringContaining('no worker is connected'),
    });
    await deliverer();
    await until(async () => (await app.get(MailQueue).counts()).failed === 1);
    expect(await health(app)).toEqual({
      status: 'up',
      delivery: 'queue',
      waiting: 0,
      delayed: 1,
      active: 0,
      failed: 1,
      workers: 1,
    });
  });

  it('of a queue that an operator has paused says so, and is down once mails have waited too long', async () => {
    const app = await sender();
    await app.get(MailQueue).pause();
    await app.get(MailService).send(MESSAGE);
    expect(await health(app)).toMatchObject({ status: 'up', paused: true, waiting: 1 });
    await until(async () => {
      const found = await health(app, { maxAgeMs: 1 });
      return JSON.stringify(found).includes('"down"');
    });
    expect(await health(app, { maxAgeMs: 1 })).toMatchObject({
      message: expect.stringMatching(/an operator has paused the queue$/),
    });
    expect(await health(app, { maxBacklog: 0 })).toMatchObject({ status: 'down' });
  });

  it('is down within its time when the store is away', async () => {
    const app = await sender();
    expect(await health(app)).toMatchObject({ status: 'up' });
    redis.stop();
    try {
      const begun = performance.now();
      expect(await health(app, { timeoutMs: 3000 })).toMatchObject({ status: 'down', code: 'EMAILCONNECT' });
      expect(performance.now() - begun).toBeLessThan(5000);
    } finally {
      redis.cont();
    }
  });
});

describe('With an OpenTelemetry SDK', () => {
  it('a try of a worker is a span that links to the span of its send, with no address in it', async () => {
    const app = await sender();
    await deliverer();
    await app
      .get(MailService)
      .sendNotification({ to: ['ann@contoso.com', 'gone@contoso.com'], title: 'Done', lines: ['All.'] });
    await until(async () => spans.getFinishedSpans().some(({ name }) => name === 'mail.deliver'));
    const finished = spans.getFinishedSpans();
    const send = finished.find(({ name }) => name === 'mail.send');
    const attempt = finished.find(({ name }) => name === 'mail.deliver');
    expect(send?.attributes).toMatchObject({ 'mail.delivery': 'queue', 'mail.outcome': 'queued' });
    expect(attempt).toMatchObject({
      kind: SpanKind.CONSUMER,
      attributes: { 'mail.queue.name': 'mail', 'mail.template': 'notification', 'mail.outcome': 'partly' },
    });
    expect(attempt?.parentSpanContext).toBeUndefined();
    expect(attempt?.links.map(link => link.context)).toEqual([
      expect.objectContaining({ traceId: send?.spanContext().traceId, spanId: send?.spanContext().spanId }),
    ]);
    expect(JSON.stringify([attempt?.attributes, attempt?.links, attempt?.status])).not.toContain('contoso');
  });

  it('the queue is two gauges, with the name of the queue and the state as labels', async () => {
    const app = await sender();
    await app.get(MailService).send(MESSAGE);
    await app.get(MailService).send({ ...MESSAGE, subject: 'Later' }, { delayMs: 3_600_000 });
    await reader.forceFlush();
    const points = (measured.getMetrics().at(-1)?.scopeMetrics ?? [])
      .flatMap(scope => scope.metrics)
      .filter(({ descriptor }) => descriptor.name.startsWith('mail.queue.'))
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [descriptor.name, attributes, value] as const),
      );
    const labels = { 'mail.queue.name': 'mail' };
    expect(points).toEqual(
      expect.arrayContaining([
        ['mail.queue.jobs', { ...labels, 'mail.queue.state': 'waiting' }, 1],
        ['mail.queue.jobs', { ...labels, 'mail.queue.state': 'delayed' }, 1],
        ['mail.queue.jobs', { ...labels, 'mail.queue.state': 'active' }, 0],
        ['mail.queue.jobs', { ...labels, 'mail.queue.state': 'failed' }, 0],
        ['mail.queue.oldest_age', labels, expect.any(Number)],
      ]),
    );
  });
});

describe('Whoever looks into the store of a sealed queue, with a dashboard or without', () => {
  it('finds no address, subject, text, link or token in any field of any job', async () => {
    const app = await sender();
    const secrets = ['ann@contoso.com', 't0ken-4711', 'Bring-your-badge', 'Quarterly-secret'];
    await app
      .get(MailService)
      .sendResetPassword({ to: 'ann@contoso.com', displayName: 'Ann', token: 't0ken-4711' });
    await app
      .get(MailService)
      .send({ to: 'ann@contoso.com', subject: 'Quarterly-secret', text: 'Bring-your-badge' });
    await app
      .get(MailService)
      .send({ to: 'gone@contoso.com', subject: 'Quarterly-secret', text: 'Bring-your-badge' });
    const look = async (): Promise<string> => {
      const names = (await redis.cli('--raw', 'KEYS', 'bull:mail:*')).split('\n');
      const all: string[] = [];
      for (const name of names) {
        const type = await redis.cli('TYPE', name);
        if (type === 'hash') all.push(await redis.cli('--raw', 'HGETALL', name));
        if (type === 'stream') all.push(await redis.cli('--raw', 'XRANGE', name, '-', '+'));
        if (type === 'string') all.push(await redis.cli('--raw', 'GET', name));
      }
      return all.join('\n');
    };
    const before = await look();
    expect(before).toContain('a***@contoso.com');
    await deliverer();
    await until(async () => {
      const { waiting, active, failed } = await app.get(MailQueue).counts();
      return waiting + active === 0 && failed === 1;
    });
    const after = await look();
    expect(after).toContain('5.1.1');
    for (const secret of [...secrets, 'gone@contoso.com']) {
      expect(before).not.toContain(secret);
      expect(after).not.toContain(secret);
    }
  });
});
