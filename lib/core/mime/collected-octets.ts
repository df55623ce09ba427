/** Octets that come piece by piece, in one piece at the end. A piece is copied at once: its memory may be used again. */
export class CollectedOctets {
  readonly #memory: Buffer;
  /** What did not fit into the memory, as of a file that has grown. */
  readonly #more: Buffer[] = [];
  #used = 0;
  #size = 0;

  /** @param expected how many octets will come, as far as that is known */
  constructor(expected = 0) {
    this.#memory = Buffer.allocUnsafeSlow(expected);
  }

  /** How many have come. */
  get size(): number {
    return this.#size;
  }

  /** Adds the next ones. */
  add(piece: Buffer): void {
    const rest = piece.subarray(piece.copy(this.#memory, this.#used));
    this.#used += piece.length - rest.length;
    if (rest.length > 0) this.#more.push(Buffer.from(rest));
    this.#size += piece.length;
  }

  /** All of them. */
  whole(): Buffer {
    const fitting = this.#memory.subarray(0, this.#used);
    return this.#more.length === 0 ? fitting : Buffer.concat([fitting, ...this.#more], this.#size);
  }
}
