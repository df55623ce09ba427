import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { OtherConnections, RefusalMeaning } from './connection-refusal.js';
import { isTimeout, meaningOf } from './connection-refusal.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3000;

/** What follows on a connection that could not be opened: to wait for others, to try again after a pause, or to fail. */
export type NextStep = 'wait' | 'pause' | 'fail';

/** The tries of one mail, or one check, to get a connection. */
export class Connecting {
  #tries = 0;
  #failedAt = 0;
  #meaning: RefusalMeaning = 'failure';
  #told: MailDeliveryError | undefined;

  /** Milliseconds until the next try while the server lets nobody in: longer each time. */
  get pauseMs(): number {
    return Math.min(FIRST_PAUSE_MS * 2 ** (this.#tries - 1), LONGEST_PAUSE_MS);
  }

  /** What the server said last, or else why the last connection failed; undefined before one did. */
  get told(): MailDeliveryError | undefined {
    return this.#told;
  }

  /** Whether the last connection could not sign in, which says nothing of how many the server gives. */
  get isOfSignIn(): boolean {
    const { phase, responseCode = 500 } = this.#told ?? {};
    return phase === 'auth' && responseCode >= 500;
  }

  /**
   * Whether it is known that a further try would fail as the last one: that was refused, and nobody has got in since.
   *
   * @param lastOpen when a connection was open last, on the monotonic clock
   */
  isPointless(lastOpen: number | undefined): boolean {
    if (this.#told === undefined || this.#meaning !== 'no-room-beside-others') return false;
    return lastOpen === undefined || lastOpen < this.#failedAt;
  }

  /**
   * A connection could not be opened.
   *
   * @param others the other connections of the mailer now
   * @param isLate whether the time for tries without a single connection is over
   */
  failed(error: unknown, others: OtherConnections, isLate: boolean): NextStep {
    this.#tries++;
    this.#failedAt = performance.now();
    const meaning = meaningOf(error);
    // A server that had no room a moment ago may close the next connection without a word, or be started again.
    this.#meaning = meaning !== 'failure' && this.#meaning === 'no-room' ? 'no-room' : meaning;
    if (this.#meaning === 'failure' || !(error instanceof MailDeliveryError)) return 'fail';
    // What a server has said tells more than that it said nothing later.
    if (this.#told?.responseCode === undefined || error.responseCode !== undefined) this.#told = error;
    if (others.open > 0) return 'wait';
    const isPatient = this.#meaning === 'no-room';
    // Others that are being opened may get in.
    if (others.opening > 0 && !(isPatient ? isLate : isTimeout(error))) return 'wait';
    return isPatient && !isLate ? 'pause' : 'fail';
  }

  /**
   * The error of who gives up.
   *
   * @param error the last one
   * @param letIn whether the server has let this mailer in before: then a refusal is not for ever
   */
  failure(error: unknown, letIn: boolean): unknown {
    const last = this.#told;
    if (!last || this.#meaning !== 'no-room') return error;
    const tries = this.#tries > 1 ? ` Connecting was tried ${this.#tries} times.` : '';
    const retryable = letIn || last.retryable;
    if (tries === '' && retryable === last.retryable) return error;
    const message = tries === '' ? last.message : `${last.message.replace(/\.?$/, '.')}${tries}`;
    return new MailDeliveryError(last.code, message, { ...last, retryable, cause: last.cause });
  }
}
