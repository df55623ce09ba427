import { setTimeout as sleep } from 'node:timers/promises';
import type { MailQueueWorkerOptions } from '../../../../lib/queue/index.js';
import { eventually } from '../../postfix/eventually.js';
import type { SeededRandom } from '../../relay-kills/random.js';
import { QueueWorkerProcess } from './queue-worker-process.js';

const SHORTEST_MS = 20;

/** Several workers of one queue, one of which is killed now and then and started again at once. */
export class DeliveringWorkers {
  readonly #options: MailQueueWorkerOptions;
  readonly #random: SeededRandom;
  readonly #workers: QueueWorkerProcess[] = [];
  /** How often one was killed. */
  kills = 0;

  private constructor(options: MailQueueWorkerOptions, random: SeededRandom) {
    this.#options = options;
    this.#random = random;
  }

  /** Starts them. */
  static async start(
    count: number,
    options: MailQueueWorkerOptions,
    random: SeededRandom,
  ): Promise<DeliveringWorkers> {
    const workers = new DeliveringWorkers(options, random);
    for (let index = 0; index < count; index++)
      workers.#workers.push(await QueueWorkerProcess.start(options));
    return workers;
  }

  /** What those have logged that run now. */
  get log(): string {
    return this.#workers.map(({ log }) => log).join('');
  }

  /**
   * Kills one of them at a random moment after they have got on.
   *
   * @param delivered how many mails are delivered by now
   * @param longestMs after so long at most
   */
  async killOne(delivered: () => number, longestMs: number): Promise<void> {
    const before = delivered();
    // Otherwise the kills would meet workers that start, and pass the mails by.
    await eventually('a mail is delivered', () => delivered() > before).catch((cause: unknown) => {
      throw new Error(`The workers do not get on. They have logged:\n${this.log}`, { cause });
    });
    await sleep(this.#random.between(SHORTEST_MS, longestMs));
    const victim = this.#random.between(0, this.#workers.length);
    await this.#workers[victim]?.kill();
    this.kills += 1;
    this.#workers[victim] = await QueueWorkerProcess.start(this.#options);
  }

  /** Has them end in order. */
  async end(): Promise<void> {
    await Promise.all(this.#workers.map(worker => worker.end()));
  }
}
