import { setImmediate as pass } from 'node:timers/promises';
import { UnreadableMailError } from '../../core/delivery/pickup/unreadable-mail-error.js';
import { NOTHING_TRIED } from '../../core/delivery/recipient-verdict.js';
import { visible } from '../../core/redaction/printable.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import { SpooledMail } from '../mail/spooled-mail.js';
import type { RelayEvent } from '../relay-event.js';
import { printableName } from '../spool/printable-name.js';
import type { BadmailReport } from './badmail.js';
import type { ClaimedMail } from './claimed-mail.js';
import type { DeliveryTries } from './delivery-tries.js';
import type { MailClaimer } from './mail-claimer.js';
import type { MailHistory, MailRecords, MissedTry } from './mail-records.js';
import type { OutcomeSettler } from './outcome-settler.js';
import type { RecordRoom } from './record-room.js';
import { relayRecipients } from './relay-recipients.js';
import { UnrecordedError } from './unrecorded-error.js';

/** What mails are processed with. */
export interface MailProcessorParts {
  readonly settings: ResolvedMailSettings;
  /** Whether the writer doubled dots at the beginning of lines. */
  readonly undoDotStuffing: boolean;
  readonly claimer: MailClaimer;
  readonly records: MailRecords;
  readonly settler: OutcomeSettler;
  readonly tries: DeliveryTries;
  readonly room: RecordRoom;
  readonly emit: (event: RelayEvent) => void;
}

/** After so long a mail is looked at again for whose record there was no room on the disk. */
const NO_ROOM_MS = 2000;

/** What is to be done with a mail: to try it, or to put on record that it could not be tried. */
type Task = { readonly kind: 'try' } | { readonly kind: 'missed'; readonly outage: MissedTry };

/** What a claimed file holds. */
type FileContent =
  | {
      readonly kind: 'mail';
      readonly mail: SpooledMail;
      /** Recipients that have still to get it. */
      readonly pending: readonly string[];
      readonly history: MailHistory;
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Takes one file through all steps: claim, read, deliver, record, settle. */
export class MailProcessor {
  readonly #parts: MailProcessorParts;

  constructor(parts: MailProcessorParts) {
    this.#parts = parts;
  }

  /** Tries to deliver a file that the scanner has handed out. Never rejects: whatever happens, the file is kept. */
  async try(name: string): Promise<void> {
    await this.#process(name, { kind: 'try' });
  }

  /**
   * Puts on record that the server could not be used when it was time to try an old file that the scanner has handed out,
   * and moves it to the badmail folder when that was so often enough. Never rejects.
   */
  async missed(name: string, outage: MissedTry): Promise<void> {
    await this.#process(name, { kind: 'missed', outage });
  }

  async #process(name: string, task: Task): Promise<void> {
    const { claimer } = this.#parts;
    const claimed = await claimer.claim(name);
    if (!claimed) return;
    try {
      await pass();
      await this.#perform(task, claimed);
    } catch (error) {
      if (error instanceof UnrecordedError) this.#keep(name, error);
      else await claimer.putBack(name, error);
    } finally {
      await claimed.file.close().catch(() => {});
    }
  }

  /** Leaves a file claimed of which it is not on record who has it: in the folder it would be sent to all of them at once. */
  #keep(name: string, error: UnrecordedError): void {
    const reason = `${printableName(name)}: ${visible(error.message)}`;
    this.#parts.emit({ type: 'problem', reason });
  }

  async #perform(task: Task, claimed: ClaimedMail): Promise<void> {
    const { records, settler, tries, room } = this.#parts;
    const { name } = claimed;
    const content = await this.#read(claimed);
    if (content.kind === 'unreadable')
      return settler.settle(name, { kind: 'rejected', report: untried(content.reason) });
    const { mail, pending, history } = content;
    if (pending.length === 0)
      return settler.settle(name, await records.record(claimed, mail, history, NOTHING_TRIED));
    if (task.kind === 'missed')
      return settler.settle(name, await records.recordOutage(claimed, mail, history, pending, task.outage));
    const release = await room.keep(pending.length);
    if (!release) return settler.settle(name, { kind: 'returned', waitMs: NO_ROOM_MS });
    try {
      await tries.run(claimed, mail, pending, history);
    } finally {
      release();
    }
  }

  /** Reads a file, and finds out who of the mail's recipients has still to get it. */
  async #read(claimed: ClaimedMail): Promise<FileContent> {
    const { settings, records, undoDotStuffing } = this.#parts;
    let mail: SpooledMail;
    try {
      mail = await SpooledMail.open(claimed.file, claimed.size, { undoDotStuffing });
    } catch (error) {
      if (!(error instanceof UnreadableMailError)) throw error;
      return { kind: 'unreadable', reason: error.message };
    }
    const past = await records.historyOf(claimed);
    const policy = relayRecipients(settings, mail.envelope);
    const known = new Set(past.refused.map(({ address }) => address));
    const refused = [...past.refused, ...policy.refused.filter(({ address }) => !known.has(address))];
    const decided = new Set([...past.delivered, ...refused.map(({ address }) => address)]);
    const pending = policy.to.filter(address => !decided.has(address));
    return { kind: 'mail', mail, pending, history: { ...past, refused } };
  }
}

function untried(reason: string): BadmailReport {
  return { reason, attempts: 0, delivered: [], undelivered: [] };
}
