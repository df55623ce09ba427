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

/**
 * Conceals what a factory has returned, by itself or by a promise. What is no promise is not looked at: its getters may throw, and
 * are told about where it is read.
 */
export async function concealResult<T>(result: T | PromiseLike<T>): Promise<Concealed<T>> {
  return new Concealed(isPromiseLike(result) ? await result : result);
}

function isPromiseLike<T>(result: T | PromiseLike<T>): result is PromiseLike<T> {
  try {
    return (
      typeof result === 'object' && result !== null && 'then' in result && typeof result.then === 'function'
    );
  } catch {
    return false;
  }
}
