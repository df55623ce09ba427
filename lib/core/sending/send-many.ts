import { setImmediate } from 'node:timers/promises';
import { WorkCount } from '../concurrency/work-count.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { CallSite } from '../errors/call-site.js';
import { CallerNotes } from '../errors/call-site.js';
import { isErrorLike } from '../errors/error-facts.js';
import type { MailMessage } from '../message/mail-message.js';
import { closeStreamsOf } from './message-streams.js';
import type { SendLimits } from './send-limits.js';
import type { SendLog } from './send-log.js';
import { SendManyCount } from './send-many-count.js';
import { SendManyCut } from './send-many-cut.js';
import { MOST_AT_ONCE, readSendManyOptions } from './send-many-options.js';
import { SendManyResults } from './send-many-results.js';
import { SendManySource } from './send-many-source.js';
import type { SendOptions } from './send-options.js';
import type { SentMail } from './sent-mail.js';

/** Fewest messages on their way where the caller gives no number: files of a pickup directory are flushed side by side too. */
const LEAST_AT_ONCE = 20;
const AT_ONCE_PER_CONNECTION = 4;
/** Messages that are drawn before timers and sockets have their turn: sources and outcomes may come without waiting. */
const DRAWN_PER_TURN = 64;

/** What {@link SendMany} works with. */
export interface SendManyParts {
  /** Sends one message. */
  readonly send: (message: MailMessage, options: SendOptions) => Promise<MailReceipt>;
  readonly limits: SendLimits;
  readonly log: SendLog;
  /** The setting `MaxConnections`. */
  readonly maxConnections: number;
  /** Fires when the application ends. */
  readonly closing: AbortSignal;
  /** Where the application called. */
  readonly caller: CallSite;
}

/**
 * Sends the messages of a source, for whoever iterates over their outcomes. Draws a message only for somebody who asks, and
 * only while fewer than `concurrency` are on their way or wait to be taken: so it holds no more than these, however many
 * there are, and a loop that stops asking stops it.
 *
 * Each message that is drawn has one outcome. A failure of the source is told after the outcomes of all that was drawn.
 */
export class SendMany implements AsyncGenerator<SentMail, void, undefined> {
  readonly #parts: SendManyParts;
  readonly #plan: Plan | { readonly problem: unknown };
  readonly #source: SendManySource;
  readonly #results = new SendManyResults<SentMail>();
  readonly #underWay = new WorkCount();
  readonly #callers = new CallerNotes();
  #drawn = 0;
  #state: 'new' | 'idle' | 'filling' | 'over' = 'new';

  /**
   * @param messages what the caller gave; nothing is asked of it yet
   * @param options as the caller gave them; what is wrong with them is told by the first {@link next}
   */
  constructor(messages: unknown, options: unknown, parts: SendManyParts) {
    this.#parts = parts;
    this.#source = new SendManySource(messages);
    this.#plan = planOf(options, parts);
  }

  /**
   * The next outcome, in the order in which they come.
   *
   * @throws MailMessageError `EMAILMESSAGE` when the source or an option cannot be meant
   * @throws MailDeliveryError when the source was left, because it gave nothing after the signal or the shutdown
   * @throws what the source has thrown, once the outcomes of what it gave before are told
   */
  next(): Promise<IteratorResult<SentMail, void>> {
    // A source may take its time for the next message; while somebody waits for it, the mailer is in use.
    const taken = this.#parts.limits.during(this.#results.take());
    void this.#fill();
    return taken;
  }

  /**
   * Ends early: draws nothing more, and resolves when the sends that have begun are over. Of their outcomes only
   * `onProgress`, hooks and the log are told.
   *
   * @throws what the source throws while it closes
   */
  async return(): Promise<IteratorResult<SentMail, void>> {
    this.#finish();
    this.#results.discard();
    try {
      await this.#source.close();
    } finally {
      await this.#underWay.untilIdle();
    }
    return { done: true, value: undefined };
  }

