import type { SmtpSession } from './smtp-session.js';

/** A session that waits for work. */
interface IdleSession {
  readonly session: SmtpSession;
  /** Ends the timer, and the listening to the end of the session. */
  readonly stop: () => void;
}

/** The sessions that wait for work. One that waits for too long is ended, and one that ends is forgotten. */
export class IdleSessions {
  readonly #onEnd: (session: SmtpSession) => void;
  readonly #idle: IdleSession[] = [];
  readonly #takers = new Set<(session: SmtpSession) => void>();

  /** @param onEnd told of a session that ends while it waits */
  constructor(onEnd: (session: SmtpSession) => void) {
    this.#onEnd = onEnd;
  }

  /**
   * Keeps a session.
   *
   * @param idleMs milliseconds without work after which it is ended
   */
  keep(session: SmtpSession, idleMs: number): void {
    session.keepProcessAlive(false);
    const timer = setTimeout(() => {
      this.#end(session);
      void session.quit();
    }, idleMs);
    timer.unref();
    const stopListening = session.onceEnded(() => this.#end(session));
    const stop = (): void => {
      clearTimeout(timer);
      stopListening();
    };
    this.#idle.push({ session, stop });
  }

  /** Takes a session that can be used; undefined when there is none. */
  take(): SmtpSession | undefined {
    // The one used last is the least likely to have been ended by the server.
    const idle = this.#idle.pop();
    if (!idle) return undefined;
    idle.stop();
    idle.session.keepProcessAlive(true);
    return idle.session;
  }

  /**
   * Calls with the first session that can be used, now or when one comes back.
   *
   * @returns a function that ends that
   */
  onceFree(take: (session: SmtpSession) => void): () => void {
    const session = this.take();
    if (session) take(session);
    else this.#takers.add(take);
    return () => this.#takers.delete(take);
  }

  /** Gives a session to who waits for one with {@link onceFree}; false when nobody does. */
  handOver(session: SmtpSession): boolean {
    const [take] = this.#takers;
    if (!take) return false;
    this.#takers.delete(take);
    take(session);
    return true;
  }

  /** Ends all of them; resolves when their connections are gone. */
  async quitAll(): Promise<void> {
    const quitting = [...this.#idle].map(({ session }) => {
      this.#end(session);
      return session.quit();
    });
    await Promise.all(quitting);
  }

  #end(session: SmtpSession): void {
    const index = this.#idle.findLastIndex(idle => idle.session === session);
    if (index >= 0) for (const { stop } of this.#idle.splice(index, 1)) stop();
    this.#onEnd(session);
  }
}
