import type { Attributes, BatchObservableResult, Observable, Span } from '@opentelemetry/api';
import type { QueueCounts } from '../../core/delivery/mail-delivery.js';
import { isMeasured, TELEMETRY_SCOPE, TelemetryAccess } from '../../core/sending/open-telemetry.js';
import type { MailJob } from '../job/mail-job.js';
import { linkTo, traceContext } from './trace-context.js';

/** How one try of a mail from the queue has ended: `delivered`, `partly`, `deferred`, `failed`, or whatever else the worker calls it. */
export type TryOutcomeName = string;

const STATES = ['waiting', 'delayed', 'active', 'failed'] as const;

/**
 * Tells OpenTelemetry of a queue: how many mails it holds, and a span for each try, linked to the send that it comes from. The API
 * is an optional peer, imported when an SDK has registered itself.
 */
export class QueueTelemetry {
  readonly #name: string;
  readonly #access: TelemetryAccess;
  #stop: (() => void) | undefined;
  #watching = false;

  /**
   * @param name of the queue
   * @param onProblem told once when there is an SDK but no API to reach it by, and once when the SDK throws
   */
  constructor(name: string, onProblem: (problem: string) => void) {
    this.#name = name;
    this.#access = new TelemetryAccess(onProblem);
  }

  /**
   * Begins to tell how many mails the queue holds, once; where no SDK has registered itself by now, a later call may find one.
   *
   * @param counts asks the store; must end within a limit
   */
  async watch(counts: () => Promise<QueueCounts>): Promise<void> {
    if (this.#watching || !isMeasured()) return;
    this.#watching = true;
    const api = await this.#access.api();
    // Meanwhile it may have ended.
    if (!api || !this.#watching) return;
    this.#access.safely(() => {
      const meter = api.metrics.getMeter(TELEMETRY_SCOPE);
      const jobs = meter.createObservableGauge('mail.queue.jobs', {
        description: 'Mails in a queue, by their state',
        unit: '{message}',
      });
      const age = meter.createObservableGauge('mail.queue.oldest_age', {
        description: 'Age of the oldest mail of a queue that waits; 0 when none does',
        unit: 's',
      });
      const observe = async (result: BatchObservableResult): Promise<void> => {
        // A store that is away has no numbers: a gap says so.
        const found = await counts().catch(() => undefined);
        if (found) this.#access.safely(() => this.#observe(result, found, { jobs, age }));
      };
      meter.addBatchObservableCallback(observe, [jobs, age]);
      this.#stop = () => meter.removeBatchObservableCallback(observe, [jobs, age]);
    });
  }

  /** Ends {@link watch}. */
  close(): void {
    this.#watching = false;
    const stop = this.#stop;
    this.#stop = undefined;
    if (stop) this.#access.safely(stop);
  }

  /** The trace context of the send that puts a mail into the queue; undefined where nobody traces. */
  async traceContext(): Promise<Record<string, string> | undefined> {
    if (!isMeasured()) return undefined;
    const api = await this.#access.api();
    return api && this.#access.safely(() => traceContext(api));
  }

  /**
   * Makes a try, inside a span `mail.deliver` where somebody traces.
   *
   * @param deliver makes the try; what it returns names the outcome
   * @param nameOf the outcome of a result
   */
  async around<T>(
    job: Pick<MailJob, 'template' | 'culture' | 'trace' | 'record'>,
    deliver: () => Promise<T>,
    nameOf: (result: T) => TryOutcomeName,
  ): Promise<T> {
    const api = isMeasured() ? await this.#access.api() : undefined;
    if (!api) return deliver();
    const { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = api;
    const span = this.#access.safely(() => {
      const link = linkTo(job.trace, api);
      // A trace of its own: a mail may be delivered days after its send.
      return trace
        .getTracer(TELEMETRY_SCOPE)
        .startSpan(
          'mail.deliver',
          { kind: SpanKind.CONSUMER, attributes: this.#attributesOf(job), ...(link && { links: [link] }) },
          ROOT_CONTEXT,
        );
    });
    if (!span) return deliver();
    let trying: Promise<T> | undefined;
    // Once, also where the SDK throws before or after it has called.
    const tryOnce = (): Promise<T> => (trying ??= deliver());
    this.#access.safely(() => context.with(trace.setSpan(ROOT_CONTEXT, span), tryOnce));
    try {
      const result = await tryOnce();
      this.#end(span, () => span.setAttribute('mail.outcome', nameOf(result)));
      return result;
    } catch (error) {
      // Only its type: messages name recipients.
      const type = error instanceof Error ? error.name : 'Error';
      this.#end(span, () =>
        span
          .setAttributes({ 'mail.outcome': 'error', 'error.type': type })
          .setStatus({ code: SpanStatusCode.ERROR, message: type }),
      );
      throw error;
    }
  }

  #end(span: Span, describe: () => void): void {
    this.#access.safely(describe);
    this.#access.safely(() => span.end());
  }

  #attributesOf({ template, culture, record }: Pick<MailJob, 'template' | 'culture' | 'record'>): Attributes {
    return {
      'mail.queue.name': this.#name,
      'mail.queue.tries': record?.tries ?? 0,
      ...(template !== undefined && { 'mail.template': template }),
      ...(culture !== undefined && { 'mail.culture': culture }),
    };
  }

  #observe(
    result: BatchObservableResult,
    counts: QueueCounts,
    { jobs, age }: Readonly<Record<'jobs' | 'age', Observable>>,
  ): void {
    const labels = { 'mail.queue.name': this.#name };
    for (const state of STATES) result.observe(jobs, counts[state], { ...labels, 'mail.queue.state': state });
    result.observe(age, (counts.oldestAgeMs ?? 0) / 1000, labels);
  }
}
