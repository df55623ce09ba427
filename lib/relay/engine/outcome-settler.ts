import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import { visible } from '../../core/redaction/printable.js';
import type { RelayEvent } from '../relay-event.js';
import type { AfterRelease, Claims } from '../spool/claims.js';
import { syncFolder } from '../spool/durable-file.js';
import type { MailStates } from '../spool/mail-states.js';
import { printableName } from '../spool/printable-name.js';
import type { RelayFolders } from '../spool/relay-folders.js';
import type { RelayLease } from '../spool/relay-lease.js';
import { isOutOfRoom } from '../spool/room.js';
import type { SpoolScanner } from '../spool/spool-scanner.js';
import type { Badmail, BadmailReport } from './badmail.js';
import type { Leftovers } from './leftovers.js';
import type { OngoingTrouble } from './ongoing-trouble.js';
import type { RecordRoom } from './record-room.js';
import type { RecordedOutcome } from './recorded-outcome.js';
import type { RelayTrouble } from './relay-trouble.js';

/** What outcomes are carried out with. */
export interface OutcomeSettlerParts {
  readonly folders: RelayFolders;
  readonly scanner: SpoolScanner;
  readonly claims: Claims;
  readonly states: MailStates;
  readonly lease: RelayLease;
  readonly badmail: Badmail;
  readonly room: RecordRoom;
  readonly trouble: RelayTrouble;
  /** Told of a badmail folder to which nothing can be moved. */
  readonly badmailTrouble: OngoingTrouble;
  readonly leftovers: Leftovers;
  /** Whether each file is tried once and then left in the folder, whatever came of it. */
  readonly once: boolean;
  readonly emit: (event: RelayEvent) => void;
}

/** How often room is given to one mail in badmail: for its reason, and for the folder. Badmail may lie on another disk. */
const MOST_GIFTS = 3;
/** After so long a mail is taken again that belongs into a badmail folder which did not take it. */
const BADMAIL_RETRY_MS = 5000;

type OutcomeOf<Kind extends RecordedOutcome['kind']> = Extract<RecordedOutcome, { kind: Kind }>;

/** Does with the file of a mail what its recorded outcome demands, and tells of it. */
export class OutcomeSettler {
  readonly #parts: OutcomeSettlerParts;

  constructor(parts: OutcomeSettlerParts) {
    this.#parts = parts;
  }

  /**
   * Carries out an outcome.
   *
   * @param name the claimed file
   */
  async settle(name: string, outcome: RecordedOutcome): Promise<void> {
    switch (outcome.kind) {
      case 'completed':
        return this.#complete(name, outcome);
      case 'deferred':
        return this.#defer(name, outcome);
      case 'rejected':
        return this.#reject(name, outcome.report);
      case 'returned':
        return this.#giveBack(name, outcome.waitMs);
      case 'unfinished':
        return this.#release(name, () => ({ kind: 'settle' }));
    }
  }

  async #complete(name: string, outcome: OutcomeOf<'completed'>): Promise<void> {
    const { states, scanner, claims, leftovers, emit } = this.#parts;
    const { messageId, recipients, hasState } = outcome;
    // The state before the file: when the relay is killed between the two, the file makes the next relay look for its state.
    if (hasState) await states.remove(name).catch(() => {});
    // Until it is removed, the journal keeps every relay from sending it again.
    if (claims.has(name)) await leftovers.do(name, () => this.#removeFile(name));
    scanner.forget(name);
    emit({ type: 'sent', file: printableName(name), messageId, recipients });
  }

  async #removeFile(name: string): Promise<void> {
    const { lease, claims } = this.#parts;
    await claims.remove(name);
    await lease.journal.forget();
  }

  async #defer(name: string, outcome: OutcomeOf<'deferred'>): Promise<void> {
    const { waitMs, attempts, recipients, reason } = outcome;
    await this.#giveBack(name, waitMs);
    this.#parts.emit({
      type: 'deferred',
      file: printableName(name),
      recipients,
      attempts,
      reason: maskAddresses(reason),
      retryAt: new Date(Date.now() + waitMs),
    });
  }

  async #reject(name: string, report: BadmailReport): Promise<void> {
    const { badmailTrouble, states, scanner, folders, trouble, emit } = this.#parts;
    let movedTo: string;
    try {
      movedTo = await this.#take(name, report);
    } catch (error) {
      // Who has it is on record and does not get it again. On a full disk the others may be asked for once more.
      await this.#release(name, () => ({ kind: 'retry', waitMs: BADMAIL_RETRY_MS }));
      if (!(await trouble.explainsElsewhere('badmail', error))) badmailTrouble.failed(error);
      return;
    }
    trouble.succeeded('badmail');
    badmailTrouble.succeeded();
    await syncFolder(folders.pickup).catch(() => {});
    // One that stays is swept.
    await states.remove(name).catch(() => {});
    scanner.forget(name);
    emit({
      type: 'rejected',
      file: printableName(name),
      reason: maskAddresses(visible(report.reason)),
      movedTo: visible(movedTo),
    });
  }

  /** Moves a file to badmail; on a full disk, with some of the room that is kept for records. */
  async #take(name: string, report: BadmailReport): Promise<string> {
    const { badmail, claims, room } = this.#parts;
    for (let gifts = 0; ; gifts++) {
      try {
        return await badmail.take(claims, name, report);
      } catch (error) {
        if (!isOutOfRoom(error) || gifts >= MOST_GIFTS || !(await room.give())) throw error;
      }
    }
  }

  async #giveBack(name: string, waitMs: number): Promise<void> {
    const due = performance.now() + waitMs;
    await this.#release(name, () => ({ kind: 'retry', waitMs: Math.max(0, due - performance.now()) }));
  }

  /** @param next what is to become of the file, asked when it is back in the folder at last */
  async #release(name: string, next: () => AfterRelease): Promise<void> {
    const { claims, leftovers, once } = this.#parts;
    await leftovers.do(name, () => {
      const after = next();
      return claims.release(name, once && after.kind === 'retry' ? { kind: 'leave' } : after);
    });
  }
}