  /** Ends as {@link return} does, and rejects with the error. */
  async throw(error: unknown): Promise<IteratorResult<SentMail, void>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** For `await using`: ends as {@link return} does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Draws messages and begins their sends while there is room. Never rejects. */
  async #fill(): Promise<void> {
    if (this.#state === 'filling' || this.#isOver()) return;
    const isFirst = this.#state === 'new';
    this.#state = 'filling';
    try {
      const plan = this.#plan;
      if ('problem' in plan) throw plan.problem;
      // A signal that cannot be listened to would end nothing.
      if (isFirst) plan.cut.link().unlink();
      while (this.#underWay.count + this.#results.ready < plan.concurrency) {
        if (++this.#drawn % DRAWN_PER_TURN === 0) await setImmediate();
        if (this.#isOver()) return;
        const answer = this.#source.draw(plan.cut);
        const drawn = answer instanceof Promise ? await answer : answer;
        if (drawn.done) return await this.#end();
        this.#take(drawn.message as MailMessage, plan);
      }
      this.#state = 'idle';
    } catch (error) {
      this.#callers.add(error, this.#parts.caller);
      await this.#end({ error });
    }
  }

  /** Sends a message that was drawn, or tells that it is not sent any more. */
  #take(message: MailMessage, plan: Plan): void {
    if (this.#isOver()) {
      closeStreamsOf(message);
      return;
    }
    const index = plan.nextIndex++;
    if (!plan.cut.cameAbout) {
      this.#begin(index, message, plan);
      return;
    }
    closeStreamsOf(message);
    const error = plan.cut.error();
    this.#callers.add(error, this.#parts.caller);
    plan.count.unsent();
    this.#results.give({ index, message, error });
  }

  #begin(index: number, message: MailMessage, { count, sendOptions }: Plan): void {
    count.begun();
    this.#underWay.begin();
    void this.#parts
      .send(message, sendOptions)
      .then(
        (receipt): SentMail => ({ index, message, receipt }),
        (error: unknown): SentMail => ({ index, message, error: asError(error) }),
      )
      .then(sent => {
        this.#underWay.end();
        count.ended(sent);
        this.#results.give(sent);
        if (this.#results.asked) void this.#fill();
      });
  }

  /** The source gives nothing more: what has begun is told first. */
  async #end(failure?: { readonly error: unknown }): Promise<void> {
    await this.#underWay.untilIdle();
    this.#finish();
    this.#results.end(failure);
  }

  #finish(): void {
    if (this.#isOver()) return;
    this.#state = 'over';
    if ('count' in this.#plan) this.#parts.log.endedEarly(this.#plan.count.now);
  }

  /** A question and no comparison: the state changes while something is waited for. */
  #isOver(): boolean {
    return this.#state === 'over';
  }
}

/** How one `sendMany` goes about it, once its options are read. */
interface Plan {
  readonly concurrency: number;
  readonly sendOptions: SendOptions;
  readonly cut: SendManyCut;
  readonly count: SendManyCount;
  nextIndex: number;
}

function planOf(given: unknown, parts: SendManyParts): Plan | { readonly problem: unknown } {
  try {
    const { concurrency, onProgress, ...sendOptions } = readSendManyOptions(given);
    const { signal } = sendOptions;
    return {
      concurrency: concurrency ?? concurrencyFor(parts.maxConnections),
      sendOptions,
      cut: new SendManyCut(signal, parts.closing, parts.limits),
      count: new SendManyCount(onProgress, error => parts.log.progressFailed(error)),
      nextIndex: 0,
    };
  } catch (problem) {
    return { problem };
  }
}

function concurrencyFor(maxConnections: number): number {
  return Math.min(MOST_AT_ONCE, Math.max(LEAST_AT_ONCE, AT_ONCE_PER_CONNECTION * maxConnections));
}

/** Anything can be thrown, and `undefined` would read as no error. */
function asError(thrown: unknown): Error {
  try {
    if (isErrorLike(thrown)) return thrown;
  } catch {
    // A proxy whose traps throw.
  }
  return new Error('Something that is no error was thrown; it is the cause.', { cause: thrown });
}
