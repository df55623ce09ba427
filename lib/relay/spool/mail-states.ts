import { lstat, readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { OverdueTries } from '../../core/delivery/age-limit.js';
import { readSmallFile } from '../../core/delivery/pickup/read-small-file.js';
import { recordName, stateVersion } from '../../core/delivery/pickup/relay-records.js';
import type { UndeliveredRecipient } from '../../core/delivery/recipient-verdict.js';
import { errnoOf } from '../../core/errors/error-facts.js';
import { syncFolder, UNFINISHED, writeDurably } from './durable-file.js';
import { isTrustedOwner } from './own-folder.js';
import type { RelayFolders } from './relay-folders.js';

/** What is known of a mail that waits for another try. */
export interface MailState {
  /** Digest of the file: earlier tries of another mail with this name say nothing about it. */
  readonly fingerprint: string;
  /** Octets and time of the file, to see without reading it that another one has its name. */
  readonly version: string;
  /** Tries so far. */
  readonly attempts: number;
  /** When the next try is due, in milliseconds since 1970. */
  readonly nextAttempt: number;
  /** Recipients that have the mail and never get it again. */
  readonly delivered: readonly string[];
  /** Recipients that the server refused for good. */
  readonly refused: readonly UndeliveredRecipient[];
  /** The tries in a row, up to the last one, at which the mail was too old; undefined when it was not, or nobody looked. */
  readonly overdue?: OverdueTries | undefined;
}

const ONE_DAY_MS = 86_400_000;
/** Octets up to which a state is read; one of 50,000 recipients with long reasons has some 30 MB. */
const LARGEST = 64 * 1024 * 1024;
const OWN_FILE = { largest: LARGEST, mayOwn: isTrustedOwner };

/** Keeps the state of mails that wait, one small file each, durably and for every relay of the folder. */
export class MailStates {
  readonly #folders: RelayFolders;

  constructor(folders: RelayFolders) {
    this.#folders = folders;
  }

  /** The state of a mail, or undefined when it has none that can be read. */
  async read(name: string): Promise<MailState | undefined> {
    const path = this.#pathOf(name);
    // Nearly no mail has one.
    if (this.#folders.files.isMissing(path)) return undefined;
    const text = await readSmallFile(path, OWN_FILE);
    return text === undefined ? undefined : asState(parsed(text));
  }

  /**
   * Milliseconds until the next try of a mail is due; 0 when nothing is known of this mail.
   *
   * @param longestMs longest wait that can be meant: a state that asks for a longer one was written before the time of
   * day was set back
   */
  async waitMs(name: string, file: { size: number; mtimeMs: number }, longestMs: number): Promise<number> {
    const state = await this.read(name).catch(() => undefined);
    if (state?.version !== stateVersion(file)) return 0;
    return Math.min(Math.max(0, state.nextAttempt - Date.now()), longestMs);
  }

  /** Keeps a state; resolves when it is on the disk. */
  async write(name: string, state: MailState): Promise<void> {
    const content = `${JSON.stringify({ file: name, ...state }, undefined, 1)}\n`;
    try {
      await writeDurably(this.#pathOf(name), content, this.#folders);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Another relay that ended may have removed the empty folders.
      await this.#folders.make();
      await writeDurably(this.#pathOf(name), content, this.#folders);
    }
  }

  /** Removes states that are older than a day and whose mail is gone, and what a crash has left of states. */
  async sweep(isThere: (name: string) => Promise<boolean>, now = Date.now()): Promise<void> {
    for (const entry of await readdir(this.#folders.states).catch(() => [])) {
      const path = join(this.#folders.states, entry);
      try {
        if (now - (await lstat(path)).mtimeMs < ONE_DAY_MS) continue;
        if (!entry.endsWith(UNFINISHED)) {
          const file = fileOf(parsed((await readSmallFile(path, OWN_FILE)) ?? ''));
          if (file !== undefined && entry.endsWith('.json') && (await isThere(file))) continue;
        }
      } catch {
        continue;
      }
      await unlink(path).catch(() => {});
    }
  }

  /**
   * Removes the state of a mail that a dead relay has sent to everybody.
   *
   * @param file octets and time of its file: another mail may have the name by now, whose state stays
   */
  async removeDelivered(name: string, file: { size: number; mtimeMs: number }): Promise<void> {
    if ((await this.read(name))?.version === stateVersion(file)) await this.remove(name);
  }

  /**
   * Removes states that were not written to their ends, as a dead relay leaves them. A relay that is writing one just now
   * writes it again.
   */
  async removeUnfinished(): Promise<void> {
    for (const entry of await readdir(this.#folders.states).catch(() => []))
      if (entry.endsWith(UNFINISHED)) await unlink(join(this.#folders.states, entry)).catch(() => {});
  }

  /** Removes the state of a mail, durably: a later mail with the same name must not find it. */
  async remove(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true });
    await syncFolder(this.#folders.states).catch(() => {});
  }

  #pathOf(name: string): string {
    return join(this.#folders.states, recordName(name));
  }
}

/** What a record holds; undefined when it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whose state a record is. */
function fileOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('file' in value)) return undefined;
  return typeof value.file === 'string' ? value.file : undefined;
}

function asState(value: unknown): MailState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { fingerprint, version, attempts, nextAttempt, delivered, refused, overdue } =
    value as Partial<MailState>;
  const sound =
    typeof fingerprint === 'string' &&
    typeof version === 'string' &&
    typeof attempts === 'number' &&
    typeof nextAttempt === 'number' &&
    Array.isArray(delivered) &&
    delivered.every(address => typeof address === 'string') &&
    Array.isArray(refused) &&
    refused.every(isUndelivered);
  if (!sound) return undefined;
  const state = { fingerprint, version, attempts, nextAttempt, delivered, refused };
  return isOverdue(overdue) ? { ...state, overdue } : state;
}

function isOverdue(value: unknown): value is OverdueTries {
  if (typeof value !== 'object' || value === null) return false;
  const { tries, since } = value as Partial<OverdueTries>;
  return typeof tries === 'number' && typeof since === 'number';
}

function isUndelivered(value: unknown): value is UndeliveredRecipient {
  if (typeof value !== 'object' || value === null) return false;
  const { address, reason } = value as Partial<UndeliveredRecipient>;
  return typeof address === 'string' && typeof reason === 'string';
}
