import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import type { QueueCounts, QueuedMailProgress } from 'nest-mailroom';
import { MailService } from 'nest-mailroom';
import { MailQueue } from 'nest-mailroom/queue';
import { QUEUE_CONNECTION, QUEUE_KEYS, QUEUE_NAME } from '../shared/mail-queue.js';
import { PrivateRedis } from './private-redis.js';
import { WorkerProcess } from './worker-process.js';

const LOOK_MS = 50;
const KEY_OCTETS = 32;
/** Time that mails which still wait get at the end. */
const SETTLE_MS = 10_000;
const FINAL: readonly QueuedMailProgress['state'][] = ['delivered', 'partly', 'failed', 'unknown'];

/** What the demo did with its queue. */
export interface QueueSummary {
  readonly delivered: number;
  readonly counts: QueueCounts;
}

/** The queue between the Server and the Worker of the demo, in a store that the environment names or in a Redis of the demo's own. */
export class DemoQueue {
  #redis: PrivateRedis | undefined;
  #worker: WorkerProcess | undefined;
  #server: INestApplication | undefined;
  readonly #delivered = new Set<string>();

  private constructor(
    /** What Server and Worker must be told of it. */
    readonly variables: Readonly<Record<string, string>>,
    redis: PrivateRedis | undefined,
  ) {
    this.#redis = redis;
  }

  /**
   * Finds the store, or starts one.
   *
   * @param env may name the store, the keys and the name of the queue
   * @param temporary folder in which a store of its own is kept
   * @throws Error when there is none
   */
  static async open(env: NodeJS.ProcessEnv, temporary: string): Promise<DemoQueue> {
    const given = env[QUEUE_CONNECTION]?.trim();
    const redis = given ? undefined : await PrivateRedis.start(env, temporary);
    const address = given || redis?.url;
    if (!address)
      throw new Error(
        `--queue needs a store: set ${QUEUE_CONNECTION} to redis://… or postgres://…, or install redis-server`,
      );
    const variables = {
      [QUEUE_CONNECTION]: address,
      [QUEUE_KEYS]: env[QUEUE_KEYS] || randomBytes(KEY_OCTETS).toString('base64'),
      // Another demo, whose keys are others, may use the same store.
      [QUEUE_NAME]: env[QUEUE_NAME] || `demo-${randomBytes(4).toString('hex')}`,
    };
    return new DemoQueue(variables, redis);
  }

  /** Where it is, without a password. */
  get place(): string {
    const { protocol, host } = new URL(this.variables[QUEUE_CONNECTION] ?? '');
    const store = protocol.startsWith('postgres') ? 'PostgreSQL' : 'Redis';
    const whose = this.#redis ? `, which the demo has started` : '';
    return `"${this.variables[QUEUE_NAME]}" in ${store} at ${host || 'this machine'}${whose}`;
  }

  /** Looks at the queue through the Server, which puts mails into it. */
  attach(server: INestApplication): void {
    this.#server = server;
  }

  /** Number of the process of the Worker; undefined until it is started. */
  get workerPid(): number | undefined {
    return this.#worker?.pid;
  }

  /**
   * Starts the Worker; harmless when done twice. Until then mails wait and can be counted.
   *
   * @param env the environment of the Worker
   */
  async startWorker(env: NodeJS.ProcessEnv): Promise<void> {
    this.#worker ??= await WorkerProcess.start(env);
  }

  /** The mails in it by their state. */
  counts(): Promise<QueueCounts> {
    return this.#running.get(MailQueue, { strict: false }).counts();
  }

  /** What became of a mail, as soon as that is final; rejects when the signal fires first. */
  async outcomeOf(jobId: string, signal: AbortSignal): Promise<QueuedMailProgress> {
    for (;;) {
      const progress = await this.#running.get(MailService).progress(jobId);
      if (!progress) throw new Error('the mailer of the Server does not queue');
      if (FINAL.includes(progress.state)) {
        if (progress.state === 'delivered' || progress.state === 'partly') this.#delivered.add(jobId);
        return progress;
      }
      await sleep(LOOK_MS, undefined, { signal });
    }
  }

  /** What it did so far. */
  async summary(): Promise<QueueSummary> {
    return { delivered: this.#delivered.size, counts: await this.counts() };
  }

  /**
   * Waits until the Worker has delivered what waits, within some seconds.
   *
   * @returns mails that are left; undefined when the store cannot be asked
   */
  async settle(): Promise<number | undefined> {
    const limit = Date.now() + SETTLE_MS;
    try {
      for (;;) {
        const { waiting, active, delayed } = await this.counts();
        const left = waiting + active + delayed;
        if (waiting + active === 0 || !this.#worker || Date.now() > limit) return left;
        await sleep(LOOK_MS);
      }
    } catch {
      return undefined;
    }
  }

  /** Ends the Worker, which gives back what it has not finished. */
  async closeWorker(): Promise<void> {
    await this.#worker?.close();
  }

  /** Ends the store, if it is the demo's own. */
  async closeStore(): Promise<void> {
    await this.#redis?.close();
  }

  get #running(): INestApplication {
    if (!this.#server) throw new Error('The Server has not been started');
    return this.#server;
  }
}
