import { setTimeout as delay } from 'node:timers/promises';
import type { JobsOptions, Processor, Queue, QueueEvents, Worker, WorkerOptions } from 'bullmq';
import type { Redis, RedisOptions } from 'ioredis';
import { atMost } from '../../../core/concurrency/at-most.js';
import type { AnySignal } from '../../../core/concurrency/lazy-signal.js';
import type { MailJob } from '../../job/mail-job.js';
import type { AddedJob, NewJob } from '../queue-store.js';
import { QueueStore } from '../queue-store.js';
import type { StoreListener } from '../store-listener.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { addToRedis } from './add-to-redis.js';
import { RedisClients } from './redis-clients.js';
import { RedisContents } from './redis-contents.js';
import { unavailable } from './redis-failure.js';
import { redisWarnings } from './redis-warnings.js';
import { TimeLimit } from './time-limit.js';

/** What the packages give that a queue over Redis needs. */
export interface RedisPackages {
  readonly ioredis: Pick<typeof import('ioredis'), 'Redis'>;
  readonly bullmq: Pick<typeof import('bullmq'), 'Queue' | 'QueueEvents' | 'Worker'>;
}

/** What a queue over Redis is made of. */
export interface RedisStoreOptions {
  readonly connection: RedisOptions | string;
  /** Where Redis is, without user name and password: `localhost:6379`. */
  readonly place: string;
  readonly prefix: string;
  readonly name: string;
  /** What all jobs have in common: how long they are kept, their attempts. */
  readonly jobs: JobsOptions;
  readonly timeoutMs: number;
}

/** Milliseconds before a worker that could not be made is tried again. */
const AGAIN_MS = 500;
/** BullMQ fails a job that stalled more often; a mail is never failed because its workers were killed. */
const NEVER = 2_147_483_647;

/** The queue in Redis or Valkey. */
export class RedisStore extends QueueStore {
  override readonly kind = 'redis';
  override readonly label: string;
  override readonly contents: RedisContents;
  readonly #packages: RedisPackages;
  readonly #options: RedisStoreOptions;
  readonly #clients: RedisClients;
  readonly #client: Redis;
  readonly #closables = new Set<{ close(force?: boolean): Promise<void> }>();
  #queue: Queue<MailJob> | undefined;

  /** Begins no connection: who needs one does. */
  constructor(packages: RedisPackages, options: RedisStoreOptions, listener: StoreListener) {
    super();
    this.label = `"${options.name}" in Redis at ${options.place}`;
    this.#packages = packages;
    this.#options = options;
    const { connection, timeoutMs, prefix, name } = options;
    this.#clients = new RedisClients({ ioredis: packages.ioredis, connection, timeoutMs, listener });
    this.#client = this.#clients.create('commands');
    this.contents = new RedisContents({
      clients: this.#clients,
      client: this.#client,
      base: `${prefix}:${name}`,
      timeoutMs,
    });
  }

