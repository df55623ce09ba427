import { setTimeout as delay } from 'node:timers/promises';
import type { AgeLimit } from '../../core/delivery/age-limit.js';
import { stateVersion } from '../../core/delivery/pickup/relay-records.js';
import type { RecipientVerdict } from '../../core/delivery/recipient-verdict.js';
import { retryDelayMs } from '../../core/delivery/retry-delay.js';
import { messageOf } from '../../core/errors/error-facts.js';
import type { SpooledMail } from '../mail/spooled-mail.js';
import { fingerprintOf } from '../mail/spooled-mail.js';
import type { RelayTuning } from '../relay-options.js';
import type { Claims } from '../spool/claims.js';
import { syncFolder } from '../spool/durable-file.js';
import type { MailState, MailStates } from '../spool/mail-states.js';
import type { RelayLease } from '../spool/relay-lease.js';
import { isOutOfRoom } from '../spool/room.js';
import type { BadmailReport } from './badmail.js';
import type { ClaimedMail } from './claimed-mail.js';
import { reasonOf } from './reason-of.js';
import type { RecordRoom } from './record-room.js';
import type { RecordedOutcome } from './recorded-outcome.js';
import type { RelayTrouble } from './relay-trouble.js';
import { UnrecordedError } from './unrecorded-error.js';

/** What is known of a mail from earlier tries. */
export type MailHistory = Pick<
  MailState,
  'attempts' | 'nextAttempt' | 'delivered' | 'refused' | 'overdue'
> & {
  /** Whether a state of a mail with this name is on the disk. */
  readonly hasState: boolean;
};

/** A try that a mail could not be given. */
export interface MissedTry {
  /** Why the server could not be used. */
  readonly reason: string;
  /** Whether that is so for long enough to give old mails up. */
  readonly isLong: boolean;
}

/** What records are kept with. */
export interface MailRecordsParts {
  readonly claims: Claims;
  readonly states: MailStates;
  readonly lease: RelayLease;
  readonly room: RecordRoom;
  readonly retry: RelayTuning['retry'];
  readonly ageLimit: AgeLimit;
  /** Ends the repeated attempts to write a record. */
  readonly cut: AbortSignal;
  readonly trouble: RelayTrouble;
}

const NO_HISTORY: MailHistory = {
  attempts: 0,
  nextAttempt: 0,
  delivered: [],
  refused: [],
  hasState: false,
};
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 1000;

/** Puts on record what became of a mail. Its file is not touched; the outcome says what is to be done with that. */
export class MailRecords {
  readonly #parts: MailRecordsParts;

  constructor(parts: MailRecordsParts) {
    this.#parts = parts;
  }

  /** What earlier tries brought; nothing when another mail had this name. */
  async historyOf({ name, file }: ClaimedMail): Promise<MailHistory> {
    const state = await this.#parts.states.read(name);
    if (!state) return NO_HISTORY;
    if (state.fingerprint === (await fingerprintOf(file))) return { ...state, hasState: true };
    return { ...NO_HISTORY, hasState: true };
  }

