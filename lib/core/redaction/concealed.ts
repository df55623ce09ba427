/**
 * Holds what nobody may see who prints it, spreads it or makes JSON of it: providers of an application are printed by tools of
 * development, and settings and options hold secrets.
 */
export class Concealed<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** What is held. */
  reveal(): T {
    return this.#value;
  }
}
