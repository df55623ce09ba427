import type { FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { stateVersion } from '../../core/delivery/pickup/relay-records.js';
import { messageOf } from '../../core/errors/error-facts.js';
import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import { visible } from '../../core/redaction/printable.js';
import { fingerprintOf } from '../mail/spooled-mail.js';
import type { RelayEvent } from '../relay-event.js';
import type { RelayTuning } from '../relay-options.js';
import type { Claims } from '../spool/claims.js';
import { syncFolder } from '../spool/durable-file.js';
import type { MailState, MailStates, UndeliveredRecipient } from '../spool/mail-states.js';
import type { RelayLease } from '../spool/relay-lease.js';
import type { SpoolScanner } from '../spool/spool-scanner.js';
import type { Badmail } from './badmail.js';
import { printableName } from './badmail.js';
import { retryDelayMs } from './retry-delay.js';

/** A file that this relay has claimed, and its open handle. */
export interface ClaimedMail {
  readonly name: string;
  readonly file: FileHandle;
  /** See `fileIdentity`. */
  readonly identity: string;
  readonly mtimeMs: number;
  readonly size: number;
}

/** What is known of a mail from earlier tries. */
export type MailHistory = Pick<MailState, 'attempts' | 'delivered' | 'refused'> & {
  /** Whether a state of it is on the disk. */
  readonly kept: boolean;
};

/** What records are kept with. */
export interface MailRecordsParts {
  readonly directory: string;
  readonly folder: SpoolScanner;
  readonly claims: Claims;
  readonly states: MailStates;
  readonly berth: RelayLease;
  readonly badmail: Badmail;
  readonly retry: RelayTuning['retry'];
  /** Each file is tried once and then left, whatever came of it. */
  readonly once: () => boolean;
  readonly cut: AbortSignal;
  readonly emit: (event: RelayEvent) => void;
}

const NO_HISTORY: MailHistory = { attempts: 0, delivered: [], refused: [], kept: false };
const LONGEST_WAIT_MS = 30_000;

/** Puts on record what became of a mail, and only then touches its file. */
export class MailRecords {
  readonly #parts: MailRecordsParts;

  constructor(parts: MailRecordsParts) {
    this.#parts = parts;
  }

  /** What earlier tries brought; nothing when another mail had this name. */
  async pastOf({ name, file }: ClaimedMail): Promise<MailHistory> {
    const state = await this.#parts.states.read(name);
    if (!state) return NO_HISTORY;
    if (state.fingerprint === (await fingerprintOf(file))) return { ...state, kept: true };
    return { ...NO_HISTORY, kept: true };
  }

  /**
   * A try has decided about some or all recipients. Resolves when that is on record, with what is then to be done with
   * the file.
   *
   * @param history what is known now, this try included
   * @param deferred who waits for another try
   * @param news who got it in this try
   */
  async decided(
    claimed: ClaimedMail,
    mail: { messageId: string; envelope: { from: string } },
    history: MailHistory,
    deferred: readonly UndeliveredRecipient[],
    news: readonly string[],
  ): Promise<() => Promise<void>> {
    const { messageId, envelope } = mail;
    const tried = news.length > 0 || deferred.length > 0 || history.refused.length > 0;
    const now = { ...history, attempts: history.attempts + (tried ? 1 : 0) };
    if (deferred.length === 0 && now.refused.length === 0) return this.#complete(claimed, messageId, now);
    const expired = this.isExpired(claimed);
    if (deferred.length > 0 && !expired) return this.#defer(claimed, now, deferred);
    await this.#untilKept(() => this.#keep(claimed, now, 0));
    const undelivered = [...now.refused, ...deferred];
    const first = undelivered[0]?.reason ?? '';
    const report = {
      reason: expired && deferred.length > 0 ? `${this.#tooOld()}; the last answer was: ${first}` : first,
      from: envelope.from,
      messageId,
      attempts: now.attempts,
      delivered: now.delivered,
      undelivered,
    };
    return () => this.#moveToBadmail(claimed, report);
  }

  /** This file is no mail that can be sent. */
  async reject(claimed: ClaimedMail, reason: string): Promise<void> {
    await this.#moveToBadmail(claimed, { reason, attempts: 0, delivered: [], undelivered: [] });
  }

  /**
   * The mail is too old to be tried again, and cannot be tried now.
   *
   * @param pending who would still have to get it
   */
  async giveUp(
    claimed: ClaimedMail,
    mail: { messageId: string; envelope: { from: string } },
    { attempts, delivered, refused }: MailHistory,
    pending: readonly string[],
    why: string,
  ): Promise<void> {
    await this.#moveToBadmail(claimed, {
      reason: `${this.#tooOld()}; ${why}`,
      from: mail.envelope.from,
      messageId: mail.messageId,
      attempts,
      delivered,
      undelivered: [...refused, ...pending.map(address => ({ address, reason: 'given up' }))],
    });
  }

  /** Whether a file has the age at which it is not tried again. */
  isExpired({ mtimeMs }: Pick<ClaimedMail, 'mtimeMs'>): boolean {
    return Date.now() - mtimeMs >= this.#parts.retry.giveUpAfterMs;
  }

  /** Gives the file back as it was. */
  async giveBack({ name }: ClaimedMail): Promise<void> {
    await this.#returned(name, 0);
  }

  /** The file's writer is not finished with it. */
  async unfinished({ name }: Pick<ClaimedMail, 'name'>): Promise<void> {
    const { claims, folder } = this.#parts;
    if ((await claims.giveBack(name)) === name) folder.unfinished(name);
    else folder.gone(name);
  }

  async #complete(
    claimed: ClaimedMail,
    messageId: string,
    history: MailHistory,
  ): Promise<() => Promise<void>> {
    const { berth, claims, states, folder, emit } = this.#parts;
    const { name, identity } = claimed;
    await this.#untilKept(async () => {
      try {
        await berth.journal.enter(name, identity);
      } catch (error) {
        // No room for an entry: a file that is gone needs none.
        await claims.remove(name).catch(() => Promise.reject(error));
        await syncFolder(berth.claimed).catch(() => {});
      }
    });
    return async () => {
      // Before the file: of a relay that is killed between the two, the file tells the next one to look for the state.
      if (history.kept) await states.remove(name).catch(() => {});
      await this.#removed(claimed);
      folder.gone(name);
      emit({ type: 'sent', file: printableName(name), messageId, recipients: history.delivered.length });
    };
  }

  async #removed({ name }: ClaimedMail): Promise<void> {
    const { berth, claims, emit } = this.#parts;
    if (!claims.holds(name)) return;
    try {
      await claims.remove(name);
      await berth.journal.forget();
    } catch (error) {
      // It is on record, so nobody sends it again; whoever finds this relay's folder tries to remove it again.
      emit({
        type: 'problem',
        reason: `${printableName(name)} was sent but cannot be removed: ${messageOf(error)}`,
      });
    }
  }

  async #defer(
    claimed: ClaimedMail,
    history: MailHistory,
    deferred: readonly UndeliveredRecipient[],
  ): Promise<() => Promise<void>> {
    const { emit, retry } = this.#parts;
    const { name } = claimed;
    const waitMs = retryDelayMs(history.attempts, retry);
    await this.#untilKept(() => this.#keep(claimed, history, Date.now() + waitMs));
    return async () => {
      await this.#returned(name, waitMs);
      emit({
        type: 'deferred',
        file: printableName(name),
        recipients: deferred.length,
        attempts: history.attempts,
        reason: maskAddresses(deferred[0]?.reason ?? ''),
        retryAt: new Date(Date.now() + waitMs),
      });
    };
  }

  async #moveToBadmail(claimed: ClaimedMail, report: Parameters<Badmail['take']>[2]): Promise<void> {
    const { badmail, claims, states, folder, directory, emit } = this.#parts;
    const { name } = claimed;
    const movedTo = await badmail.take(claims, name, report);
    await syncFolder(directory).catch(() => {});
    await states.remove(name);
    folder.gone(name);
    emit({
      type: 'rejected',
      file: printableName(name),
      reason: maskAddresses(visible(report.reason)),
      movedTo: visible(movedTo),
    });
  }

  async #keep(claimed: ClaimedMail, history: MailHistory, nextAttempt: number): Promise<void> {
    const { attempts, delivered, refused } = history;
    const fingerprint = await fingerprintOf(claimed.file);
    const version = stateVersion(claimed);
    const state = { fingerprint, version, attempts, nextAttempt, delivered, refused };
    await this.#parts.states.write(claimed.name, state);
  }

  /** What is not on record would be done again, so nothing else happens until it is. */
  async #untilKept(keep: () => Promise<void>): Promise<void> {
    const { emit, cut } = this.#parts;
    for (let tries = 0; ; tries++) {
      try {
        return await keep();
      } catch (error) {
        if (tries === 0)
          emit({
            type: 'problem',
            reason: `What became of a mail cannot be put on record: ${messageOf(error)}. Trying again; nothing else is sent in its place.`,
          });
        if (cut.aborted) throw error;
        await delay(Math.min(500 * 2 ** tries, LONGEST_WAIT_MS), undefined, { signal: cut }).catch(() => {});
      }
    }
  }

  async #returned(name: string, waitMs: number): Promise<void> {
    const { folder, once, claims } = this.#parts;
    const now = await claims.giveBack(name);
    // Under another name, or from another relay, it is found by the next look, and by its state.
    if (now !== name) folder.gone(name);
    else if (once()) folder.leave(name);
    else folder.back(name, waitMs);
  }

  #tooOld(): string {
    const days = this.#parts.retry.giveUpAfterMs / 86_400_000;
    return `Given up, because the file is older than ${days >= 1 ? `${Math.round(days * 10) / 10} days` : `${this.#parts.retry.giveUpAfterMs / 1000} s`}`;
  }
}
