import type { ComposedMail } from '../mime/composed-mail.js';
import type { finishMail } from './finish-mail.js';
import type { MailHook } from './mail-hook.js';
import { MailVeto } from './mail-hook.js';
import type { MailObserver } from './mail-observer.js';
import type { SendLog } from './send-log.js';
import type { SendOutcome } from './send-outcome.js';
import type { SendTrace } from './send-trace.js';

/** Everybody who is told of the sends of one mailer: hooks, which may change them, and observers. */
export class SendListeners {
  readonly #hooks: readonly MailHook[];
  readonly #observers: readonly MailObserver[];
  readonly #mailer: string | undefined;
  readonly #log: SendLog;

  /** @param mailer name of the mailer; undefined for the one without a name */
  constructor(
    hooks: readonly MailHook[],
    observers: readonly MailObserver[],
    mailer: string | undefined,
    log: SendLog,
  ) {
    this.#hooks = hooks;
    this.#observers = observers;
    this.#mailer = mailer;
    this.#log = log;
  }

  /** Whether somebody is told of the sends. */
  get any(): boolean {
    return this.#hooks.length > 0 || this.#observers.length > 0;
  }

  /** Whether finished mails are to be kept for somebody to look at. */
  get observes(): boolean {
    return this.#observers.length > 0;
  }

  /** Whether a hook is to have finished mails. */
  get finishes(): boolean {
    return this.#hooks.some(hook => typeof hook.beforeDelivery === 'function');
  }

  /**
   * Lets the hooks change the message.
   *
   * @param hold called after each hook: the message may be another one, and the next hook may think for long, or throw
   * @returns the veto of one, when there is one
   */
  async ask(trace: SendTrace, hold: () => void): Promise<MailVeto | undefined> {
    for (const hook of this.#hooks) {
      try {
        const answer = await hook.beforeSend?.(trace.message);
        if (answer instanceof MailVeto) return answer;
        if (answer) trace.message = answer;
      } finally {
        hold();
      }
    }
    return undefined;
  }

  /**
   * Lets the hooks have the finished mails, one mail after the other. Ends early when the signal fires.
   *
   * @param finishOne {@link finishMail}, which whoever has mails has imported
   * @throws what {@link finishMail} throws
   */
  async finish(
    mails: readonly ComposedMail[],
    { message }: SendTrace,
    signal: AbortSignal,
    finishOne: typeof finishMail,
  ): Promise<ComposedMail[]> {
    const finished: ComposedMail[] = [];
    for (const mail of mails) finished.push(await finishOne(mail, message, this.#hooks, signal));
    return finished;
  }

  /** Tells everybody of the end of a send. What they throw is logged and changes nothing. */
  async tell(trace: SendTrace, outcome: SendOutcome): Promise<void> {
    const { message, mails, begunAt, template, culture, queue } = trace;
    for (const observer of this.#observers) {
      await this.#call(trace, observer, () =>
        observer.observe({
          mailer: this.#mailer,
          begunAt,
          mails,
          ...(template !== undefined && { template }),
          ...(culture !== undefined && { culture }),
          ...(queue && { queue: queue.options }),
          ...outcome,
        }),
      );
    }
    for (const hook of this.#hooks) {
      await this.#call(trace, hook, () =>
        'receipt' in outcome
          ? hook.afterSend?.(outcome.receipt, message)
          : hook.onFailure?.(outcome.error, message),
      );
    }
  }

  async #call(trace: SendTrace, who: object, call: () => void | Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.#log.hookFailed(trace, who.constructor.name, error);
    }
  }
}
