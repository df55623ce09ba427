import { openDirectory, syncDirectory } from './pickup-directory.js';

/** A name in a directory that is about to change. */
export interface NameChange {
  /** What comes before it and is sure to end soon, such as a flush of the file. */
  prepare?(): Promise<void>;
  /** Not called when the directory cannot be opened: the new name could not be made durable. */
  change(): Promise<void>;
}

/** Makes changed names in a directory durable, for many writers at once: they share one flush. */
export class DirectoryFlush {
  readonly #path: string;
  #joining: Batch | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Changes a name, and ends when a flush has ended that began after the change.
   *
   * @throws what the preparation or the change threw, or the flush, which then fails all who waited for it
   */
  async cover(name: NameChange): Promise<void> {
    const batch = (this.#joining ??= this.#newBatch());
    await batch.change(name);
    await batch.flushed;
  }

  #newBatch(): Batch {
    const batch = new Batch(this.#path, this.#running, () => {
      this.#joining = undefined;
    });
    this.#running = batch.flushed.catch(() => undefined);
    return batch;
  }
}

/** Names that one flush makes durable. */
class Batch {
  /** Ends with the flush. */
  readonly flushed: Promise<void>;
  // Opened before a name changes: until then a failure can be undone before any reader has seen the file. And opened
  // anew for each flush: the path may lead to another directory by then.
  readonly #directory: ReturnType<typeof openDirectory>;
  #pending = 0;
  #changed = false;
  #onOneDone: () => void = () => {};
  #onAllDone: () => void = () => {};

  /**
   * @param previous the flush that runs now
   * @param onFull called when no further name may join
   */
  constructor(path: string, previous: Promise<unknown>, onFull: () => void) {
    this.#directory = openDirectory(path);
    this.flushed = this.#flush(previous, onFull);
  }

  async change({ prepare, change }: NameChange): Promise<void> {
    this.#pending++;
    try {
      await prepare?.();
      await this.#directory;
      await change();
      this.#changed = true;
    } finally {
      this.#pending--;
      this.#onOneDone();
      if (this.#pending === 0) this.#onAllDone();
    }
  }

  async #flush(previous: Promise<unknown>, onFull: () => void): Promise<void> {
    const oneDone = new Promise<void>(resolve => {
      this.#onOneDone = resolve;
    });
    const directory = await this.#directory.catch(() => undefined);
    await previous;
    await oneDone;
    // A writer that comes from now on joins the next flush. Those that have joined are waited for: that costs less than a
    // second flush.
    onFull();
    if (this.#pending > 0)
      await new Promise<void>(resolve => {
        this.#onAllDone = resolve;
      });
    if (directory === undefined) return;
    try {
      if (this.#changed) await syncDirectory(directory);
    } finally {
      // Not waited for: what was flushed is durable, whatever closing says.
      directory.close().catch(() => undefined);
    }
  }
}