  /**
   * Records what a try has brought. Resolves when it is on the disk, however long that takes.
   *
   * @param history what was known before the try
   * @throws UnrecordedError when the grace time of a shutdown ends first
   */
  async record(
    claimed: ClaimedMail,
    mail: SpooledMail,
    history: MailHistory,
    verdict: RecipientVerdict,
  ): Promise<RecordedOutcome> {
    const { deferred } = verdict;
    const { name } = claimed;
    const delivered = [...history.delivered, ...verdict.delivered];
    const refused = [...history.refused, ...verdict.refused];
    const wasTried = [verdict.delivered, verdict.refused, deferred].some(({ length }) => length > 0);
    const attempts = history.attempts + (wasTried ? 1 : 0);
    if (deferred.length === 0 && refused.length === 0) {
      await this.#untilWritten(name, () => this.#enterJournal(claimed));
      const { hasState } = history;
      return { kind: 'completed', messageId: mail.messageId, recipients: delivered.length, hasState };
    }
    const overdue = this.#parts.ageLimit.judge(claimed.mtimeMs, history.overdue);
    const now: MailHistory = { ...history, attempts, delivered, refused, overdue };
    // Without room, tries and refusals are forgotten rather than waited with: the server says the same again.
    const need = verdict.delivered.length > 0 ? 'needed' : 'dispensable';
    const givenUp = deferred.length > 0 && this.#parts.ageLimit.isOver(now);
    if (deferred.length > 0 && !givenUp) {
      const waitMs = Math.max(
        retryDelayMs(attempts, this.#parts.retry),
        this.#parts.ageLimit.lastTryInMs(overdue),
      );
      const write = (): Promise<void> => this.#writeState(claimed, now, Date.now() + waitMs);
      await this.#untilWritten(name, write, need);
      const reason = reasonOf(deferred, delivered.length + refused.length === 0);
      return { kind: 'deferred', waitMs, attempts, recipients: deferred.length, reason };
    }
    // Without a try everything is on record, or found in settings and file as often as anybody looks.
    if (wasTried) await this.#untilWritten(name, () => this.#writeState(claimed, now, 0), need);
    const undelivered = [...refused, ...deferred];
    const answer = reasonOf(undelivered, delivered.length === 0);
    const reason = givenUp ? `${tooOld(this.#parts.ageLimit)}; the last answer was: ${answer}` : answer;
    return { kind: 'rejected', report: { reason, ...facts(mail), attempts, delivered, undelivered } };
  }

  /**
   * Records that the server could not be used when it was time to try a mail that is too old. Younger ones are left as they
   * are: what is wrong with a server is no try of theirs.
   *
   * @param pending who would still have to get it
   * @throws UnrecordedError when the grace time of a shutdown ends first
   */
  async recordOutage(
    claimed: ClaimedMail,
    mail: SpooledMail,
    history: MailHistory,
    pending: readonly string[],
    outage: MissedTry,
  ): Promise<RecordedOutcome> {
    const { ageLimit, retry } = this.#parts;
    const waitMs = Math.min(Math.max(0, history.nextAttempt - Date.now()), retry.maxMs);
    const overdue = ageLimit.judge(claimed.mtimeMs, history.overdue);
    if (!overdue) return { kind: 'returned', waitMs };
    const attempts = history.attempts + 1;
    const now: MailHistory = { ...history, attempts, overdue };
    if (!outage.isLong || !ageLimit.isOver(now)) {
      await this.#untilWritten(claimed.name, () => this.#writeState(claimed, now, history.nextAttempt));
      return { kind: 'returned', waitMs };
    }
    const { delivered, refused } = history;
    const undelivered = [...refused, ...pending.map(address => ({ address, reason: 'given up' }))];
    const reason = `${tooOld(ageLimit)}; ${outage.reason}`;
    return { kind: 'rejected', report: { reason, ...facts(mail), attempts, delivered, undelivered } };
  }

  async #enterJournal({ name, identity }: ClaimedMail): Promise<void> {
    const { lease, claims } = this.#parts;
    try {
      await lease.journal.enter(name, identity);
    } catch (error) {
      // On a full disk a file can still be removed, and one that is gone needs no entry.
      await claims.remove(name).catch(() => Promise.reject(error));
      await syncFolder(lease.claimed).catch(() => {});
    }
  }

  async #writeState(claimed: ClaimedMail, history: MailHistory, nextAttempt: number): Promise<void> {
    const { attempts, delivered, refused, overdue } = history;
    const fingerprint = await fingerprintOf(claimed.file);
    const version = stateVersion(claimed);
    const state = { fingerprint, version, attempts, nextAttempt, delivered, refused, overdue };
    for (;;) {
      try {
        return await this.#parts.states.write(claimed.name, state);
      } catch (error) {
        // For this the room was kept.
        if (!isOutOfRoom(error) || !(await this.#parts.room.give())) throw error;
      }
    }
  }

  /** Writes again and again: a mail whose outcome is not on record would be sent once more. */
  async #untilWritten(
    name: string,
    write: () => Promise<void>,
    record: 'needed' | 'dispensable' = 'needed',
  ): Promise<void> {
    const { trouble, cut } = this.#parts;
    const step = `record ${name}`;
    for (let failures = 0; ; failures++) {
      try {
        await write();
        return trouble.succeeded(step);
      } catch (error) {
        if (record === 'dispensable' && isOutOfRoom(error)) return trouble.succeeded(step);
        // What fails only once may have been the end of the trouble with the folder.
        if (!(await trouble.explains(step, error)) && failures > 0) trouble.failed(step, error);
        if (cut.aborted) throw unrecorded(error);
        await delay(Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS), undefined, {
          signal: cut,
        }).catch(() => {});
      }
    }
  }
}

function unrecorded(cause: unknown): UnrecordedError {
  return new UnrecordedError(
    `What became of it could not be put on record before the end: ${messageOf(cause)}. It stays claimed, and the next relay takes it up: who has it already may get it twice.`,
    { cause },
  );
}

function facts({
  envelope,
  messageId,
  recipientFields,
}: SpooledMail): Pick<BadmailReport, 'from' | 'messageId' | 'recipientFields'> {
  return { from: envelope.from, messageId, recipientFields };
}

/** Why a mail is given up. */
function tooOld({ words }: AgeLimit): string {
  return `Given up, because the file is older than ${words}`;
}
