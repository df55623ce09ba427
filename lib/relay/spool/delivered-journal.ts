import { readSmallFile } from '../../core/delivery/pickup/read-small-file.js';
import { syncFolder } from './durable-file.js';
import { isTrustedOwner } from './own-folder.js';
import { PreparedFile } from './prepared-file.js';
import { QuickFiles } from './quick-files.js';

/** The entry of a file: its identity and its name, because one file may have two names and a name may come again with another file. */
export function journalEntry(name: string, identity: string): string {
  return `${identity} ${JSON.stringify(name)}`;
}

/** Reads an entry; undefined when it is none. */
export function parseJournalEntry(entry: string): { name: string; identity: string } | undefined {
  const space = entry.indexOf(' ');
  try {
    const name: unknown = JSON.parse(entry.slice(space + 1));
    return space > 0 && typeof name === 'string' ? { name, identity: entry.slice(0, space) } : undefined;
  } catch {
    return undefined;
  }
}

/** Beyond this size the journal is emptied as soon as no entry is needed any more. */
const LONGEST = 256 * 1024;
/** Octets up to which the journal of a dead relay is read: far more than one with all the mails that it may have open. */
const LARGEST = 256 * 1024 * 1024;

/**
 * The claimed files whose every recipient has the mail, one line each; empty lines say nothing. The line is on the disk
 * before such a file is removed: when a relay dies between the two, the next one does not send the mail again.
 */
export class DeliveredJournal {
  readonly #files: QuickFiles;
  #claimed = '';
  #file: PreparedFile | undefined;
  /** The length at which it is emptied. */
  #longest = LONGEST;
  #pending = 0;
  #last: Promise<unknown> = Promise.resolve();
  #batch: { lines: string; readonly kept: Promise<void> } | undefined;

  /** @param files writes to it */
  constructor(files = new QuickFiles()) {
    this.#files = files;
  }

  /**
   * Begins a new, empty journal.
   *
   * @param claimed the folder of the files that it is about
   */
  async open(path: string, claimed: string): Promise<void> {
    await this.close();
    this.#file = await PreparedFile.create(path, this.#files);
    this.#claimed = claimed;
    this.#longest = LONGEST;
    this.#pending = 0;
  }

  /** Reads the entries of a relay that died; a last line that was not written to its end is no entry. */
  static async read(path: string): Promise<Set<string>> {
    const text = await readSmallFile(path, { largest: LARGEST, mayOwn: isTrustedOwner });
    const lines = (text ?? '').split('\n').slice(0, -1);
    return new Set(lines.filter(line => line !== ''));
  }

  /**
   * Enters a claimed file; resolves when the entry is on the disk. Entries that come while one is being written are
   * written together.
   */
  async enter(name: string, identity: string): Promise<void> {
    if (!this.#file) throw new Error('The journal is closed.');
    const line = `${journalEntry(name, identity)}\n`;
    // Counted first: the journal must not be emptied under an entry that is being written.
    this.#pending++;
    try {
      const batch = (this.#batch ??= this.#newBatch());
      batch.lines += line;
      await batch.kept;
    } catch (error) {
      this.#pending--;
      throw error;
    }
  }

  /** Says that the file of an entry is gone. */
  async forget(): Promise<void> {
    this.#pending = Math.max(0, this.#pending - 1);
    const length = this.#file?.length ?? 0;
    if (this.#pending > 0 || length < this.#longest) return;
    // Where an entry comes in between, it is emptied after as many again.
    this.#longest = length + LONGEST;
    // Not while an entry is being written, which would be lost.
    await this.#afterLast(async () => {
      // The files must be gone from the disk before their entries are.
      await syncFolder(this.#claimed);
      if (this.#pending > 0 || !this.#file) return;
      await this.#file.empty();
      this.#longest = LONGEST;
    });
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    // An entry is made durable by the file's descriptor: the file's own close would not wait for that.
    await this.#last;
    await file?.close();
  }

  #newBatch(): { lines: string; readonly kept: Promise<void> } {
    const batch = {
      lines: '',
      kept: this.#afterLast(async () => {
        this.#batch = undefined;
        await this.#keep(batch.lines);
      }),
    };
    return batch;
  }

  async #keep(lines: string): Promise<void> {
    const file = this.#file;
    if (!file) throw new Error('The journal is closed.');
    await file.append(lines);
  }

  async #afterLast(work: () => Promise<void>): Promise<void> {
    const running = this.#last.then(work);
    this.#last = running.catch(() => undefined);
    await running;
  }
}
