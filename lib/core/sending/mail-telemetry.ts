import type { Attributes, Counter, Histogram, Meter, MeterProvider, UpDownCounter } from '@opentelemetry/api';
import type { OpenTelemetry } from './open-telemetry.js';
import { isMeasured, TELEMETRY_SCOPE, TelemetryAccess } from './open-telemetry.js';

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

/** One send that is measured. */
export interface SendSpan {
  /** Calls a function inside the span, so that spans of the application become its children. */
  run<T>(send: () => Promise<T>): Promise<T>;
  /** The send has ended; the facts are asked for only where somebody wants them. */
  end(describe: () => SendFacts): void;
}

/** What a send gets where nobody measures. */
const UNMEASURED: SendSpan = { run: send => send(), end: () => {} };

interface Instruments {
  readonly provider: MeterProvider;
  readonly messages: Counter;
  readonly recipients: Counter;
  readonly duration: Histogram;
  readonly inFlight: UpDownCounter;
}

/** Distinct values of one attribute that metrics have; any further one is `_OTHER`. */
const MOST_VALUES = 100;
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Tells OpenTelemetry of every send: a span `mail.send` and four instruments. The API is an optional peer, imported when
 * an SDK has registered itself; without one a send costs the look at one symbol.
 */
export class MailTelemetry {
  readonly #access: TelemetryAccess;
  #instruments: Instruments | undefined;
  readonly #seen = { 'mail.template': new Set<unknown>(), 'mail.culture': new Set<unknown>() };

  /** @param onProblem told once when there is an SDK but no API to reach it by, and once when the SDK throws */
  constructor(onProblem: (problem: string) => void) {
    this.#access = new TelemetryAccess(onProblem);
  }

  /** Begins to measure a send: with an SDK by a span and instruments, else not at all. */
  begin(): SendSpan | Promise<SendSpan> {
    return isMeasured() ? this.#beginIfPossible() : UNMEASURED;
  }

  async #beginIfPossible(): Promise<SendSpan> {
    const api = await this.#access.api();
    return api ? this.#begin(api) : UNMEASURED;
  }

  #begin({ context, metrics, trace, SpanKind, SpanStatusCode }: OpenTelemetry): SendSpan {
    const instruments = this.#safely(() => this.#instrumentsOf(metrics));
    const span = this.#safely(() =>
      trace.getTracer(TELEMETRY_SCOPE).startSpan('mail.send', { kind: SpanKind.CLIENT }),
    );
    const begun = performance.now();
    this.#safely(() => instruments?.inFlight.add(1));
    return {
      run: send => {
        let sending: ReturnType<typeof send> | undefined;
        // Once, also where the SDK throws before or after it has called.
        const sendOnce = (): ReturnType<typeof send> => (sending ??= send());
        if (span) this.#safely(() => context.with(trace.setSpan(context.active(), span), sendOnce));
        return sendOnce();
      },
      end: describe => {
        const facts = this.#safely(describe);
        this.#safely(() => instruments?.inFlight.add(-1));
        this.#safely(() => {
          if (!facts) return;
          span?.setAttributes({
            ...labelsOf(facts),
            'mail.recipients.accepted': facts.accepted,
            'mail.recipients.rejected': facts.rejected,
            'mail.recipients.dropped': facts.dropped,
            'mail.retries': facts.retries,
          });
          if (facts.errorType !== undefined)
            span?.setStatus({ code: SpanStatusCode.ERROR, message: facts.errorType });
        });
        this.#safely(() => span?.end());
        this.#safely(() => instruments && facts && this.#count(instruments, facts, begun));
      },
    };
  }

  #count(
    { messages, recipients, duration }: Omit<Instruments, 'provider'>,
    facts: SendFacts,
    begun: number,
  ): void {
    const labels = this.#fewLabels(labelsOf(facts));
    messages.add(1, labels);
    duration.record((performance.now() - begun) / 1000, labels);
    for (const result of ['accepted', 'rejected', 'dropped'] as const)
      if (facts[result] > 0) recipients.add(facts[result], { ...labels, 'mail.recipient.result': result });
  }

  /** Templates and cultures may come from people, and each new one would be a series for ever. */
  #fewLabels(labels: Attributes): Attributes {
    const few = { ...labels };
    for (const [name, seen] of Object.entries(this.#seen)) {
      const value = few[name];
      if (value === undefined || seen.has(value)) continue;
      if (seen.size < MOST_VALUES) seen.add(value);
      else few[name] = '_OTHER';
    }
    return few;
  }

  #safely<T>(call: () => T): T | undefined {
    return this.#access.safely(call);
  }

  /** Made anew when another provider was registered meanwhile: instruments of none stay silent for ever. */
  #instrumentsOf(metrics: OpenTelemetry['metrics']): Instruments {
    const provider = metrics.getMeterProvider();
    if (this.#instruments?.provider !== provider)
      this.#instruments = { provider, ...createInstruments(provider.getMeter(TELEMETRY_SCOPE)) };
    return this.#instruments;
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
