/**
 * Counts work that is under way, and tells when it is over. A number, where a set of promises would keep what they have brought:
 * see `UnorderedSet`.
 */
export class WorkCount {
  readonly #whenIdle: (() => void)[] = [];
  #count = 0;

  /** How much is under way. */
  get count(): number {
    return this.#count;
  }

  /** One more has begun; it needs one {@link end}. */
  begin(): void {
    this.#count++;
  }

  /** One has ended. */
  end(): void {
    this.#count--;
    if (this.#count === 0) for (const tell of this.#whenIdle.splice(0)) tell();
  }

  /** Resolves when none is under way. */
  async untilIdle(): Promise<void> {
    if (this.#count > 0) await new Promise<void>(resolve => this.#whenIdle.push(resolve));
  }
}
