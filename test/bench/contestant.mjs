import { fork } from 'node:child_process';
import { join } from 'node:path';
import { heldChild } from './cleanup.mjs';

/**
 * @typedef {object} Run what one round of a contestant was
 * @property {number} count how many
 * @property {number} ms wall time
 * @property {number} cpuUs CPU time of the contestant's process, microseconds
 */

/** A contestant in a process of its own, as the runner sees it. */
export class Contestant {
  #child;
  #next = 1;
  /** @type {Map<number, { resolve(answer: unknown): void, reject(error: Error): void }>} */
  #waiting = new Map();

  /**
   * @param {string} name what the table calls it
   * @param {string} file its module in the folder `contestants`
   */
  constructor(name, file) {
    this.name = name;
    this.file = file;
    const path = join(import.meta.dirname, 'contestants', file);
    const script = join(import.meta.dirname, 'contestant-process.mjs');
    this.#child = heldChild(
      fork(script, [path], {
        stdio: ['ignore', 2, 2, 'ipc'],
        execArgv: ['--disable-warning=ExperimentalWarning'],
        // As in production: some of the peers cache only then.
        env: { ...process.env, NODE_ENV: 'production' },
      }),
    );
    this.#child.on('message', message => this.#answered(message));
    this.#child.once('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`${this.name} has ended (${signal ?? `exit code ${code}`}).`));
      this.#waiting.clear();
    });
    this.ready = new Promise((resolve, reject) => void this.#waiting.set(0, { resolve, reject }));
    // Whoever needs it awaits it; until then its failure is nobody's surprise.
    this.ready.catch(() => {});
  }

  /**
   * Makes it ready to run.
   *
   * @param {object} options what its module takes
   */
  async open(options) {
    await this.ready;
    await this.#ask({ verb: 'open', options });
  }

  /**
   * One round.
   *
   * @param {number} count how many
   * @param {object} [options] what its module takes
   * @returns {Promise<Run>} the measured round
   */
  async run(count, options) {
    return this.#ask({ verb: 'run', count, options });
  }

  /** Closes what {@link open} opened; it may be opened again. */
  async close() {
    await this.#ask({ verb: 'close' });
  }

  /** Ends the process. */
  kill() {
    this.#child.kill('SIGKILL');
  }

  #ask(command) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (this.#child.connected) this.#child.send({ id, ...command });
      else reject(new Error(`${this.name} has ended.`));
    });
  }

  #answered({ id, answer, error }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(`${this.name}: ${error}`));
  }
}
