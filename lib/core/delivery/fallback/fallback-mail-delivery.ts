import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import { abortedError, wasEnded } from '../aborted-error.js';
import type {
  DeliverOptions,
  DeliveryOutcome,
  MailBacklog,
  QueuedMailProgress,
  VerifyOptions,
} from '../mail-delivery.js';
import { MailDelivery } from '../mail-delivery.js';
import type { CircuitListener } from './circuit-breaker.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { bothFailed, isFailoverError, nothingLeft } from './failover-errors.js';
import { optionsFor, queuePromise, withoutFallback } from './queue-promise.js';
import { verifyBoth } from './verify-both.js';

/** What a delivery with a fallback is made of. */
export interface FallbackDeliveryOptions {
  /** Delivers as long as it can be used. */
  readonly primary: MailDelivery;
  /** Takes over while it cannot. */
  readonly fallback: MailDelivery;
  /** Told when the primary can no longer be used, and when it can again. */
  readonly onChange?: CircuitListener;
}

/**
 * Two deliveries, of which the second takes over when the first cannot be used: no connection, no TLS, no login. A
 * refused sender, recipient or message is a fault of that mail alone and opens no circuit; what may have left never goes a
 * second way, nor does a mail of which only a queue can keep what its send asks for.
 */
export class FallbackMailDelivery extends MailDelivery {
  override readonly queues: boolean;
  override readonly progress?: (jobId: string) => Promise<QueuedMailProgress>;
  readonly #primary: MailDelivery;
  readonly #fallback: MailDelivery;
  readonly #circuit: CircuitBreaker;

  constructor({ primary, fallback, onChange }: FallbackDeliveryOptions) {
    super();
    this.#primary = primary;
    this.#fallback = fallback;
    this.queues = primary.queues === true;
    if (primary.progress) this.progress = primary.progress.bind(primary);
    this.#circuit = new CircuitBreaker((failure, secrets) => {
      try {
        onChange?.(failure, secrets);
      } catch {
        // A listener that fails must not fail the mail that is being delivered.
      }
    });
  }

  get name(): string {
    return this.#primary.name;
  }

  override async deliver(mail: ComposedMail, options: DeliverOptions = {}): Promise<DeliveryOutcome> {
    const promise = queuePromise(options);
    if (promise !== undefined) return this.#primaryAlone(mail, options, promise);
    return this.#circuit.open ? this.#fallbackFirst(mail, options) : this.#primaryFirst(mail, options);
  }

  /** Resolves when mails can leave one way or the other. */
  override async verify(options: VerifyOptions = {}): Promise<void> {
    await verifyBoth(this.#primary, this.#fallback, options);
  }

  /** The backlogs of both deliveries together; undefined when neither has one. */
  override async backlog(options: VerifyOptions = {}): Promise<MailBacklog | undefined> {
    const first = await this.#primary.backlog?.(options);
    const second = await this.#fallback.backlog?.(options).catch((error: unknown) => {
      // The primary delivery, which mails usually take, has been looked at.
      if (!options.onDegraded || !nothingLeft(error)) throw error;
      options.onDegraded(error);
      return undefined;
    });
    return first && second ? joined(first, second) : (first ?? second);
  }

  override async close(graceMs?: number): Promise<void> {
    await Promise.all([this.#primary.close(graceMs), this.#fallback.close(graceMs)]);
  }

  /** @param promise why the fallback is not asked */
  async #primaryAlone(
    mail: ComposedMail,
    options: DeliverOptions,
    promise: string,
  ): Promise<DeliveryOutcome> {
    return this.#byPrimary(mail, options, false).catch((error: unknown) => {
      if (!isFailoverError(error)) throw error;
      throw options.signal?.aborted ? endedBy(options.signal, error, mail) : withoutFallback(error, promise);
    });
  }

  async #primaryFirst(mail: ComposedMail, options: DeliverOptions): Promise<DeliveryOutcome> {
    try {
      return await this.#byPrimary(mail, options);
    } catch (error) {
      if (!isFailoverError(error)) throw error;
      if (options.signal?.aborted) throw endedBy(options.signal, error, mail);
      return await this.#byFallback(mail, options).catch((other: unknown) => {
        throw nothingLeft(other) ? bothFailed(error, other, mail) : other;
      });
    }
  }

  async #fallbackFirst(mail: ComposedMail, options: DeliverOptions): Promise<DeliveryOutcome> {
    try {
      return await this.#byFallback(mail, options);
    } catch (error) {
      if (!nothingLeft(error)) throw error;
      if (options.signal?.aborted) throw endedBy(options.signal, error, mail);
      return await this.#byPrimary(mail, options).catch((other: unknown) => {
        throw isFailoverError(other) ? bothFailed(other, error, mail) : other;
      });
    }
  }

  /** @param other whether the mail need not wait for a connection of the primary once that cannot be used */
  async #byPrimary(mail: ComposedMail, options: DeliverOptions, other = true): Promise<DeliveryOutcome> {
    const begun = performance.now();
    const endTrial = this.#circuit.beginTrial();
    const waiting = new AbortController();
    const stopListening = this.#circuit.onOpen(failure => waiting.abort(failure));
    try {
      const outcome = await this.#primary.deliver(mail, {
        ...optionsFor(this.#primary, options),
        ...(other && { waitSignal: waiting.signal }),
      });
      this.#circuit.recordSuccess();
      return outcome;
    } catch (error) {
      if (isFailoverError(error))
        this.#circuit.recordFailure(error, performance.now() - begun, mail.secrets ?? []);
      else if (error instanceof MailDeliveryError && !wasEnded(error)) this.#circuit.recordSuccess();
      throw error;
    } finally {
      stopListening();
      endTrial();
    }
  }

  async #byFallback(mail: ComposedMail, options: DeliverOptions): Promise<DeliveryOutcome> {
    const outcome = await this.#fallback.deliver(mail, optionsFor(this.#fallback, options));
    return { ...outcome, via: outcome.via ?? this.#fallback.name, fallback: true };
  }
}

/** Takes only the phase from the delivery's error, which may name the mail that ended the wait of this one. */
function endedBy(signal: AbortSignal, { phase }: MailDeliveryError, mail: ComposedMail): MailDeliveryError {
  return abortedError(signal, { phase, retryable: true, messageId: mail.messageId });
}

function joined(one: MailBacklog, other: MailBacklog): MailBacklog {
  const ages = [one.oldestAgeMs, other.oldestAgeMs].filter(age => age !== undefined);
  const deferred = (one.deferred ?? 0) + (other.deferred ?? 0);
  const queue = one.queue ?? other.queue;
  return {
    count: one.count + other.count,
    ...(ages.length > 0 && { oldestAgeMs: Math.max(...ages) }),
    ...(deferred > 0 && { deferred }),
    ...(queue && { queue }),
  };
}
