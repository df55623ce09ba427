import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { context, metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
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
import type { MailMessage, MailReceipt } from 'nest-mailroom';
import { MailHook, MailVeto } from 'nest-mailroom';
import type { MailApp } from '../support/mail-app.js';
import { startMailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';

const TOKEN = 'r3set-t0ken-0123456789';
const spans = new InMemorySpanExporter();
const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
const tracing = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
const metering = new MeterProvider({ readers: [reader] });

const bench = useMailBench();
let sink: MailSink;
let app: MailApp;

@Injectable()
class NoParties extends MailHook {
  override beforeSend(message: MailMessage): MailVeto | undefined {
    if (message.subject === 'traced') trace.getTracer('app').startSpan('look at it').end();
    return message.subject === 'party' ? new MailVeto('no parties') : undefined;
  }

  override afterSend(_receipt: MailReceipt, message: MailMessage): void {
    if (message.subject === 'traced') trace.getTracer('app').startSpan('tell of it').end();
  }
}

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(tracing);
  metrics.setGlobalMeterProvider(metering);
});
beforeEach(async () => {
  spans.reset();
  sink = await bench.sink({
    rejectRecipient: address =>
      address.startsWith('gone') ? { code: 550, message: `5.1.1 ${address} is unknown` } : undefined,
  });
  app = await bench.app(
    {
      MailSettings: { Host: sink.host, Port: sink.port, FromAddress: 'no-reply@contoso.com' },
      TwoFactorSettings: { ResetConfirmationUri: 'https://identity.contoso.com/reset?token=' },
    },
    { hooks: [NoParties] },
  );
});
afterAll(async () => {
  await metering.shutdown();
  trace.disable();
  metrics.disable();
  context.disable();
});

/** The sum or count of a metric for the data points whose attributes hold these. */
async function metric(name: string, wanted: Record<string, string> = {}): Promise<number> {
  await reader.forceFlush();
  const points = (measured.getMetrics().at(-1)?.scopeMetrics ?? [])
    .filter(scope => scope.scope.name === 'nest-mailroom')
    .flatMap(scope => scope.metrics)
    .filter(item => item.descriptor.name === name)
    .flatMap(item => item.dataPoints as { attributes: object; value: number | { count: number } }[]);
  return points
    .filter(({ attributes }) =>
      Object.entries(wanted).every(([key, value]) => Reflect.get(attributes, key) === value),
    )
    .reduce((sum, { value }) => sum + (typeof value === 'number' ? value : value.count), 0);
}

