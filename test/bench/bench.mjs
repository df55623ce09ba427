import { startSink } from './sink.mjs';

/** What the rows of one run share. */
export class Bench {
  #sink;

  /**
   * @param {{ quick: boolean, rounds: number }} options of the command line
   */
  constructor({ quick, rounds }) {
    this.quick = quick;
    this.rounds = rounds;
  }

  /** Whether any row has needed the sink. */
  get usesSink() {
    return this.#sink !== undefined;
  }

  /**
   * The one sink of the run, started when the first row needs it.
   *
   * @returns {Promise<import('./sink.mjs').Sink>} listening
   */
  sink() {
    this.#sink ??= startSink();
    return this.#sink;
  }
}
