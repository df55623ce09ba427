import { withAbortGrace } from '../concurrency/abort-grace.js';
import { ABORT_GRACE_MS } from '../concurrency/abort-graces.js';
import { timeoutError } from '../concurrency/timeout-error.js';
import { abortedError } from '../delivery/aborted-error.js';
import type { MailDeliveryError } from '../errors/mail-delivery-error.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import type { QueueSendOptions } from './queue-options.js';
import { quietly } from './quietly.js';
import type { SendTrace } from './send-trace.js';

/** What the bounds of a send are made of. */
export interface SendBoundsParts {
  /** Milliseconds until the send is cut; 0 means no limit. */
  readonly timeoutMs: number;
  /** Calls the second function when the caller's signal fires; returns what ends that. */
  readonly listen: (abort: () => void) => () => void;
  /** The caller's signal. */
  readonly caller: AbortSignal | undefined;
  /** What the caller asks of a queue. */
  readonly queue: QueueSendOptions;
  /** Why the send must not begin at all; undefined when it may. */
  readonly refusal: unknown;
  /** What is made of every error; the second parameter is whom the send waited for, in a sentence. */
  readonly failure: (error: unknown, awaiting: string | undefined) => unknown;
  /** Called when the send, and all that is told of it, is over. */
  readonly onEnd: (bounds: SendBounds) => void;
}

/** The bounds of one send: the caller's signal, the time limit, and the end of a shutdown. */
export class SendBounds {
  /** Fires when the send is to end. */
  readonly signal: AbortSignal;
  /** What the caller asks of a queue; nothing, where the send must not begin. */
  readonly queue: QueueSendOptions;
  readonly #controller = new AbortController();
  readonly #parts: SendBoundsParts;
  readonly #stopListening: (() => void) | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #refusal: unknown;

  constructor(parts: SendBoundsParts) {
    this.signal = this.#controller.signal;
    this.#parts = parts;
    this.queue = parts.queue;
    const { timeoutMs, caller, refusal } = parts;
    this.#refusal = refusal;
    if (refusal !== undefined) return;
    const abort = (reason: unknown): void => this.#controller.abort(reason);
    try {
      this.#stopListening = parts.listen(() => abort(reasonOf(caller)));
    } catch (cause) {
      this.#refusal = new MailMessageError('EMAILMESSAGE', 'signal', 'is no signal that can be listened to', {
        cause,
      });
      return;
    }
    if (timeoutMs > 0)
      this.#timer = setTimeout(() => abort(timeoutError('The send', `${timeoutMs} ms`)), timeoutMs);
  }

  /**
   * Runs the send under its bounds. A delivery that does not listen to its signal does not hold its caller.
   *
   * @param trace says, when the send is cut, how far it had come
   */
  race<T>(trace: SendTrace, send: () => Promise<T>): Promise<T> {
    const { signal } = this;
    const failure = (error: unknown): unknown => this.#parts.failure(error, trace.awaiting);
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    if (signal.aborted) return Promise.reject(failure(cutError(signal, trace)));
    return withAbortGrace(send(), {
      signal,
      graceMs: ABORT_GRACE_MS.send,
      overdue: () => cutError(signal, trace),
      failure,
    });
  }

  /** Waits for those who are told of the outcome; of a send that was cut, no longer than their grace time. */
  async whileTold(telling: Promise<void>): Promise<void> {
    const { signal } = this;
    // The outcome stands, whatever they do and however long they take.
    await withAbortGrace(telling, {
      signal,
      graceMs: ABORT_GRACE_MS.listeners,
      overdue: () => undefined,
    }).catch(() => {});
  }

  /** Ends the send from outside, at the end of a shutdown. */
  cut(): void {
    this.#controller.abort();
  }

  /** The send is over, and everybody has been told. */
  end(): void {
    clearTimeout(this.#timer);
    quietly(() => this.#stopListening?.());
    this.#parts.onEnd(this);
  }
}

/** What a caller gave as its signal may be any object, whose getters throw. */
function reasonOf(signal: AbortSignal | undefined): unknown {
  return quietly((): unknown => signal?.reason);
}

/** The error of a send that its signal has ended before anything had left, or while nobody knows whether it has. */
export function cutError(signal: AbortSignal, { step, messageId, awaiting }: SendTrace): MailDeliveryError {
  return abortedError(
    signal,
    {
      phase: 'connect',
      retryable: step === 'deliver' ? 'unknown' : true,
      ...(messageId !== undefined && { messageId }),
    },
    awaiting,
  );
}
