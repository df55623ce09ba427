import { setTimeout as delay } from 'node:timers/promises';
import { stateVersion } from '../../core/delivery/pickup/relay-records.js';
import { messageOf } from '../../core/errors/error-facts.js';
import type { SpooledMail } from '../mail/spooled-mail.js';
import { fingerprintOf } from '../mail/spooled-mail.js';
import type { RelayEvent } from '../relay-event.js';
import type { RelayTuning } from '../relay-options.js';
import type { Claims } from '../spool/claims.js';
import { syncFolder } from '../spool/durable-file.js';
import type { MailState, MailStates } from '../spool/mail-states.js';
import type { RelayLease } from '../spool/relay-lease.js';
import type { BadmailReport } from './badmail.js';
import type { ClaimedMail } from './claimed-mail.js';
import { reasonOf } from './reason-of.js';
import type { RecordedOutcome } from './recorded-outcome.js';
import { retryDelayMs } from './retry-delay.js';
import type { RecipientVerdict } from './verdict.js';

/** What is known of a mail from earlier tries. */
export type MailHistory = Pick<MailState, 'attempts' | 'delivered' | 'refused'> & {
  /** Whether a state of a mail with this name is on the disk. */
  readonly hasState: boolean;
};

/** What records are kept with. */
export interface MailRecordsParts {
  readonly claims: Claims;
  readonly states: MailStates;
  readonly lease: RelayLease;
  readonly retry: RelayTuning['retry'];
  /** Ends the repeated attempts to write a record. */
  readonly cut: AbortSignal;
  readonly emit: (event: RelayEvent) => void;
}

const NO_HISTORY: MailHistory = { attempts: 0, delivered: [], refused: [], hasState: false };
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

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
   * @throws the error of the file system, when the grace time of a shutdown ends first
   */
  async record(
    claimed: ClaimedMail,
    mail: SpooledMail,
    history: MailHistory,
    verdict: RecipientVerdict,
  ): Promise<RecordedOutcome> {
    const { deferred } = verdict;
    const delivered = [...history.delivered, ...verdict.delivered];
    const refused = [...history.refused, ...verdict.refused];
    const wasTried = verdict.delivered.length > 0 || deferred.length > 0 || refused.length > 0;
    const attempts = history.attempts + (wasTried ? 1 : 0);
    const now: MailHistory = { ...history, attempts, delivered, refused };
    if (deferred.length === 0 && refused.length === 0) {
      await this.#untilWritten(() => this.#enterJournal(claimed));
      const { hasState } = history;
      return { kind: 'completed', messageId: mail.messageId, recipients: delivered.length, hasState };
    }
    const expired = this.isExpired(claimed);
    if (deferred.length > 0 && !expired) {
      const waitMs = retryDelayMs(attempts, this.#parts.retry);
      await this.#untilWritten(() => this.#writeState(claimed, now, Date.now() + waitMs));
      const reason = reasonOf(deferred, delivered.length + refused.length === 0);
      return { kind: 'deferred', waitMs, attempts, recipients: deferred.length, reason };
    }
    await this.#untilWritten(() => this.#writeState(claimed, now, 0));
    const undelivered = [...refused, ...deferred];
    const answer = reasonOf(undelivered, delivered.length === 0);
    const reason =
      expired && deferred.length > 0 ? `${this.#tooOld()}; the last answer was: ${answer}` : answer;
    return { kind: 'rejected', report: { reason, ...facts(mail), attempts, delivered, undelivered } };
  }

  /**
   * The outcome of a mail that is too old to be tried again and cannot be tried now. Nothing new is known of it, so nothing
   * is written.
   *
   * @param pending who would still have to get it
   */
  givenUp(
    mail: SpooledMail,
    { attempts, delivered, refused }: MailHistory,
    pending: readonly string[],
    why: string,
  ): RecordedOutcome {
    const undelivered = [...refused, ...pending.map(address => ({ address, reason: 'given up' }))];
    const reason = `${this.#tooOld()}; ${why}`;
    return { kind: 'rejected', report: { reason, ...facts(mail), attempts, delivered, undelivered } };
  }

  /** Whether a file has the age at which it is not tried again. */
  isExpired({ mtimeMs }: Pick<ClaimedMail, 'mtimeMs'>): boolean {
    return Date.now() - mtimeMs >= this.#parts.retry.giveUpAfterMs;
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
    const { attempts, delivered, refused } = history;
    const fingerprint = await fingerprintOf(claimed.file);
    const version = stateVersion(claimed);
    const state = { fingerprint, version, attempts, nextAttempt, delivered, refused };
    await this.#parts.states.write(claimed.name, state);
  }

  /** Writes again and again: a mail whose outcome is not on record would be sent once more. */
  async #untilWritten(write: () => Promise<void>): Promise<void> {
    const { emit, cut } = this.#parts;
    for (let failures = 0; ; failures++) {
      try {
        return await write();
      } catch (error) {
        if (failures === 0)
          emit({
            type: 'problem',
            reason: `What became of a mail cannot be put on record: ${messageOf(error)}. Trying again; nothing else is sent in its place.`,
          });
        if (cut.aborted) throw error;
        const waitMs = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
        await delay(waitMs, undefined, { signal: cut }).catch(() => {});
      }
    }
  }

  #tooOld(): string {
    const { giveUpAfterMs } = this.#parts.retry;
    const days = giveUpAfterMs / DAY_MS;
    const age = days >= 1 ? `${Math.round(days * 10) / 10} days` : `${giveUpAfterMs / SECOND_MS} s`;
    return `Given up, because the file is older than ${age}`;
  }
}

function facts({
  envelope,
  messageId,
  recipientFields,
}: SpooledMail): Pick<BadmailReport, 'from' | 'messageId' | 'recipientFields'> {
  return { from: envelope.from, messageId, recipientFields };
}
