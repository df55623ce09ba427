import { lstat } from 'node:fs/promises';
import { linkedAbort } from '../../core/concurrency/linked-abort.js';
import { timeoutError } from '../../core/concurrency/timeout-error.js';
import { abortedError } from '../../core/delivery/aborted-error.js';
import { ConnectionGivenUpError } from '../../core/delivery/connection-given-up-error.js';
import type { DeliveryOutcome, MailDelivery } from '../../core/delivery/mail-delivery.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import { GatedMail } from '../mail/gated-mail.js';
import type { SpooledMail } from '../mail/spooled-mail.js';
import type { RelayEvent } from '../relay-event.js';
import type { Claims } from '../spool/claims.js';
import { fileIdentity } from '../spool/move-file.js';
import type { ClaimedMail } from './claimed-mail.js';
import { FileChangedError } from './file-changed-error.js';
import type { MailHistory, MailRecords } from './mail-records.js';
import type { OutcomeSettler } from './outcome-settler.js';
import type { RecordedOutcome } from './recorded-outcome.js';
import type { RelayTrouble } from './relay-trouble.js';
import type { PauseReason, ServerPause } from './server-pause.js';
import type { UnconfirmedSlot } from './unconfirmed-limit.js';
import { UnconfirmedLimit } from './unconfirmed-limit.js';
import type { Verdict } from './verdict.js';
import { verdictOf, verdictOfFailure } from './verdict.js';

/**
 * Milliseconds for which mails wait for their turn before anything of them is sent, after one had to give up its connection
 * while it waited: where there are few connections, the mail whose turn it is needs one.
 */
const IN_TURN_MS = 2000;

/** The step of the work that sends. */
const SENDING = 'send';

/** What tries are made with. */
export interface DeliveryTriesParts {
  readonly delivery: MailDelivery;
  readonly claims: Claims;
  readonly records: MailRecords;
  readonly settler: OutcomeSettler;
  readonly pause: ServerPause;
  readonly trouble: RelayTrouble;
  /** Fires when a shutdown begins: no further end of a mail is sent. Its reason is a `RelayStoppingError`. */
  readonly stopping: AbortSignal;
  /** Fires at the end of the grace time of a shutdown. */
  readonly cut: AbortSignal;
  /** Most mails whose end was sent and whose outcome is not on record. */
  readonly unconfirmed: number;
  /** The setting `SendTimeout` in milliseconds; 0 means none. */
  readonly timeoutMs: number;
  readonly emit: (event: RelayEvent) => void;
}

/** Tries to deliver claimed mails, and sees to it that what came of a try is recorded and carried out. */
export class DeliveryTries {
  readonly #parts: DeliveryTriesParts;
  readonly #limit: UnconfirmedLimit;
  #inTurnUntil = 0;

  constructor(parts: DeliveryTriesParts) {
    this.#parts = parts;
    this.#limit = new UnconfirmedLimit(parts.unconfirmed, parts.stopping);
  }

  /**
   * Tries once.
   *
   * @param to the recipients that have still to get the mail
   */
  async run(
    claimed: ClaimedMail,
    mail: SpooledMail,
    to: readonly string[],
    history: MailHistory,
  ): Promise<void> {
    const { settler, pause, emit } = this.#parts;
    // The try of another mail may have found the server unavailable after this mail was claimed.
    if (pause.current) return settler.settle(claimed.name, { kind: 'returned', waitMs: 0 });
    const began = performance.now();
    const slot = this.#limit.slot();
    let paused: PauseReason | undefined;
    let outcome: RecordedOutcome;
    try {
      const verdict = await this.#deliver(claimed, mail, to, slot);
      paused = this.#updatePause(verdict, began);
      outcome = await this.#record(verdict, claimed, mail, history);
    } finally {
      // Not before the outcome is on record: until then this mail is one of those that a crash would send twice.
      slot.release();
    }
    await settler.settle(claimed.name, outcome);
    if (paused) emit({ type: 'paused', ...paused, reason: maskAddresses(paused.reason) });
  }

  /** Returns the pause, when the try has begun a new one. */
  #updatePause(verdict: Verdict, began: number): PauseReason | undefined {
    const { pause, trouble, emit } = this.#parts;
    if (verdict.kind === 'hindered') trouble.failed(SENDING, verdict.error);
    else trouble.succeeded(SENDING, began);
    if (verdict.kind === 'unavailable') return pause.failed(verdict.reason, began);
    if (verdict.kind === 'decided' && pause.succeeded()) emit({ type: 'resumed' });
    return undefined;
  }

  async #record(
    verdict: Verdict,
    claimed: ClaimedMail,
    mail: SpooledMail,
    history: MailHistory,
  ): Promise<RecordedOutcome> {
    const { records } = this.#parts;
    switch (verdict.kind) {
      case 'decided':
        return records.record(claimed, mail, history, verdict);
      case 'unavailable':
      case 'hindered':
      case 'stopped':
        return { kind: 'returned', waitMs: 0 };
      case 'unfinished':
        return { kind: 'unfinished' };
    }
  }

  async #deliver(
    claimed: ClaimedMail,
    mail: SpooledMail,
    to: readonly string[],
    slot: UnconfirmedSlot,
  ): Promise<Verdict> {
    const { delivery, timeoutMs, cut } = this.#parts;
    const limit = timeLimit(timeoutMs, cut);
    const { signal } = limit;
    const turn = (): Promise<void> => slot.acquire(signal);
    const mayEnd = async (): Promise<void> => {
      await turn();
      // A mail of several parts has several ends.
      this.#parts.stopping.throwIfAborted();
      limit.restart();
      await this.#checkUnchanged(claimed);
    };
    const deliver = (whole: boolean): Promise<DeliveryOutcome> =>
      delivery.deliver(new GatedMail(mail, to, { turn, mayEnd, whole }), { signal, first: whole });
    try {
      const inTurn = async (): Promise<DeliveryOutcome> => {
        // No connection is kept from the mail that has the slot.
        await slot.acquire(signal).catch((error: unknown) => {
          throw signal.aborted ? abortedError(signal, { phase: 'connect', retryable: true }) : error;
        });
        return deliver(true);
      };
      if (performance.now() < this.#inTurnUntil) return verdictOf(await inTurn(), to);
      const delivering = deliver(false).catch((error: unknown) => {
        if (!mayStartAgain(error, slot)) throw error;
        // Nobody waits so long for the end of a mail: now nothing is sent before the slot is acquired.
        if (!signal.aborted) this.#inTurnUntil = performance.now() + IN_TURN_MS;
        return inTurn();
      });
      return verdictOf(await delivering, to);
    } catch (error) {
      return verdictOfFailure(error, to);
    } finally {
      limit.end();
    }
  }

  /** Just before the end of a mail is sent, its file may still turn out to be unfinished, or claimed by another relay. */
  async #checkUnchanged({ name, identity }: ClaimedMail): Promise<void> {
    const path = this.#parts.claims.pathOf(name);
    const stats = await lstat(path, { bigint: true }).catch(() => undefined);
    if (!stats || fileIdentity(stats) !== identity)
      throw new FileChangedError('The file has changed while it was being sent.');
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
    signal,
    restart: () => void timer.refresh(),
    end: () => {
      clearTimeout(timer);
      unlink();
    },
  };
}
