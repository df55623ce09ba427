import { setImmediate as pass } from 'node:timers/promises';
import { GatedDelivery } from '../../core/delivery/gate/gated-delivery.js';
import type { UnconfirmedSlot } from '../../core/delivery/gate/unconfirmed-limit.js';
import type { MailDelivery } from '../../core/delivery/mail-delivery.js';
import { verdictOfOutcome } from '../../core/delivery/recipient-verdict.js';
import type { PauseReason, ServerPause } from '../../core/delivery/server-pause.js';
import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import type { SpooledMail } from '../mail/spooled-mail.js';
import type { RelayEvent } from '../relay-event.js';
import type { Claims } from '../spool/claims.js';
import { fileIdentity } from '../spool/move-file.js';
import type { QuickFiles } from '../spool/quick-files.js';
import type { ClaimedMail } from './claimed-mail.js';
import { FileChangedError } from './file-changed-error.js';
import type { MailHistory, MailRecords } from './mail-records.js';
import type { OutcomeSettler } from './outcome-settler.js';
import type { RecordedOutcome } from './recorded-outcome.js';
import type { RelayTrouble } from './relay-trouble.js';
import type { Verdict } from './verdict.js';
import { verdictOfFailure } from './verdict.js';

/** The step of the work that sends. */
const SENDING = 'send';

/** What tries are made with. */
export interface DeliveryTriesParts {
  readonly delivery: MailDelivery;
  readonly files: QuickFiles;
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
  readonly #delivery: GatedDelivery;

  constructor(parts: DeliveryTriesParts) {
    this.#parts = parts;
    this.#delivery = new GatedDelivery(parts);
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
    const slot = this.#delivery.slot();
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
    // The end of the next mail goes first: what is left to do with this one is done while the server has that.
    await pass();
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
    try {
      const outcome = await this.#delivery.deliver(mail, to, slot, () => this.#checkUnchanged(claimed));
      return verdictOfOutcome(outcome, to);
    } catch (error) {
      return verdictOfFailure(error, to);
    }
  }

  /** Just before the end of a mail is sent, its file may still turn out to be unfinished, or claimed by another relay. */
  async #checkUnchanged({ name, identity }: ClaimedMail): Promise<void> {
    const { claims, files } = this.#parts;
    const stats = await files.lstat(claims.pathOf(name)).catch(() => undefined);
    if (!stats || fileIdentity(stats) !== identity)
      throw new FileChangedError('The file has changed while it was being sent.');
  }
}