  override async add(job: NewJob, timeoutMs: number, signal?: AnySignal): Promise<AddedJob> {
    const limit = new TimeLimit(timeoutMs, signal);
    const queue = await this.#ready(limit);
    const contentName = job.data.content?.name ?? job.id;
    // Before the job: no worker may find one without its bytes.
    if (job.content) await this.contents.writeWithin(contentName, job.content, limit);
    let needed = false;
    try {
      const added = await addToRedis(
        { queue, client: this.#client, limit, options: this.#jobOptions(job) },
        job,
      );
      needed = added.added;
      return added;
    } catch (error) {
      needed = error instanceof StoreUnavailableError && error.maybeWritten;
      throw error;
    } finally {
      // What cannot be removed now is swept. The time of the send is not spent on it.
      if (job.content && !needed && this.#client.status === 'ready')
        void this.contents.remove(contentName).catch(() => {});
    }
  }

  override queue(timeoutMs: number): Promise<Queue<MailJob>> {
    return this.#ready(new TimeLimit(timeoutMs));
  }

  override async worker(
    processor: Processor<MailJob>,
    options: Omit<WorkerOptions, 'connection' | 'prefix' | 'autorun'>,
    signal: AbortSignal,
  ): Promise<Worker<MailJob>> {
    let skipVersionCheck = false;
    for (;;) {
      const client = this.#clients.create('worker');
      try {
        await this.#clients.untilReady(client, new TimeLimit(NEVER, signal));
      } catch (error) {
        this.#clients.discard(client);
        throw error;
      }
      const worker: Worker<MailJob> = new this.#packages.bullmq.Worker(this.#options.name, processor, {
        maxStalledCount: NEVER,
        ...options,
        connection: client,
        prefix: this.#options.prefix,
        autorun: false,
        skipVersionCheck,
      });
      // Connections tell their trouble themselves; without a listener of its own an error would end the process.
      worker.on('error', () => {});
      try {
        // Its second connection may fail at once, and BullMQ does not try that again.
        await new TimeLimit(NEVER, signal).wait(worker.waitUntilReady(), false);
        this.#closables.add(worker);
        return worker;
      } catch (error) {
        worker.close(true).catch(() => {});
        this.#clients.discard(client);
        if (signal.aborted) throw error;
        // Where INFO is forbidden, BullMQ cannot look at the version.
        skipVersionCheck ||= error instanceof StoreUnavailableError && error.message.includes('ACL');
        await delay(AGAIN_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  override async wake(): Promise<void> {
    // What BullMQ writes beside a new job (addBaseMarkerIfNeeded), and not beside one that goes back to its priority.
    const { prefix, name } = this.#options;
    if (this.#client.status === 'ready') await this.#client.zadd(`${prefix}:${name}:marker`, 0, '0');
  }

  override async events(timeoutMs: number): Promise<QueueEvents> {
    const limit = new TimeLimit(timeoutMs);
    await this.#clients.untilReady(this.#client, limit);
    // BullMQ copies it, and never begins it.
    const template = this.#clients.create('worker');
    const events = new this.#packages.bullmq.QueueEvents(this.#options.name, {
      connection: template,
      prefix: this.#options.prefix,
      skipVersionCheck: true,
    });
    events.on('error', () => {});
    try {
      await limit.wait(events.waitUntilReady(), false);
    } catch (error) {
      events.close().catch(() => {});
      throw unavailable(error, false);
    } finally {
      this.#clients.discard(template);
    }
    this.#closables.add(events);
    return events;
  }

  override async warnings(timeoutMs: number): Promise<readonly string[]> {
    const limit = new TimeLimit(timeoutMs);
    await this.#clients.untilReady(this.#client, limit);
    return redisWarnings(this.#client, limit);
  }

  override async close(limitMs: number): Promise<void> {
    const open = [...this.#closables, ...(this.#queue ? [this.#queue] : [])];
    this.#closables.clear();
    // What BullMQ closes may wait for an answer; its connections are ended under it.
    const closing = Promise.allSettled(open.map(one => one.close(true)));
    await atMost(limitMs / 2, closing);
    await this.#clients.close(limitMs / 2);
  }

  /** The queue of BullMQ, made once there is a connection: made without one it would never work. */
  async #ready(limit: TimeLimit): Promise<Queue<MailJob>> {
    await this.#clients.untilReady(this.#client, limit);
    this.#queue ??= this.#createQueue();
    return this.#queue;
  }

  #createQueue(): Queue<MailJob> {
    const queue: Queue<MailJob> = new this.#packages.bullmq.Queue(this.#options.name, {
      connection: this.#client,
      prefix: this.#options.prefix,
      // BullMQ would print its own warnings, and could not begin where INFO is forbidden.
      skipVersionCheck: true,
    });
    queue.on('error', () => {});
    return queue;
  }

  #jobOptions({ id, delayMs, priority }: NewJob): JobsOptions {
    return {
      ...this.#options.jobs,
      jobId: id,
      ...(delayMs > 0 && { delay: delayMs }),
      ...(priority > 0 && { priority }),
    };
  }
}
