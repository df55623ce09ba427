import { linkedAbort } from '../../concurrency/linked-abort.js';
import { timeoutError } from '../../concurrency/timeout-error.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { abortedError } from '../aborted-error.js';
import { ConnectionGivenUpError } from '../connection-given-up-error.js';
import type { DeliveryOutcome, MailDelivery } from '../mail-delivery.js';
import type { GatedContent } from './gated-mail.js';
import { GatedMail } from './gated-mail.js';
import type { UnconfirmedSlot } from './unconfirmed-limit.js';
import { UnconfirmedLimit } from './unconfirmed-limit.js';

/**
 * Milliseconds for which mails wait for their turn before anything of them is sent, after one had to give up its connection
 * while it waited: where there are few connections, the mail whose turn it is needs one.
 */
const IN_TURN_MS = 2000;

/** What mails are delivered with. */
export interface GatedDeliveryParts {
  readonly delivery: MailDelivery;
  /** Most mails whose end was sent and whose outcome is not on record. */
  readonly unconfirmed: number;
  /** Fires when a shutdown begins: no further end of a mail is sent. Its reason is what a delivery then fails with. */
  readonly stopping: AbortSignal;
  /** Fires at the end of the grace time of a shutdown. */
  readonly cut: AbortSignal;
  /** The setting `SendTimeout` in milliseconds; 0 means none. */
  readonly timeoutMs: number;
}

/**
 * Delivers mails that must not get lost nor be doubled by a crash: the end of each is held back until the outcomes of those
 * before are on record.
 */
export class GatedDelivery {
  readonly #parts: GatedDeliveryParts;
  readonly #limit: UnconfirmedLimit;
  #inTurnUntil = 0;

  constructor(parts: GatedDeliveryParts) {
    this.#parts = parts;
    this.#limit = new UnconfirmedLimit(parts.unconfirmed, parts.stopping);
  }

  /** A slot for one mail, to be released when its outcome is on record: until then a crash would send it twice. */
  slot(): UnconfirmedSlot {
    return this.#limit.slot();
  }

  /**
   * Tries once.
   *
   * @param to the recipients that have still to get the mail
   * @param beforeEnd called just before the end of the mail is sent; when it rejects, the end never is
   * @throws MailDeliveryError, or what `beforeEnd` or the shutdown has given as its reason
   */
  async deliver(
    content: GatedContent,
    to: readonly string[],
    slot: UnconfirmedSlot,
    beforeEnd: () => Promise<void>,
  ): Promise<DeliveryOutcome> {
    const { delivery, timeoutMs, cut, stopping } = this.#parts;
    const limit = timeLimit(timeoutMs, cut);
    const { signal } = limit;
    const turn = (): Promise<void> => slot.acquire(signal);
    const mayEnd = async (): Promise<void> => {
      await turn();
      // A mail of several parts has several ends.
      stopping.throwIfAborted();
      limit.restart();
      await beforeEnd();
    };
    const deliver = (whole: boolean): Promise<DeliveryOutcome> =>
      delivery.deliver(new GatedMail(content, to, { turn, mayEnd, whole }), { signal, first: whole });
    try {
      const inTurn = async (): Promise<DeliveryOutcome> => {
        // No connection is kept from the mail that has the slot.
        await slot.acquire(signal).catch((error: unknown) => {
          throw signal.aborted ? abortedError(signal, { phase: 'connect', retryable: true }) : error;
        });
        return deliver(true);
      };
      if (performance.now() < this.#inTurnUntil) return await inTurn();
      return await deliver(false).catch((error: unknown) => {
        if (!mayStartAgain(error, slot)) throw error;
        // Nobody waits so long for the end of a mail: now nothing is sent before the slot is acquired.
        if (!signal.aborted) this.#inTurnUntil = performance.now() + IN_TURN_MS;
        return inTurn();
      });
    } finally {
      limit.end();
    }
  }
}

/** Whether a try has failed only because its end was held back for too long: then no server has the mail. */
function mayStartAgain(error: unknown, slot: UnconfirmedSlot): boolean {
  const givenUp = error instanceof MailDeliveryError && error.cause instanceof ConnectionGivenUpError;
  return givenUp || (slot.isWaiting && hasGivenUpWaiting(error));
}

/** Whether the connection is gone, or ends, while the server waited for the rest of a message. */
function hasGivenUpWaiting(error: unknown): boolean {
  if (!(error instanceof MailDeliveryError) || error.phase !== 'data' || error.retryable !== true)
    return false;
  return error.code !== 'EMAILABORTED' && error.code !== 'EMAILCLOSED';
}

/** The time that a try may take. */
interface TimeLimit {
  /** Fires when the time is over, or with `cut`. */
  readonly signal: AbortSignal;
  /** Gives the try the whole time again. */
  restart(): void;
  /** The try is over. */
  end(): void;
}

function timeLimit(timeoutMs: number, cut: AbortSignal): TimeLimit {
  if (timeoutMs === 0) return { signal: cut, restart: () => {}, end: () => {} };
  const { signal, abort, unlink } = linkedAbort(cut);
  const timer = setTimeout(() => abort(timeoutError('The send', `${timeoutMs} ms`)), timeoutMs);
  return {
    signal: signal.platform,
    restart: () => void timer.refresh(),
    end: () => {
      clearTimeout(timer);
      unlink();
    },
  };
}
