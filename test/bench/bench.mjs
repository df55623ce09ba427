import { setTimeout as sleep } from 'node:timers/promises';
import { Contestant } from './contestant.mjs';
import { startRedis } from './redis-server.mjs';
import { startSink } from './sink.mjs';

/** What the rows of one run share. */
export class Bench {
  #sink;
  #redis;
  /** Rejects when no row can go on. @type {Promise<never>} */
  #failed;
  #fail;
  /** @type {Map<string, Contestant[]>} */
  #idle = new Map();

  /**
   * @param {{ quick: boolean, rounds: number }} options of the command line
   */
  constructor({ quick, rounds }) {
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => {});
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
    this.#sink ??= startSink().then(sink => {
      sink.failed.catch(this.#fail);
      return sink;
    });
    return this.#sink;
  }

  /**
   * The one Redis of the run, started when the first row needs it.
   *
   * @returns {Promise<import('./redis-server.mjs').RedisServer | undefined>} listening; undefined where the program is missing
   */
  redis() {
    this.#redis ??= startRedis();
    return this.#redis;
  }

  /**
   * Runs one row.
   *
   * @param {{ run(bench: Bench): Promise<object[]> }} row the row
   * @returns {Promise<object[]>} its groups
   */
  async run(row) {
    try {
      return await Promise.race([row.run(this), this.#failed]);
    } catch (error) {
      // A contestant sees the end of the sink a little before we do, and would be blamed for it.
      await Promise.race([this.#failed, sleep(300)]);
      throw error;
    }
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
