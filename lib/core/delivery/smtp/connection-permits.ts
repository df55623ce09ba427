import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { Semaphore } from '../../concurrency/semaphore.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { ConnectionGivenUpError } from '../connection-given-up-error.js';

/** How long a mail waits for a connection that another one holds back, until it gets that one. */
const PATIENCE_MS = 100;

/**
 * The permits to use a connection. A mail whose end is held back keeps its connection while it waits for others; one of
 * those may itself wait for a connection. Where there are too few for both, the one that is held back gives its own up.
 */
export class ConnectionPermits extends Semaphore {
  /** Let the mails that are held back give up, the one that has waited longest first. */
  readonly #heldBack = new Set<(reason: MailDeliveryError) => void>();
  #waitingFirst = 0;
  #timer: NodeJS.Timeout | undefined;

  override async acquireFirst(signal?: AnySignal): Promise<void> {
    // One mail at a time: its connection may be enough.
    if (this.#waitingFirst++ === 0) this.#timer = setInterval(() => this.#freeOne(), PATIENCE_MS);
    try {
      await super.acquireFirst(signal);
    } finally {
      if (--this.#waitingFirst === 0) clearInterval(this.#timer);
    }
  }

  /**
   * Runs the wait of a mail that holds a connection and can go on only when another mail is done.
   *
   * @throws MailDeliveryError `EMAILDATA`, retryable, when the connection is needed for another mail first
   */
  whileHeld(wait: () => Promise<void>): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#heldBack.add(reject);
      wait()
        .then(resolve, reject)
        .finally(() => this.#heldBack.delete(reject));
    });
  }

  #freeOne(): void {
    const [giveUp] = this.#heldBack;
    if (!giveUp) return;
    this.#heldBack.delete(giveUp);
    giveUp(givenUp());
  }
}

function givenUp(): MailDeliveryError {
  return new MailDeliveryError(
    'EMAILDATA',
    'The connection was given up before the end of the message, for another mail that needed it first.',
    { phase: 'data', retryable: true, cause: new ConnectionGivenUpError() },
  );
}
