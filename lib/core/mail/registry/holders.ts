/** Counts the mailers that have each object of the application, so that it is closed with the last of them. */
export class Holders<T extends object> {
  readonly #counts = new Map<T, number>();

  /**
   * One more mailer has it.
   *
   * @returns a function for when that mailer does not need it any more: true when no other has it either
   */
  hold(held: T): () => boolean {
    this.#counts.set(held, (this.#counts.get(held) ?? 0) + 1);
    let holds = true;
    return () => {
      if (!holds) return false;
      holds = false;
      const others = (this.#counts.get(held) ?? 1) - 1;
      if (others > 0) this.#counts.set(held, others);
      else this.#counts.delete(held);
      return others === 0;
    };
  }
}
