/** Keeps the bytes of large mails outside their jobs, under the names of `contentName`. */
export abstract class ContentStore {
  /**
   * Writes durably, or replaces what is there. A reader sees all of it or nothing.
   *
   * @param signal ends the wait for the store
   */
  abstract write(name: string, bytes: Buffer, signal?: AbortSignal): Promise<void>;

  /**
   * Reads.
   *
   * @returns undefined when the store can be reached and has nothing of that name
   * @throws StoreUnavailableError when the store cannot be reached
   */
  abstract read(name: string, signal?: AbortSignal): Promise<Buffer | undefined>;

  /** Removes; harmless when nothing is there. */
  abstract remove(name: string): Promise<void>;

  /** Names of what was written at least so many milliseconds ago, for the sweep of what has no job any more. */
  abstract olderThan(ageMs: number): AsyncIterable<string>;
}
