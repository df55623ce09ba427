import type { Placed } from '../../concurrency/unordered-set.js';
import { UnorderedSet } from '../../concurrency/unordered-set.js';
import type { SmtpSession } from './smtp-session.js';

/** A session that is being taken back. */
interface ReturningSession extends Placed {
  readonly session: SmtpSession;
  readonly back: Promise<void>;
}

/** The sessions whose mail is over, and that are not ready for another one yet, nor gone. */
export class ReturningSessions {
  readonly #sessions = new UnorderedSet<ReturningSession>();

  /**
   * Holds a session until it is back.
   *
   * @param back what takes it back
   * @returns the same, when it is not held any more
   */
  hold(session: SmtpSession, back: Promise<void>): Promise<void> {
    const returning = { session, back, place: -1 };
    this.#sessions.add(returning);
    return back.finally(() => this.#sessions.delete(returning));
  }

  /** Destroys them all; resolves when they are gone. */
  async destroyAll(): Promise<void> {
    const returning = this.#sessions.values();
    for (const { session } of returning) session.destroy();
    await Promise.all(returning.map(({ back }) => back));
  }
}
