import { Contestant } from './contestant.mjs';
import { startSink } from './sink.mjs';

/** What the rows of one run share. */
export class Bench {
  #sink;
  /** @type {Map<string, Contestant[]>} */
  #idle = new Map();

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

  /**
   * A process for a contestant. A quick run takes one that another row has left, as starting them is most of its time.
   *
   * @param {string} name what the table calls it
   * @param {string} file its module
   * @returns {Contestant} not opened
   */
  hire(name, file) {
    const left = this.#idle.get(file)?.pop();
    if (!left) return new Contestant(name, file);
    left.name = name;
    return left;
  }

  /**
   * Gives a process back that was closed.
   *
   * @param {Contestant} contestant of {@link hire}
   */
  dismiss(contestant) {
    if (!this.quick) {
      contestant.kill();
      return;
    }
    const { file } = contestant;
    this.#idle.set(file, [...(this.#idle.get(file) ?? []), contestant]);
  }
}
