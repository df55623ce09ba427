import { messageOf } from '../../core/errors/error-facts.js';
import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import { visible } from '../../core/redaction/printable.js';
import type { RelayEvent } from '../relay-event.js';
import type { Claims } from '../spool/claims.js';
import { syncFolder } from '../spool/durable-file.js';
import type { MailStates } from '../spool/mail-states.js';
import { printableName } from '../spool/printable-name.js';
import type { RelayFolders } from '../spool/relay-folders.js';
import type { RelayLease } from '../spool/relay-lease.js';
import type { SpoolScanner } from '../spool/spool-scanner.js';
import type { Badmail, BadmailReport } from './badmail.js';
import type { RecordedOutcome } from './recorded-outcome.js';

/** What outcomes are carried out with. */
export interface OutcomeSettlerParts {
  readonly folders: RelayFolders;
  readonly scanner: SpoolScanner;
  readonly claims: Claims;
  readonly states: MailStates;
  readonly lease: RelayLease;
  readonly badmail: Badmail;
  /** Whether each file is tried once and then left in the folder, whatever came of it. */
  readonly once: boolean;
  readonly emit: (event: RelayEvent) => void;
}

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
        return this.#giveBack(name, 0);
      case 'unfinished':
        return this.#parts.claims.release(name, { kind: 'settle' });
    }
  }

  async #complete(name: string, outcome: OutcomeOf<'completed'>): Promise<void> {
    const { states, scanner, emit } = this.#parts;
    const { messageId, recipients, hasState } = outcome;
    // The state before the file: when the relay is killed between the two, the file makes the next relay look for its state.
    if (hasState) await states.remove(name).catch(() => {});
    await this.#removeFile(name);
    scanner.forget(name);
    emit({ type: 'sent', file: printableName(name), messageId, recipients });
  }

  async #removeFile(name: string): Promise<void> {
    const { lease, claims, emit } = this.#parts;
    if (!claims.has(name)) return;
    try {
      await claims.remove(name);
      await lease.journal.forget();
    } catch (error) {
      // The journal keeps every relay from sending it again, and the one that finds this relay's folder removes it.
      const reason = `${printableName(name)} was sent but cannot be removed: ${messageOf(error)}`;
      emit({ type: 'problem', reason });
    }
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
    const { badmail, claims, states, scanner, folders, emit } = this.#parts;
    const movedTo = await badmail.take(claims, name, report);
    await syncFolder(folders.pickup).catch(() => {});
    await states.remove(name);
    scanner.forget(name);
    emit({
      type: 'rejected',
      file: printableName(name),
      reason: maskAddresses(visible(report.reason)),
      movedTo: visible(movedTo),
    });
  }

  async #giveBack(name: string, waitMs: number): Promise<void> {
    const { claims, once } = this.#parts;
    await claims.release(name, once ? { kind: 'leave' } : { kind: 'retry', waitMs });
  }
}
