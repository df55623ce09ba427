import type { Attributes, Counter, Histogram, Meter, MeterProvider, UpDownCounter } from '@opentelemetry/api';

type OpenTelemetry = typeof import('@opentelemetry/api');

/** What telemetry tells of one send. No address, subject, link or Message-ID is among it. */
export interface SendFacts {
  /** Name of the delivery. */
  readonly delivery: string;
  readonly template?: string;
  readonly culture?: string;
  /** The status of the receipt, or `failed`, or `unknown` when the mail may have been delivered. */
  readonly outcome: string;
  /** The code of the error of a failed send. */
  readonly errorType?: string;
  readonly accepted: number;
  readonly rejected: number;
  readonly dropped: number;
  readonly retries: number;
}

interface Instruments {
  readonly provider: MeterProvider;
  readonly messages: Counter;
  readonly recipients: Counter;
  readonly duration: Histogram;
  readonly inFlight: UpDownCounter;
}

const SCOPE = 'nest-mailroom';
/** Under this symbol OpenTelemetry's API keeps what an SDK registers, whichever copy of the API it uses. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1');
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Tells OpenTelemetry of every send: a span `mail.send` and four instruments. The API is an optional peer, imported when
 * an SDK has registered itself; without one a send costs the look at one symbol.
 */
export class MailTelemetry {
  readonly #onProblem: (problem: string) => void;
  #api: Promise<OpenTelemetry | undefined> | undefined;
  #instruments: Instruments | undefined;

  /** @param onProblem told once when there is an SDK but no API to reach it by */
  constructor(onProblem: (problem: string) => void) {
    this.#onProblem = onProblem;
  }

  /** Runs a send; with an SDK inside a span, and counted. */
  async observe<T>(
    send: () => Promise<T>,
    describe: (result: { readonly value: T } | { readonly error: unknown }) => SendFacts,
  ): Promise<T> {
    if (!(REGISTRY in globalThis)) return send();
    this.#api ??= this.#importApi();
    const api = await this.#api;
    return api ? this.#observe(api, send, describe) : send();
  }

  async #observe<T>(
    api: OpenTelemetry,
    send: () => Promise<T>,
    describe: (result: { readonly value: T } | { readonly error: unknown }) => SendFacts,
  ): Promise<T> {
    const { context, trace, SpanKind, SpanStatusCode } = api;
    const instruments = this.#instrumentsOf(api);
    const span = trace.getTracer(SCOPE).startSpan('mail.send', { kind: SpanKind.CLIENT });
    const begun = performance.now();
    const end = (facts: SendFacts): void => {
      const labels = labelsOf(facts);
      span.setAttributes({
        ...labels,
        'mail.recipients.accepted': facts.accepted,
        'mail.recipients.rejected': facts.rejected,
        'mail.recipients.dropped': facts.dropped,
        'mail.retries': facts.retries,
      });
      if (facts.errorType !== undefined)
        span.setStatus({ code: SpanStatusCode.ERROR, message: facts.errorType });
      span.end();
      instruments.inFlight.add(-1);
      instruments.messages.add(1, labels);
      instruments.duration.record((performance.now() - begun) / 1000, labels);
      for (const result of ['accepted', 'rejected', 'dropped'] as const)
        if (facts[result] > 0)
          instruments.recipients.add(facts[result], { ...labels, 'mail.recipient.result': result });
    };
    instruments.inFlight.add(1);
    try {
      const value = await context.with(trace.setSpan(context.active(), span), send);
      end(describe({ value }));
      return value;
    } catch (error) {
      end(describe({ error }));
      throw error;
    }
  }

  /** Made anew when another provider was registered meanwhile: instruments of none stay silent for ever. */
  #instrumentsOf({ metrics }: OpenTelemetry): Instruments {
    const provider = metrics.getMeterProvider();
    if (this.#instruments?.provider !== provider)
      this.#instruments = { provider, ...createInstruments(provider.getMeter(SCOPE)) };
    return this.#instruments;
  }

  async #importApi(): Promise<OpenTelemetry | undefined> {
    try {
      return await import('@opentelemetry/api');
    } catch {
      this.#onProblem(
        'An OpenTelemetry SDK is registered, but mails are neither traced nor counted: npm install @opentelemetry/api',
      );
      return undefined;
    }
  }
}

function createInstruments(meter: Meter): Omit<Instruments, 'provider'> {
  return {
    messages: meter.createCounter('mail.messages', { description: 'Mails sent', unit: '{message}' }),
    recipients: meter.createCounter('mail.recipients', {
      description: 'Recipients of mails, by what became of them',
      unit: '{recipient}',
    }),
    duration: meter.createHistogram('mail.send.duration', {
      description: 'Time that a send took, from the call to its receipt',
      unit: 's',
      advice: { explicitBucketBoundaries: SECONDS },
    }),
    inFlight: meter.createUpDownCounter('mail.send.in_flight', {
      description: 'Sends that have begun and not ended',
      unit: '{message}',
    }),
  };
}

function labelsOf({ delivery, template, culture, outcome, errorType }: SendFacts): Attributes {
  return {
    'mail.delivery': delivery,
    'mail.outcome': outcome,
    ...(template !== undefined && { 'mail.template': template }),
    ...(culture !== undefined && { 'mail.culture': culture }),
    ...(errorType !== undefined && { 'error.type': errorType }),
  };
}
