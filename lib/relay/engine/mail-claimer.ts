import { constants } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, messageOf } from '../../core/errors/error-facts.js';
import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import { visible } from '../../core/redaction/printable.js';
import type { RelayEvent } from '../relay-event.js';
import type { Claims } from '../spool/claims.js';
import { fileIdentity } from '../spool/move-file.js';
import type { OpenFile } from '../spool/open-file.js';
import { printableName } from '../spool/printable-name.js';
import type { RelayFolders } from '../spool/relay-folders.js';
import type { SpoolScanner } from '../spool/spool-scanner.js';
import type { ClaimedMail } from './claimed-mail.js';
import type { Leftovers } from './leftovers.js';
import type { RelayTrouble } from './relay-trouble.js';

/** What mails are claimed with. */
export interface MailClaimerParts {
  readonly folders: RelayFolders;
  readonly scanner: SpoolScanner;
  readonly claims: Claims;
  readonly trouble: RelayTrouble;
  readonly leftovers: Leftovers;
  /** Whether each file is tried once. */
  readonly once: boolean;
  readonly emit: (event: RelayEvent) => void;
}

/** A file with which something unforeseen happened is not taken again for so long. */
const TROUBLE_MS = 60_000;
/** After so long it is taken again when that may have been over in the same moment. */
const MOMENT_MS = 1000;
/** What folders answer that are moved, or whose rights are changed. */
const MOMENTARY: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR']);
/** So many files are remembered with which something went wrong once. */
const MOST_FAILED = 1000;
/** A file whose rights are missing is looked at again after so long: they may have been gone for a moment only. */
const FORBIDDEN_MS = 3000;
/** The step of the work that claims files. */
const TAKING = 'take';
/** What `open` says of a link, and of a pipe without a writer, that has taken the place of a file. */
const NO_FILE: ReadonlySet<string> = new Set(['ELOOP', 'ENXIO']);
/** About the rights to this one file, as in a folder whose files only their owners may move. */
const FORBIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM']);
const UNREADABLE = 'cannot be read';
const UNMOVABLE = 'cannot be moved';
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** What came of the attempt to claim a file. */
type Attempt =
  | { readonly kind: 'claimed'; readonly mail: ClaimedMail }
  /** Its rights are missing, and no others. */
  | { readonly kind: 'forbidden'; readonly reason: string };

/** Claims files that the scanner has handed out, and gives back those with which something went wrong. */
export class MailClaimer {
  readonly #parts: MailClaimerParts;
  /** Files of which it was told that their rights are missing. */
  readonly #forbidden = new Set<string>();
  /** Files with which something went wrong that may be over already. */
  readonly #failed = new Set<string>();

  constructor(parts: MailClaimerParts) {
    this.#parts = parts;
  }

  /**
   * Claims a file. Never rejects.
   *
   * @returns undefined when it cannot be claimed now; the scanner then knows what is to become of it
   */
  async claim(name: string): Promise<ClaimedMail | undefined> {
    const began = performance.now();
    let attempt = await this.#attempt(name);
    // Rights that were gone for a moment may be back.
    if (attempt?.kind === 'forbidden') attempt = await this.#attempt(name);
    if (attempt?.kind === 'forbidden') this.#forbid(name, attempt.reason);
    if (attempt?.kind !== 'claimed') return undefined;
    this.#parts.trouble.succeeded(TAKING, began);
    this.#forbidden.delete(name);
    return attempt.mail;
  }

  /** Gives a file back, claimed or not, after something unforeseen went wrong with it, and tells of that. Never rejects. */
  async putBack(name: string, error: unknown): Promise<void> {
    const { scanner, claims, trouble, leftovers, emit } = this.#parts;
    const isTrouble = await trouble.explains(TAKING, error);
    const isQuiet = isTrouble || this.#isFirst(name, error);
    const waitMs = isTrouble ? 0 : isQuiet ? MOMENT_MS : TROUBLE_MS;
    if (claims.has(name)) await leftovers.do(name, () => claims.release(name, { kind: 'retry', waitMs }));
    else scanner.returned(name, waitMs);
    if (isQuiet) return;
    const reason = `${printableName(name)}: ${maskAddresses(visible(messageOf(error)))}`;
    emit({ type: 'problem', reason });
  }

