import { lstat } from 'node:fs/promises';
import type { DeliveryOutcome, MailDelivery } from '../../core/delivery/mail-delivery.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import { GatedMail } from '../mail/gated-mail.js';
import type { SpooledMail } from '../mail/spooled-mail.js';
import type { RelayEvent } from '../relay-event.js';
import type { Claims } from '../spool/claims.js';
import { fileIdentity } from '../spool/move-file.js';
import type { ClaimedMail, MailHistory, MailRecords } from './mail-records.js';
import type { ServerPause } from './server-pause.js';
import type { UnconfirmedSlot } from './unconfirmed-limit.js';
import { UnconfirmedLimit } from './unconfirmed-limit.js';
import type { Verdict } from './verdict.js';
import { FileChangedError, verdictOf, verdictOfFailure } from './verdict.js';

/** What tries are made with. */
export interface DeliveryTriesParts {
  readonly delivery: MailDelivery;
  readonly claims: Claims;
  readonly records: MailRecords;
  readonly pause: ServerPause;
  /** Fires when a shutdown begins: no further mail is ended. Its reason is a `HeldBackError`. */
  readonly stopping: AbortSignal;
  /** Fires at the end of the grace time of a shutdown. */
  readonly cut: AbortSignal;
  /** Mails whose end was sent and whose outcome is not on record, at most. */
  readonly unconfirmed: number;
  /** The setting `SendTimeout` in milliseconds; 0 means none. */
  readonly timeoutMs: number;
  readonly emit: (event: RelayEvent) => void;
}

/** Tries to deliver claimed mails, and hands what came of it to the records. */
export class DeliveryTries {
  readonly #parts: DeliveryTriesParts;
  readonly #turns: UnconfirmedLimit;

  constructor(parts: DeliveryTriesParts) {
    this.#parts = parts;
    this.#turns = new UnconfirmedLimit(parts.unconfirmed, parts.stopping);
  }

  /** Tries once. */
  async run(
    claimed: ClaimedMail,
    mail: SpooledMail,
    to: readonly string[],
    history: MailHistory,
  ): Promise<void> {
    const { records, pause, emit } = this.#parts;
    // Another mail may have met a server that cannot be used, after this one was taken.
    if (pause.current) return records.giveBack(claimed);
    const began = performance.now();
    const turn = this.#turns.next();
    try {
      const verdict = await this.#try(claimed, mail, to, turn);
      if (verdict.kind === 'unusable') {
        const paused = pause.failed(verdict.reason, began);
        if (records.isExpired(claimed)) await records.giveUp(claimed, mail, history, to, verdict.reason);
        else await records.giveBack(claimed);
        if (paused) emit({ type: 'paused', ...paused, reason: maskAddresses(paused.reason) });
        return;
      }
      if (verdict.kind === 'stopped') return await records.giveBack(claimed);
      if (verdict.kind === 'unfinished') return await records.unfinished(claimed);
      if (pause.succeeded()) emit({ type: 'resumed' });
      const delivered = [...history.delivered, ...verdict.delivered];
      const refused = [...history.refused, ...verdict.refused];
      const settle = await records.decided(
        claimed,
        mail,
        { ...history, delivered, refused },
        verdict.deferred,
        verdict.delivered,
      );
      // Only now, when the outcome is on record, may the next mail come into doubt.
      turn.end();
      await settle();
    } finally {
      turn.end();
    }
  }

  async #try(
    claimed: ClaimedMail,
    mail: SpooledMail,
    to: readonly string[],
    turn: UnconfirmedSlot,
  ): Promise<Verdict> {
    const { delivery, timeoutMs, cut } = this.#parts;
    const limit = timeLimit(timeoutMs, cut);
    const { signal } = limit;
    const mayEnd = async (): Promise<void> => {
      await turn.wait(signal);
      limit.refresh();
      await this.#checkUnchanged(claimed);
    };
    const deliver = (whole: boolean): Promise<DeliveryOutcome> =>
      delivery.deliver(new GatedMail(mail, to, { mayEnd, whole }), { signal });
    try {
      const delivering = deliver(false).catch((error: unknown) => {
        if (!turn.isWaiting || !isImpatience(error)) throw error;
        // The server did not want to wait for the end. So nothing is begun before its turn.
        return deliver(true);
      });
      return verdictOf(await delivering, to);
    } catch (error) {
      return verdictOfFailure(error, to);
    } finally {
      limit.end();
    }
  }

  /** The last moment at which a file can still turn out to be half written, or to be claimed by somebody else. */
  async #checkUnchanged({ name, identity }: ClaimedMail): Promise<void> {
    const path = this.#parts.claims.pathOf(name);
    const now = await lstat(path, { bigint: true }).catch(() => undefined);
    if (!now || fileIdentity(now) !== identity)
      throw new FileChangedError('The file has changed while it was being sent.');
  }
}

/** Whether a server has gone away, or has said that it waits no longer, while a message was under way. */
function isImpatience(error: unknown): boolean {
  if (!(error instanceof MailDeliveryError) || error.phase !== 'data' || error.retryable !== true)
    return false;
  return error.code !== 'EMAILABORTED' && error.code !== 'EMAILCLOSED';
}

interface TimeLimit {
  readonly signal: AbortSignal;
  /** Starts the time again. */
  refresh(): void;
  end(): void;
}

function timeLimit(timeoutMs: number, cut: AbortSignal): TimeLimit {
  if (timeoutMs === 0) return { signal: cut, refresh: () => {}, end: () => {} };
  const controller = new AbortController();
  const onCut = (): void => controller.abort(cut.reason);
  cut.addEventListener('abort', onCut, { once: true });
  if (cut.aborted) onCut();
  const timer = setTimeout(() => {
    const reason = new Error(`The send took longer than ${timeoutMs} ms`);
    reason.name = 'TimeoutError';
    controller.abort(reason);
  }, timeoutMs);
  return {
    signal: controller.signal,
    refresh: () => void timer.refresh(),
    end: () => {
      clearTimeout(timer);
      cut.removeEventListener('abort', onCut);
    },
  };
}
