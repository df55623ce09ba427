import type { LinkedAbort } from '../concurrency/linked-abort.js';
import { linkedAbort } from '../concurrency/linked-abort.js';
import { abortedError } from '../delivery/aborted-error.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { closedError } from './closed-error.js';
import { endOf } from './mailer-end.js';
import { quietly } from './quietly.js';
import type { SendLimits } from './send-limits.js';

const NOTHING_SENT = { phase: 'connect', retryable: true } as const;

/** What ends `sendMany` before its source does: the signal of the caller, or the end of the application. */
export class SendManyCut {
  readonly #signal: AbortSignal | undefined;
  readonly #closing: AbortSignal;
  readonly #limits: SendLimits;

  /**
   * @param signal that of the caller, which may be any object
   * @param closing fires when the application ends
   * @param limits listens to signals of callers, once for all
   */
  constructor(signal: AbortSignal | undefined, closing: AbortSignal, limits: SendLimits) {
    this.#signal = signal;
    this.#closing = closing;
    this.#limits = limits;
  }

  /** Whether no send may begin any more. */
  get cameAbout(): boolean {
    return this.#isAborted || this.#closing.aborted;
  }

  /**
   * The error of a message that is not sent any more.
   *
   * @param words another message than the usual one
   */
  error(words?: string): MailDeliveryError {
    const error = this.#isAborted ? this.#abortedError() : closedError(NOTHING_SENT, endOf(this.#closing));
    return words === undefined
      ? error
      : new MailDeliveryError(error.code, words, { ...NOTHING_SENT, cause: error.cause });
  }

  /**
   * A signal that fires when it comes about, for as long as somebody waits.
   *
   * @throws MailMessageError `EMAILMESSAGE` when the caller's signal cannot be listened to
   */
  link(): LinkedAbort {
    const linked = linkedAbort(this.#closing);
    try {
      const stop = this.#limits.listen(this.#signal, () => linked.abort());
      return {
        ...linked,
        unlink: () => {
          linked.unlink();
          quietly(stop);
        },
      };
    } catch (cause) {
      linked.unlink();
      throw new MailMessageError('EMAILMESSAGE', 'signal', 'is no signal that can be listened to', { cause });
    }
  }

  /** The reason may be any object, whose traps throw. */
  #abortedError(): MailDeliveryError {
    const told = quietly(() => abortedError({ reason: this.#signal?.reason as unknown }, NOTHING_SENT));
    return told ?? abortedError({ reason: undefined }, NOTHING_SENT);
  }

  get #isAborted(): boolean {
    return quietly(() => this.#signal?.aborted) === true;
  }
}