  /** Whether an error may be the last moment of trouble with the folder that is over by now; a second one is not. */
  #isFirst(name: string, error: unknown): boolean {
    if (!MOMENTARY.has(errnoOf(error) ?? '') || this.#failed.delete(name)) return false;
    // Most of these went well the next time.
    if (this.#failed.size >= MOST_FAILED) this.#failed.clear();
    this.#failed.add(name);
    return true;
  }

  async #attempt(name: string): Promise<Attempt | undefined> {
    const { scanner, claims, trouble } = this.#parts;
    let file: OpenFile | undefined;
    let mail: ClaimedMail | undefined;
    try {
      file = await this.#open(name);
      mail = file && (await this.#claimOpen(name, file));
      return mail && { kind: 'claimed', mail };
    } catch (error) {
      const errno = errnoOf(error) ?? '';
      if (claims.has(name) || !FORBIDDEN.has(errno)) await this.putBack(name, error);
      else if (await trouble.explains(TAKING, error)) scanner.returned(name, 0);
      else return { kind: 'forbidden', reason: `${file ? UNMOVABLE : UNREADABLE} (${errno})` };
      return undefined;
    } finally {
      if (!mail) await file?.close().catch(() => {});
    }
  }

  async #open(name: string): Promise<OpenFile | undefined> {
    const { folders, scanner } = this.#parts;
    try {
      // Not through a link, and without waiting for the other end of a pipe.
      return await folders.files.open(join(folders.pickup, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    } catch (error) {
      const errno = errnoOf(error) ?? '';
      if (errno !== 'ENOENT' && !NO_FILE.has(errno)) throw error;
      if (errno === 'ENOENT') scanner.forget(name);
      else this.#leave(name, `${UNREADABLE} (${errno})`);
      this.#forbidden.delete(name);
      return undefined;
    }
  }

  async #claimOpen(name: string, file: OpenFile): Promise<ClaimedMail | undefined> {
    const { folders, scanner, claims } = this.#parts;
    const stats = await file.stat({ bigint: true });
    const plain = { size: Number(stats.size), mtimeMs: Number(stats.mtimeNs) / 1e6 };
    // Checked before it is moved: a writer that is not finished may open it again under its name, and a file with a second
    // name is being given back by another relay.
    if (!stats.isFile() || stats.nlink > scanner.linksOf(name) || !scanner.isUnchanged(name, plain)) {
      scanner.unfinished(name);
      return undefined;
    }
    if (!(await this.#move(name, file))) return undefined;
    const identity = fileIdentity(stats);
    const moved = await folders.files.lstat(claims.pathOf(name));
    // Looked at again: since it was opened another relay may have claimed it, and not ended giving it back.
    if (fileIdentity(moved) !== identity || moved.nlink > scanner.linksOf(name)) {
      await claims.release(name, { kind: 'settle' });
      return undefined;
    }
    return { name, file, identity, ...plain };
  }

  async #move(name: string, file: OpenFile): Promise<boolean> {
    const { scanner, claims } = this.#parts;
    try {
      if (await claims.claim(name, file)) return true;
      scanner.forget(name);
    } catch (error) {
      if (errnoOf(error) !== 'EBUSY') throw error;
      // Elsewhere than on POSIX a file that is open cannot be moved.
      scanner.unfinished(name);
    }
    return false;
  }

  #forbid(name: string, reason: string): void {
    const { scanner, once } = this.#parts;
    const isNew = !this.#forbidden.has(name);
    this.#forbidden.add(name);
    if (once) scanner.leave(name);
    else scanner.returned(name, FORBIDDEN_MS);
    if (isNew) this.#tell(name, `${reason}; change the access rights`);
  }

  #leave(name: string, reason: string): void {
    this.#parts.scanner.leave(name);
    this.#tell(name, reason);
  }

  #tell(name: string, reason: string): void {
    this.#parts.emit({ type: 'left', file: printableName(name), reason });
  }
}
