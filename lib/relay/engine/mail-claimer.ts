import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, messageOf } from '../../core/errors/error-facts.js';
import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import { visible } from '../../core/redaction/printable.js';
import type { RelayEvent } from '../relay-event.js';
import type { Claims } from '../spool/claims.js';
import { fileIdentity } from '../spool/move-file.js';
import { printableName } from '../spool/printable-name.js';
import type { RelayFolders } from '../spool/relay-folders.js';
import type { SpoolScanner } from '../spool/spool-scanner.js';
import type { ClaimedMail } from './claimed-mail.js';

/** What mails are claimed with. */
export interface MailClaimerParts {
  readonly folders: RelayFolders;
  readonly scanner: SpoolScanner;
  readonly claims: Claims;
  readonly emit: (event: RelayEvent) => void;
}

/** A file with which something unforeseen happened is not taken again for so long. */
const TROUBLE_MS = 60_000;
/** What `open` says of a link, and of a pipe without a writer, that has taken the place of a file. */
const NO_FILE: ReadonlySet<string> = new Set(['ELOOP', 'ENXIO']);
/** About the rights to this one file, as in a folder whose files only their owners may move. */
const FORBIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM']);
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** Claims files that the scanner has handed out, and gives back those with which something went wrong. */
export class MailClaimer {
  readonly #parts: MailClaimerParts;

  constructor(parts: MailClaimerParts) {
    this.#parts = parts;
  }

  /**
   * Claims a file. Never rejects.
   *
   * @returns undefined when it cannot be claimed now; the scanner then knows what is to become of it
   */
  async claim(name: string): Promise<ClaimedMail | undefined> {
    const file = await this.#open(name);
    if (!file) return undefined;
    let claimed: ClaimedMail | undefined;
    try {
      claimed = await this.#claimOpen(name, file);
    } catch (error) {
      await this.putBack(name, error);
    } finally {
      if (!claimed) await file.close().catch(() => {});
    }
    return claimed;
  }

  /** Gives a file back, claimed or not, after something unforeseen went wrong with it, and tells of that. Never rejects. */
  async putBack(name: string, error: unknown): Promise<void> {
    const { scanner, claims, emit } = this.#parts;
    if (claims.has(name)) {
      const retry = { kind: 'retry', waitMs: TROUBLE_MS } as const;
      await claims.release(name, retry).catch(() => scanner.forget(name));
    } else scanner.returned(name, TROUBLE_MS);
    const reason = `${printableName(name)}: ${maskAddresses(visible(messageOf(error)))}`;
    emit({ type: 'problem', reason });
  }

  async #open(name: string): Promise<FileHandle | undefined> {
    const { folders, scanner, emit } = this.#parts;
    try {
      // Not through a link, and without waiting for the other end of a pipe.
      return await open(join(folders.pickup, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    } catch (error) {
      const errno = errnoOf(error) ?? '';
      if (errno === 'ENOENT') scanner.forget(name);
      else if (FORBIDDEN.has(errno) || NO_FILE.has(errno)) this.#leave(name, `cannot be read (${errno})`);
      else {
        scanner.returned(name, TROUBLE_MS);
        emit({ type: 'problem', reason: `${printableName(name)} cannot be opened now: ${errno}` });
      }
      return undefined;
    }
  }

  async #claimOpen(name: string, file: FileHandle): Promise<ClaimedMail | undefined> {
    const { scanner, claims } = this.#parts;
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
    if (fileIdentity(await lstat(claims.pathOf(name), { bigint: true })) !== identity) {
      await claims.release(name, { kind: 'settle' });
      return undefined;
    }
    return { name, file, identity, ...plain };
  }

  async #move(name: string, file: FileHandle): Promise<boolean> {
    const { scanner, claims } = this.#parts;
    try {
      if (await claims.claim(name, file)) return true;
      scanner.forget(name);
    } catch (error) {
      const errno = errnoOf(error) ?? '';
      // Elsewhere than on POSIX a file that is open cannot be moved.
      if (errno === 'EBUSY') scanner.unfinished(name);
      else if (FORBIDDEN.has(errno))
        this.#leave(name, `cannot be moved (${errno}); change the access rights`);
      else throw error;
    }
    return false;
  }

  #leave(name: string, reason: string): void {
    this.#parts.scanner.leave(name);
    this.#parts.emit({ type: 'left', file: printableName(name), reason });
  }
}
