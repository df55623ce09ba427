import { withAbortGrace } from '../concurrency/abort-grace.js';
import { ABORT_GRACE_MS } from '../concurrency/abort-graces.js';
import type { AnySignal } from '../concurrency/lazy-signal.js';
import { LazySignal } from '../concurrency/lazy-signal.js';
import { timeoutError } from '../concurrency/timeout-error.js';
import type { Placed } from '../concurrency/unordered-set.js';
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
  /** The caller's signal. */
  readonly caller: AbortSignal | undefined;
  /** What the caller asks of a queue. */
  readonly queue: QueueSendOptions;
  /** Why the send must not begin at all; undefined when it may. */
  readonly refusal: unknown;
}

/** Who gives sends their bounds. */
export interface SendBoundsOwner {
  /** Calls when a signal of a caller fires; returns what ends that. */
  listen(signal: AbortSignal | undefined, call: () => void): () => void;
  /** What is made of every error; the second parameter is whom the send waited for, in a sentence. */
  failure(error: unknown, awaiting: string | undefined): unknown;
  /** The send, and all that is told of it, is over. */
  ended(bounds: SendBounds): void;
}

/** A send that has bounds. */
export interface BoundedSend {
  /** Its signal fired a while ago: if it has no outcome yet, it is to wait for none any more. */
  overdue(): void;
}

/** The bounds of one send: the caller's signal, the time limit, and the end of a shutdown. */
export class SendBounds implements Placed {
  /** Among the sends that are under way. */
  place = -1;
  /** Fires when the send is to end. */
  readonly signal = new LazySignal();
  /** What the caller asks of a queue; nothing, where the send must not begin. */
  readonly queue: QueueSendOptions;
  readonly #owner: SendBoundsOwner;
  readonly #stopListening: (() => void) | undefined;
  readonly #refusal: unknown;
  #timer: NodeJS.Timeout | undefined;
  #send: BoundedSend | undefined;

  constructor(owner: SendBoundsOwner, parts: SendBoundsParts) {
    this.#owner = owner;
    this.queue = parts.queue;
    const { timeoutMs, caller, refusal } = parts;
    this.#refusal = refusal;
    if (refusal !== undefined) return;
    try {
      if (caller) this.#stopListening = owner.listen(caller, () => this.cut(reasonOf(caller)));
    } catch (cause) {
      this.#refusal = new MailMessageError('EMAILMESSAGE', 'signal', 'is no signal that can be listened to', {
        cause,
      });
      return;
    }
    // A signal that has fired already has cut the send.
    if (timeoutMs > 0 && !this.signal.aborted)
      this.#timer = setTimeout(() => this.cut(timeoutError('The send', `${timeoutMs} ms`)), timeoutMs);
  }

  /**
   * The send begins. A delivery that does not listen to its signal does not hold its caller: see {@link BoundedSend}.
   *
   * @param trace says, when the send is cut, how far it had come
   * @throws why it must not begin, or is over already
   */
  begin(send: BoundedSend, trace: SendTrace): void {
    if (this.#refusal !== undefined) throw this.#refusal;
    if (this.signal.aborted) throw this.failure(cutError(this.signal, trace), trace);
    this.#send = send;
  }

  /** What is made of every error of the send. */
  failure(error: unknown, { awaiting }: SendTrace): unknown {
    return this.#owner.failure(error, awaiting);
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

  /**
   * Ends the send: fires its signal, and after a grace time tells the send.
   *
   * @param reason of the signal. @default an `AbortError`: the end of a shutdown
   */
  cut(reason?: unknown): void {
    if (this.signal.aborted) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send?.overdue(), ABORT_GRACE_MS.send);
    this.signal.abort(reason);
  }

  /** The send is over, and everybody has been told. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#stopListening) quietly(this.#stopListening);
    this.#owner.ended(this);
  }
}

/** What a caller gave as its signal may be any object, whose getters throw. */
function reasonOf(signal: AbortSignal | undefined): unknown {
  return quietly((): unknown => signal?.reason);
}

/** The error of a send that its signal has ended before anything had left, or while nobody knows whether it has. */
export function cutError(signal: AnySignal, { step, messageId, awaiting }: SendTrace): MailDeliveryError {
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
