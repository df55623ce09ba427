/** A source of numbers that are the same whenever it begins with the same seed (mulberry32). */
export class SeededRandom {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** A whole number from the lowest up to, but without, the other. */
  between(lowest: number, beyond: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return lowest + (((mixed ^ (mixed >>> 14)) >>> 0) % (beyond - lowest));
  }
}
