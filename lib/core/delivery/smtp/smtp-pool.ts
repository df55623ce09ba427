import { withEitherSignal } from '../../concurrency/either-signal.js';
import { Semaphore } from '../../concurrency/semaphore.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import type { Redactor } from '../../redaction/redact.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';
import { SmtpSession } from './smtp-session.js';

/** An idle connection is closed well before servers close it (RFC 5321 4.5.3.2.7: five minutes). */
const IDLE_MS = 60_000;
const MESSAGES_PER_CONNECTION = 100;

/** Holds at most `MaxConnections` sessions and lends them, one message at a time. */
export class SmtpPool {
  readonly #options: SmtpDeliveryOptions;
  readonly #redact: Redactor;
  readonly #idle: SmtpSession[] = [];
  readonly #timers = new Map<SmtpSession, NodeJS.Timeout>();
  readonly #returning = new Map<SmtpSession, Promise<void>>();
  readonly #permits: Semaphore;
  #closed = false;

  constructor(options: SmtpDeliveryOptions, redact: Redactor) {
    this.#options = options;
    this.#redact = redact;
    this.#permits = new Semaphore(options.settings.maxConnections);
  }

  /**
   * Waits for a permit to use a session. Give it back with {@link releasePermit}, or use it with {@link lend}. Rejects
   * with the reason of the signal that ends the wait.
   *
   * @param signal ends the wait
   * @param wait ends it too
   */
  acquire(signal?: AbortSignal, wait?: AbortSignal): Promise<void> {
    return withEitherSignal(signal, wait, either => this.#permits.acquire(either));
  }

  /** Gives a permit back that was not used. */
  releasePermit(): void {
    this.#permits.release();
  }

  /** Rejects all who wait for a permit. */
  rejectWaiting(reason: unknown): void {
    this.#permits.rejectAll(reason);
  }

  /**
   * Lends a session for one message to the holder of a permit, opening one when none is idle. Give it back, and the
   * permit with it, with {@link release}; when this fails the permit is given back already.
   *
   * @param mail the message
   * @param signal ends opening
   */
  async lend(mail: ComposedMail, signal: AbortSignal): Promise<SmtpSession> {
    const idle = this.#takeIdle();
    if (idle) return idle;
    try {
      return await SmtpSession.open(this.#options, this.#redact, signal, mail);
    } catch (error) {
      // Later than the caller's own handlers: a fallback rejects those who wait before one of them tries the same server.
      setImmediate(() => this.#permits.release());
      throw error;
    }
  }

  /** Takes a session back. Its permit is free once the connection is ready again, or gone. */
  release(session: SmtpSession): void {
    const returning = this.#takeBack(session).finally(() => {
      this.#returning.delete(session);
      this.#permits.release();
    });
    this.#returning.set(session, returning);
  }

  /** Ends all sessions that are not lent; those that are end when they come back. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const session of this.#returning.keys()) session.destroy();
    const quitting = this.#idle.splice(0).map(session => {
      this.#forget(session);
      return session.quit();
    });
    await Promise.all([...quitting, ...this.#returning.values()]);
  }

  async #takeBack(session: SmtpSession): Promise<void> {
    await session.settled();
    const usedUp = session.messages >= (this.#options.extra.maxMessages ?? MESSAGES_PER_CONNECTION);
    if (usedUp || this.#closed) await session.quit();
    else if (session.alive) this.#keep(session);
  }

  #keep(session: SmtpSession): void {
    this.#idle.push(session);
    session.keepProcessAlive(false);
    session.onEnd = () => this.#forget(session);
    const timer = setTimeout(() => {
      this.#forget(session);
      void session.quit();
    }, IDLE_MS);
    timer.unref();
    this.#timers.set(session, timer);
  }

  #takeIdle(): SmtpSession | undefined {
    // The one used last is the least likely to have been ended by the server.
    const session = this.#idle.pop();
    if (!session) return undefined;
    this.#forget(session);
    session.keepProcessAlive(true);
    return session;
  }

  #forget(session: SmtpSession): void {
    clearTimeout(this.#timers.get(session));
    this.#timers.delete(session);
    session.onEnd = undefined;
    const index = this.#idle.indexOf(session);
    if (index >= 0) this.#idle.splice(index, 1);
  }
}