describe('With an OpenTelemetry SDK', () => {
  it('a mail is a span that tells delivery, template, culture, outcome and counts', async () => {
    await app.mail.sendNotification({
      to: ['ann@contoso.com', 'gone@contoso.com'],
      title: 'Done',
      lines: ['All done.'],
      culture: 'fr',
    });
    const [span, ...more] = spans.getFinishedSpans();
    expect(more).toEqual([]);
    expect(span).toMatchObject({
      name: 'mail.send',
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'mail.delivery': 'smtp',
        'mail.template': 'notification',
        'mail.culture': 'fr',
        'mail.outcome': 'accepted',
        'mail.recipients.accepted': 1,
        'mail.recipients.rejected': 1,
        'mail.recipients.dropped': 0,
        'mail.retries': 0,
      },
    });
  });

  it('a mail that fails is a span with the type of its error and the status error', async () => {
    await rejection(app.mail.send({ to: 'gone@contoso.com', subject: 'x', text: 't' }));
    await rejection(app.mail.send({ subject: 's', to: 'no address', text: 't' }));
    await rejection(app.mail.send({ to: 'ann@contoso.com', template: 'no/such/template', context: {} }));
    expect(
      spans
        .getFinishedSpans()
        .map(({ status, attributes }) => [
          status.code,
          attributes['mail.outcome'],
          attributes['error.type'],
          attributes['mail.template'],
        ]),
    ).toEqual([
      [SpanStatusCode.ERROR, 'failed', 'EMAILENVELOPE', undefined],
      [SpanStatusCode.ERROR, 'failed', 'EMAILADDRESS', undefined],
      [SpanStatusCode.ERROR, 'failed', 'EMAILTEMPLATENOTFOUND', 'no/such/template'],
    ]);
  });

  it('a mail that a hook stops is a span with the outcome suppressed', async () => {
    await app.mail.send({ to: 'ann@contoso.com', subject: 'party', text: 't' });
    expect(spans.getFinishedSpans()[0]?.attributes).toMatchObject({
      'mail.outcome': 'suppressed',
      'mail.recipients.dropped': 1,
    });
  });

  it('the span is a child of the caller’s and the parent of what hooks trace, until it has ended', async () => {
    const tracer = trace.getTracer('app');
    await tracer.startActiveSpan('request', async parent => {
      await app.mail.send({ to: 'ann@contoso.com', subject: 'traced', text: 't' });
      parent.end();
    });
    const [inHook, sent, afterwards, request] = spans.getFinishedSpans();
    expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual([
      'look at it',
      'mail.send',
      'tell of it',
      'request',
    ]);
    expect(afterwards?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
    expect(inHook?.parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);
    expect(sent?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
  });

  it('messages, recipients, duration and what is in flight are counted', async () => {
    const before = await Promise.all([
      metric('mail.messages'),
      metric('mail.recipients', { 'mail.recipient.result': 'accepted' }),
      metric('mail.send.duration'),
    ]);
    await app.mail.send({ to: ['ann@contoso.com', 'bob@contoso.com'], subject: 'x', text: 't' });
    await rejection(app.mail.send({ to: 'gone@contoso.com', subject: 'x', text: 't' }));
    const after = await Promise.all([
      metric('mail.messages'),
      metric('mail.recipients', { 'mail.recipient.result': 'accepted' }),
      metric('mail.send.duration'),
    ]);
    expect(after.map((value, index) => value - (before[index] ?? 0))).toEqual([2, 2, 2]);
    expect(await metric('mail.messages', { 'error.type': 'EMAILENVELOPE' })).toBeGreaterThan(0);
    expect(await metric('mail.send.in_flight')).toBe(0);
  });

  it('a mail that is under way is in flight', async () => {
    const slow = await MailSink.start({ delayDataMs: 300 });
    const other = await startMailApp({ Host: slow.host, Port: slow.port, FromAddress: 'a@contoso.com' });
    const sending = other.mail.send({ to: 'ann@contoso.com', subject: 'x', text: 't' });
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(await metric('mail.send.in_flight')).toBe(1);
    await sending;
    expect(await metric('mail.send.in_flight')).toBe(0);
    await other.close();
    await slow.close();
  });

  it('a hundred templates and cultures make a hundred series each, and all others one more; spans name them all', async () => {
    const series = async (name: string): Promise<string[]> => {
      await metric('mail.messages');
      return (measured.getMetrics().at(-1)?.scopeMetrics ?? [])
        .flatMap(scope => scope.metrics)
        .filter(item => item.descriptor.name === 'mail.messages')
        .flatMap(item => item.dataPoints.map(point => String(point.attributes[name])));
    };
    for (let index = 0; index < 250; index++)
      await rejection(app.mail.send({ to: 'ann@contoso.com', template: `wild-${index}`, context: {} }));
    const templates = (await series('mail.template')).filter(name => name.startsWith('wild-'));
    expect(new Set(templates).size).toBe(100);
    expect(await metric('mail.messages', { 'mail.template': '_OTHER' })).toBe(150);
    expect(spans.getFinishedSpans().at(-1)?.attributes['mail.template']).toBe('wild-249');
  });

  it('no address, subject, link, token or Message-ID stands in an attribute, name, event or status', async () => {
    await app.mail.sendResetPassword({ to: 'Ann Lee <ann@contoso.com>', displayName: 'Ann', token: TOKEN });
    await rejection(app.mail.send({ to: 'gone@contoso.com', subject: 'the-subject', text: 't' }));
    await rejection(app.mail.send({ to: 'hostile <x@y', subject: 'the-subject', text: 't' }));
    await rejection(
      app.mail.send({ to: 'ann@contoso.com', template: '../../etc/ann@contoso.com', context: {} }),
    );
    await reader.forceFlush();
    const told = JSON.stringify([
      spans
        .getFinishedSpans()
        .map(({ name, attributes, events, status, links }) => ({ name, attributes, events, status, links })),
      measured.getMetrics(),
    ]);
    expect(told).toContain('reset-password');
    expect(told).not.toMatch(/@|contoso|Ann|the-subject|https?:|hostile|etc\/|r3set/);
  });
});

describe('With an OpenTelemetry SDK that throws', () => {
  const broken = (): never => {
    throw new Error('the SDK is broken');
  };
  const instrument = { add: broken, record: broken };
  const meters = (counter: object) => ({
    getMeter: () => ({
      createCounter: () => counter,
      createHistogram: () => counter,
      createUpDownCounter: () => counter,
    }),
  });
  const spanning = (span: object) => ({ getTracer: () => ({ startSpan: () => span }) });
  const good = { ...trace.wrapSpanContext(trace.getTracer('none').startSpan('none').spanContext()) };

  afterEach(() => {
    trace.disable();
    metrics.disable();
    context.disable();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(tracing);
    metrics.setGlobalMeterProvider(metering);
  });

  it.each([
    ['when a tracer is asked for', () => use({ getTracer: broken }, undefined)],
    ['when a meter is asked for', () => use(undefined, { getMeter: broken })],
    ['when a span begins', () => use({ getTracer: () => ({ startSpan: broken }) }, undefined)],
    ['when a span ends', () => use(spanning({ ...good, setAttributes: broken, end: broken }), undefined)],
    ['when anything is counted', () => use(undefined, meters(instrument))],
  ] as [string, () => void][])('%s, a mail leaves once and keeps its receipt', async (_, arrange) => {
    arrange();
    const receipt = await app.mail.send({ to: 'ann@contoso.com', subject: 'x', text: 't' });
    expect(receipt.status).toBe('accepted');
    expect(await rejection(app.mail.send({ to: 'gone@contoso.com', subject: 'x', text: 't' }))).toMatchObject(
      {
        code: 'EMAILENVELOPE',
      },
    );
    expect(sink.messages).toHaveLength(1);
    expect(app.logger.warnings.filter(line => line.includes('OpenTelemetry'))).toHaveLength(1);
  });

  it('when a span ends, what is in flight is counted all the same', async () => {
    use(spanning({ ...good, setAttributes: broken, end: broken }), undefined);
    const before = await metric('mail.messages');
    await app.mail.send({ to: 'ann@contoso.com', subject: 'x', text: 't' });
    expect(await metric('mail.send.in_flight')).toBe(0);
    expect(await metric('mail.messages')).toBe(before + 1);
  });

  function use(tracers: object | undefined, meterProviders: object | undefined): void {
    if (tracers) {
      trace.disable();
      Reflect.apply(trace.setGlobalTracerProvider, trace, [tracers]);
    }
    if (meterProviders) {
      metrics.disable();
      Reflect.apply(metrics.setGlobalMeterProvider, metrics, [meterProviders]);
    }
  }
});
