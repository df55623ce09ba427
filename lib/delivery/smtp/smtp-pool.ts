import type { Redactor } from './redact.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';
import { SmtpSession } from './smtp-session.js';

/** An idle connection is given back well before servers end it (RFC 5321 4.5.3.2.7: five minutes). */
const IDLE_MS = 60_000;
const MESSAGES_PER_CONNECTION = 100;

interface Waiting {
  proceed(): void;
}

/** Holds at most `MaxConnections` sessions and lends them, one message at a time. */
export class SmtpPool {
  readonly #options: SmtpDeliveryOptions;
  readonly #redact: Redactor;
  readonly #idle: SmtpSession[] = [];
  readonly #timers = new Map<SmtpSession, NodeJS.Timeout>();
  readonly #waiting: Waiting[] = [];
  #lent = 0;
  #closed = false;

  constructor(options: SmtpDeliveryOptions, redact: Redactor) {
    this.#options = options;
    this.#redact = redact;
  }

  /** Lends a session for one message, opening one when none is idle. Give it back with {@link release}. */
  async acquire(signal: AbortSignal): Promise<SmtpSession> {
    await this.#place(signal);
    const idle = this.#takeIdle();
    if (idle) return idle;
    try {
      return await SmtpSession.open(this.#options, this.#redact, signal);
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  /** Takes a session back. */
  release(session: SmtpSession): void {
    const worn = session.messages >= (this.#options.extra.maxMessages ?? MESSAGES_PER_CONNECTION);
    if (session.alive && (worn || this.#closed)) session.quit();
    else if (session.alive) this.#keep(session);
    this.#free();
  }

  /** Ends all idle sessions; those that are lent end when they come back. */
  close(): void {
    this.#closed = true;
    for (const session of this.#idle.splice(0)) {
      this.#forget(session);
      session.quit();
    }
  }

  #place(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#lent < this.#options.settings.maxConnections) {
      this.#lent++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        proceed: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      this.#waiting.push(waiting);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Gives a place to the next one who waits, or keeps it free. */
  #free(): void {
    const next = this.#waiting.shift();
    if (next) next.proceed();
    else this.#lent--;
  }

  #keep(session: SmtpSession): void {
    this.#idle.push(session);
    session.onEnd = () => this.#forget(session);
    const timer = setTimeout(() => {
      this.#forget(session);
      session.quit();
    }, IDLE_MS);
    timer.unref();
    this.#timers.set(session, timer);
  }

  #takeIdle(): SmtpSession | undefined {
    // The one used last is the least likely to have been ended by the server.
    const session = this.#idle.pop();
    if (session) this.#forget(session);
    return session;
  }

  #forget(session: SmtpSession): void {
    clearTimeout(this.#timers.get(session));
    this.#timers.delete(session);
    session.onEnd = undefined;
    const place = this.#idle.indexOf(session);
    if (place >= 0) this.#idle.splice(place, 1);
  }
}
