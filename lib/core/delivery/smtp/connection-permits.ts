import { Semaphore } from '../../concurrency/semaphore.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { ConnectionGivenUpError } from '../connection-given-up-error.js';

/** How often a mail that holds a connection looks whether another needs it. */
const LOOK_MS = 25;
/** How long the other one waits before it gets that connection. */
const PATIENCE_MS = 100;

/**
 * The permits to use a connection. A mail whose end is held back keeps its connection while it waits for others; one of
 * those may itself wait for a connection. Where there are too few for both, the one that is held back gives its own up.
 */
export class ConnectionPermits extends Semaphore {
  #waitingFirst = 0;
  #since = 0;

  override async acquireFirst(signal?: AbortSignal): Promise<void> {
    if (this.#waitingFirst++ === 0) this.#since = performance.now();
    try {
      await super.acquireFirst(signal);
    } finally {
      this.#waitingFirst--;
    }
  }

  /**
   * Runs the wait of a mail that holds a connection and can go on only when another mail is done.
   *
   * @throws MailDeliveryError `EMAILDATA`, retryable, when the connection is needed for another mail first
   */
  async whileHeld(wait: () => Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const needed = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        if (this.#isNeeded()) reject(givenUp());
      }, LOOK_MS);
    });
    try {
      await Promise.race([wait(), needed]);
    } finally {
      clearInterval(timer);
    }
  }

  /** Whether somebody waits for too long. Says so to one mail at a time: one connection may be enough. */
  #isNeeded(): boolean {
    const now = performance.now();
    if (this.#waitingFirst === 0 || now - this.#since < PATIENCE_MS) return false;
    this.#since = now;
    return true;
  }
}

function givenUp(): MailDeliveryError {
  return new MailDeliveryError(
    'EMAILDATA',
    'The connection was given up before the end of the message, for another mail that needed it first.',
    { phase: 'data', retryable: true, cause: new ConnectionGivenUpError() },
  );
}
