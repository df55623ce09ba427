import { setMaxListeners } from 'node:events';
import { messageOf } from '../errors/error-facts.js';
import { logText } from '../redaction/log-text.js';
import type { MailerEnd } from './mailer-end.js';
import { SHUTTING_DOWN } from './mailer-end.js';
import { SendLimits } from './send-limits.js';

/** Milliseconds that what has begun gets to finish, where the options do not say. */
export const SHUTDOWN_TIMEOUT_MS = 10_000;

/** What a lifetime bounds, and frees at its end. */
export interface MailerLifetimeParts {
  /** Milliseconds for a send that gives no limit; 0 means none. */
  readonly sendTimeoutMs: number;
  /** Milliseconds that what has begun gets to finish. */
  readonly graceMs: number;
  /** Cuts what the delivery still does, and frees what it holds. */
  readonly closeDelivery: () => Promise<void>;
  /** Frees what renders. */
  readonly closeRenderer: () => Promise<void>;
  /** Called with a sentence when one of them cannot be closed. */
  readonly onUnclosed: (sentence: string) => void;
}

/** The life of one mailer: its sends and checks, and their end in good order. */
export class MailerLifetime {
  /** The bounds of its sends. */
  readonly limits: SendLimits;
  readonly #parts: MailerLifetimeParts;
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  constructor(parts: MailerLifetimeParts) {
    this.#parts = parts;
    this.limits = new SendLimits(parts.sendTimeoutMs);
    // Every check that runs listens to it.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Fires, with a {@link MailerEnd} for its reason, when checks are to end. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Ends checks and starts the grace time; sends are taken until {@link close}.
   *
   * @param graceMs what is left of the grace time. @default all of it
   */
  beginGrace(graceMs = this.#parts.graceMs): void {
    this.#closing.abort(SHUTTING_DOWN);
    this.limits.beginGrace(graceMs, this.#parts.closeDelivery);
  }

  /**
   * Refuses new sends, finishes those that have begun within the grace time, cuts the rest and frees everything; once.
   *
   * @param end why; the first reason stays
   */
  close(end: MailerEnd = SHUTTING_DOWN): Promise<void> {
    this.#closed ??= this.#finish(end);
    return this.#closed;
  }

  async #finish(end: MailerEnd): Promise<void> {
    this.#closing.abort(end);
    const { graceMs, closeDelivery, closeRenderer, onUnclosed } = this.#parts;
    // Told and not thrown: Nest 11 calls no hook any more after one that has failed, and others must get to close what they hold.
    try {
      await this.limits.close(graceMs, closeDelivery, end);
    } catch (error) {
      onUnclosed(`The delivery could not be closed: ${logText(messageOf(error))}`);
    }
    try {
      await closeRenderer();
    } catch (error) {
      onUnclosed(`The templates could not be closed: ${logText(messageOf(error))}`);
    }
  }
}
