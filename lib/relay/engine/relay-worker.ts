import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { UnreadableMailError } from '../../core/delivery/pickup/unreadable-mail-error.js';
import { errnoOf, messageOf } from '../../core/errors/error-facts.js';
import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import { visible } from '../../core/redaction/printable.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import { SpooledMail } from '../mail/spooled-mail.js';
import type { RelayEvent } from '../relay-event.js';
import type { Claims } from '../spool/claims.js';
import { fileIdentity } from '../spool/move-file.js';
import type { SpoolScanner } from '../spool/spool-scanner.js';
import { printableName } from './badmail.js';
import type { DeliveryTries } from './delivery-tries.js';
import type { ClaimedMail, MailHistory, MailRecords } from './mail-records.js';
import { relayRecipients } from './relay-recipients.js';

/** What a worker works with. */
export interface RelayWorkerParts {
  readonly directory: string;
  readonly settings: ResolvedMailSettings;
  readonly undoDotStuffing: boolean;
  readonly folder: SpoolScanner;
  readonly claims: Claims;
  readonly records: MailRecords;
  readonly tries: DeliveryTries;
  readonly emit: (event: RelayEvent) => void;
}

/** A file with which something unforeseen happened is not tried again for so long. */
const TROUBLE_MS = 60_000;
/** A link, or a pipe without a writer, that has taken the place of a file. */
const NO_FILE: ReadonlySet<string> = new Set(['ELOOP', 'ENXIO']);
/** About the rights to this one file, as in a folder whose files only their owners may move. */
const FORBIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM']);
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** Takes one file from the folder through everything: claim, read, deliver, record. */
export class RelayWorker {
  readonly #parts: RelayWorkerParts;

  constructor(parts: RelayWorkerParts) {
    this.#parts = parts;
  }

  /** Works on a file that was taken from the folder. Never rejects: whatever happens, the file is somewhere safe. */
  async work(name: string): Promise<void> {
    await this.#withClaimed(name, mail => this.#deliver(mail));
  }

  /** Gives a file up without another try. */
  async giveUp(name: string, reason: string): Promise<void> {
    await this.#withClaimed(name, claimed =>
      this.#read(claimed, (mail, pending, history) =>
        this.#parts.records.giveUp(claimed, mail, history, pending, reason),
      ),
    );
  }

  async #withClaimed(name: string, use: (mail: ClaimedMail) => Promise<void>): Promise<void> {
    const { folder, claims, emit } = this.#parts;
    const file = await this.#open(name);
    if (!file) return;
    try {
      const mail = await this.#claim(name, file);
      if (mail) await use(mail);
    } catch (error) {
      const back = claims.holds(name) ? await claims.giveBack(name).catch(() => undefined) : name;
      if (back === name) folder.back(name, TROUBLE_MS);
      else folder.gone(name);
      emit({
        type: 'problem',
        reason: `${printableName(name)}: ${maskAddresses(visible(messageOf(error)))}`,
      });
    } finally {
      await file.close().catch(() => {});
    }
  }

  async #open(name: string): Promise<FileHandle | undefined> {
    const { directory, folder } = this.#parts;
    try {
      // Not through a link, and without waiting for the other end of a pipe.
      return await open(join(directory, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    } catch (error) {
      const errno = errnoOf(error) ?? '';
      if (errno === 'ENOENT') folder.gone(name);
      else if (FORBIDDEN.has(errno) || NO_FILE.has(errno)) this.#leave(name, `cannot be read (${errno})`);
      else {
        folder.back(name, TROUBLE_MS);
        this.#parts.emit({
          type: 'problem',
          reason: `${printableName(name)} cannot be opened now: ${errno}`,
        });
      }
      return undefined;
    }
  }

  async #claim(name: string, file: FileHandle): Promise<ClaimedMail | undefined> {
    const { folder, claims } = this.#parts;
    const stats = await file.stat({ bigint: true });
    const plain = { size: Number(stats.size), mtimeMs: Number(stats.mtimeNs) / 1e6 };
    // Looked at before it is moved: its writer may open it again under its name.
    if (!stats.isFile() || !folder.isAsSeen(name, plain)) {
      folder.unfinished(name);
      return undefined;
    }
    if (!(await this.#move(name))) return undefined;
    const identity = fileIdentity(stats);
    if (fileIdentity(await lstat(claims.pathOf(name), { bigint: true })) !== identity) {
      await this.#parts.records.unfinished({ name });
      return undefined;
    }
    return { name, file, identity, ...plain };
  }

  async #move(name: string): Promise<boolean> {
    const { folder, claims } = this.#parts;
    try {
      if (await claims.claim(name)) return true;
      folder.gone(name);
    } catch (error) {
      const errno = errnoOf(error) ?? '';
      // Elsewhere than on POSIX a file that is open cannot be moved.
      if (errno === 'EBUSY') folder.unfinished(name);
      else if (FORBIDDEN.has(errno))
        this.#leave(name, `cannot be moved (${errno}); change the access rights`);
      else throw error;
    }
    return false;
  }

  #leave(name: string, reason: string): void {
    this.#parts.folder.leave(name);
    this.#parts.emit({ type: 'left', file: printableName(name), reason });
  }

  async #deliver(claimed: ClaimedMail): Promise<void> {
    const { records, tries } = this.#parts;
    await this.#read(claimed, (mail, pending, history) =>
      pending.length === 0
        ? records.decided(claimed, mail, history, [], []).then(settle => settle())
        : tries.run(claimed, mail, pending, history),
    );
  }

  /** Finds out who of a mail's recipients has still to get it; a file that is no mail is rejected. */
  async #read(
    claimed: ClaimedMail,
    use: (mail: SpooledMail, pending: readonly string[], history: MailHistory) => Promise<void>,
  ): Promise<void> {
    const { settings, records, undoDotStuffing } = this.#parts;
    let mail: SpooledMail;
    try {
      mail = await SpooledMail.open(claimed.file, claimed.size, { undoDotStuffing });
    } catch (error) {
      if (!(error instanceof UnreadableMailError)) throw error;
      return records.reject(claimed, error.message);
    }
    const past = await records.pastOf(claimed);
    const { to, refused } = relayRecipients(settings, mail.envelope);
    const known = [
      ...past.refused,
      ...refused.filter(one => !past.refused.some(two => two.address === one.address)),
    ];
    const decided = new Set([...past.delivered, ...known.map(({ address }) => address)]);
    const pending = to.filter(address => !decided.has(address));
    await use(mail, pending, { ...past, refused: known });
  }
}
