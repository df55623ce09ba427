import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../errors/error-facts.js';
import { syncFolder, writeDurably } from './durable-file.js';
import type { RelayFolders } from './relay-folders.js';

/** A recipient that did not get the mail, and why. */
export interface UndeliveredRecipient {
  readonly address: string;
  /** What the server said, or why it was not asked. */
  readonly reason: string;
}

/** What is known of a mail that waits for another try. */
export interface MailState {
  /** Digest of the file: a new mail under an old name has no past. */
  readonly fingerprint: string;
  /** Tries so far. */
  readonly attempts: number;
  /** When the next try is due, in milliseconds since 1970. */
  readonly nextAttempt: number;
  /** Recipients that have the mail and never get it again. */
  readonly delivered: readonly string[];
  /** Recipients that the server refused for good. */
  readonly refused: readonly UndeliveredRecipient[];
}

/** Keeps the state of mails that wait, one small file each, durably and for every relay of the folder. */
export class MailStates {
  readonly #folders: RelayFolders;

  constructor(folders: RelayFolders) {
    this.#folders = folders;
  }

  /** The state of a mail, or undefined when it has none that can be read. */
  async read(name: string): Promise<MailState | undefined> {
    try {
      return asState(JSON.parse(await readFile(this.#pathOf(name), 'utf8')));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /** Keeps a state; resolves when it is on the disk. */
  async write(name: string, state: MailState): Promise<void> {
    const content = `${JSON.stringify({ file: name, ...state }, undefined, 1)}\n`;
    try {
      await writeDurably(this.#pathOf(name), content);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Another relay that ended may have tidied up.
      await this.#folders.make();
      await writeDurably(this.#pathOf(name), content);
    }
  }

  /** Forgets a mail, durably: a later one under the same name must not meet it. */
  async remove(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true });
    await syncFolder(this.#folders.states).catch(() => {});
  }

  #pathOf(name: string): string {
    // Mail files may have names too long, or too odd, to be part of another name.
    return join(this.#folders.states, `${createHash('sha256').update(name).digest('hex').slice(0, 40)}.json`);
  }
}

function asState(value: unknown): MailState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { fingerprint, attempts, nextAttempt, delivered, refused } = value as Partial<MailState>;
  const sound =
    typeof fingerprint === 'string' &&
    typeof attempts === 'number' &&
    typeof nextAttempt === 'number' &&
    Array.isArray(delivered) &&
    Array.isArray(refused);
  return sound ? { fingerprint, attempts, nextAttempt, delivered, refused } : undefined;
}
