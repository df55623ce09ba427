import type { MailerRequest, OpenMailer } from './open-mailer.js';

/** What a slot tells, and asks. */
export interface MailerSlotParts {
  /** Throws when no mailer may be made any more. */
  readonly checkOpen: () => void;
  /** A mailer has been made, and is the one of its key from now on. */
  readonly opened: (mailer: OpenMailer, before: OpenMailer | undefined) => void;
  /** A mailer was made that nobody may have any more. */
  readonly discard: (mailer: OpenMailer) => Promise<void>;
  /** Everything that was asked for has been done. */
  readonly settled: () => void;
}

/** One key of a registry: what is asked for under it is done in order, and the mailer stays until the next one is ready. */
export class MailerSlot {
  readonly #parts: MailerSlotParts;
  #current: OpenMailer | undefined;
  /** The last request that is still being worked on. */
  #last: { readonly fingerprint: string | undefined; readonly result: Promise<OpenMailer> } | undefined;
  #work: Promise<void> = Promise.resolve();
  #pending = 0;

  constructor(parts: MailerSlotParts) {
    this.#parts = parts;
  }

  /** The mailer as it is now; undefined before the first one is ready. */
  get current(): OpenMailer | undefined {
    return this.#current;
  }

  /** Whether something is being made or changed. */
  get busy(): boolean {
    return this.#pending > 0;
  }

  /** Resolves when everything that was asked for until now is done, whatever became of it. */
  get work(): Promise<void> {
    return this.#work;
  }

  /** Whether a request would be answered by what is there, or is being made. */
  has({ fingerprint }: MailerRequest): boolean {
    if (fingerprint === undefined) return false;
    return (this.#last ?? (this.busy ? undefined : this.#current))?.fingerprint === fingerprint;
  }

  /**
   * The mailer that was asked for: the one that is there, or is being made, else a new one.
   *
   * @throws what making it throws; the mailer that was there stays
   */
  open(request: MailerRequest): Promise<OpenMailer> {
    if (this.has(request)) {
      if (this.#last) return this.#last.result;
      if (this.#current) return Promise.resolve(this.#current);
    }
    const result = this.#queue(() => this.#replace(request));
    this.#last = { fingerprint: request.fingerprint, result };
    return result;
  }

  /** Takes the mailer out, after everything that was asked for before. */
  async takeInTurn(): Promise<OpenMailer | undefined> {
    this.#last = undefined;
    return this.busy ? this.#queue(async () => this.take()) : this.take();
  }

  /** Takes the mailer out at once. */
  take(): OpenMailer | undefined {
    const taken = this.#current;
    this.#current = undefined;
    return taken;
  }

  async #replace(request: MailerRequest): Promise<OpenMailer> {
    this.#parts.checkOpen();
    const { fingerprint } = request;
    if (this.#current && fingerprint !== undefined && this.#current.fingerprint === fingerprint)
      return this.#current;
    const made = await request.make();
    try {
      this.#parts.checkOpen();
    } catch (error) {
      await this.#parts.discard(made);
      throw error;
    }
    const before = this.take();
    this.#current = made;
    this.#parts.opened(made, before);
    return made;
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    this.#pending++;
    const result = this.#work.then(work);
    const done = (): void => {
      this.#pending--;
      if (this.#pending > 0) return;
      this.#last = undefined;
      this.#parts.settled();
    };
    this.#work = result.then(done, done);
    return result;
  }
}
