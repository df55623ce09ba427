import { setTimeout as sleep } from 'node:timers/promises';
import type { JobsOptions, Processor, Queue, QueueEvents, Worker, WorkerOptions } from 'bullmq';
import { quoteSchemaName } from 'bullmq';
import type { Pool, PoolConfig } from 'pg';
import type { AnySignal } from '../../../core/concurrency/lazy-signal.js';
import { MailMessageError } from '../../../core/errors/mail-message-error.js';
import type { MailJob } from '../../job/mail-job.js';
import type { ContentStore } from '../content-store.js';
import type { AddedJob, NewJob } from '../queue-store.js';
import { QueueStore } from '../queue-store.js';
import type { StoreListener } from '../store-listener.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { BullParts } from './bull-parts.js';
import { CallerTransaction } from './caller-transaction.js';
import { Deadline } from './deadline.js';
import { durabilityWarnings } from './durability-warnings.js';
import { JobRows } from './job-rows.js';
import { Outages } from './outages.js';
import { OwnTransaction } from './own-transaction.js';
import type { PgModule } from './postgres-connections.js';
import { PostgresConnections } from './postgres-connections.js';
import { PostgresContents } from './postgres-contents.js';
import { PostgresSchema } from './postgres-schema.js';
import { isOutage, unavailable } from './postgres-trouble.js';
import { withClient } from './with-client.js';

/** What a queue in PostgreSQL is made of. */
export interface PostgresStoreSettings {
  /** Name of the queue. */
  readonly name: string;
  /** Options of `pg`, or `postgres://…`. */
  readonly connection: string | PoolConfig;
  /** The schema. @default 'bullmq' */
  readonly schema?: string;
  /** Milliseconds for a new connection. */
  readonly timeoutMs: number;
  /** What all jobs of the queue have in common: how long they are kept, their attempts. */
  readonly jobs: JobsOptions;
}

/** BullMQ's own name for its schema. */
const DEFAULT_SCHEMA = 'bullmq';
/** Between two looks for a server that is away. */
const WORKER_RETRY_MS = 1000;
/** Conditions that say that what was looked at before is no longer there. */
const SCHEMA_GONE = new Set(['42P01', '42883', '3F000', '3D000']);

/** The queue in PostgreSQL, on the back end of BullMQ. */
export class PostgresStore extends QueueStore {
  readonly kind = 'postgres';
  readonly label: string;
  readonly contents: ContentStore;
  readonly #timeoutMs: number;
  readonly #connections: PostgresConnections;
  readonly #pool: Pool;
  readonly #schema: PostgresSchema;
  readonly #outages: Outages;
  readonly #own: OwnTransaction;
  readonly #callers: CallerTransaction;
  readonly #bull: BullParts;

  /**
   * @param pg the package `pg`
   * @param listener told of outages. @default nobody is
   * @throws Error when the connection or the schema cannot be understood
   */
  constructor(pg: PgModule, settings: PostgresStoreSettings, listener?: StoreListener) {
    super();
    const { name, connection, schema = DEFAULT_SCHEMA, timeoutMs, jobs } = settings;
    this.#timeoutMs = timeoutMs;
    this.#connections = new PostgresConnections(pg, {
      connection,
      schema: quoteSchemaName(schema),
      queueName: name,
      timeoutMs,
    });
    this.#pool = this.#connections.pool();
    this.#schema = new PostgresSchema(this.#pool, schema);
    const rows = new JobRows(this.#schema, name, jobs);
    this.#outages = new Outages(listener);
    this.#own = new OwnTransaction(this.#pool, rows);
    this.#callers = new CallerTransaction(this.#schema, rows);
    this.#bull = new BullParts(
      { name, schema, jobs, outages: this.#outages },
      this.#connections,
      this.#pool,
      rows,
    );
    this.contents = new PostgresContents(this.#pool, this.#schema, rows);
    this.label = `"${name}" in PostgreSQL at ${this.#connections.place}`;
  }

  override async add(job: NewJob, timeoutMs: number, signal?: AnySignal): Promise<AddedJob> {
    return this.#within(timeoutMs, signal, deadline =>
      job.transaction ? this.#callers.add(job, job.transaction, deadline) : this.#own.add(job, deadline),
    );
  }

  override async queue(timeoutMs: number): Promise<Queue<MailJob>> {
    return this.#within(timeoutMs, undefined, async () => this.#bull.queue);
  }

  override async worker(
    processor: Processor<MailJob>,
    options: Omit<WorkerOptions, 'connection' | 'prefix' | 'autorun'>,
    signal: AbortSignal,
  ): Promise<Worker<MailJob>> {
    await this.#reached(signal);
    return this.#bull.worker(processor, options);
  }

  override async wake(): Promise<void> {
    // Done by BullMQ with whatever it gives back.
  }

  override async events(timeoutMs: number): Promise<QueueEvents> {
    return this.#within(timeoutMs, undefined, deadline => this.#bull.events(deadline));
  }

  override async warnings(timeoutMs: number): Promise<readonly string[]> {
    return this.#within(timeoutMs, undefined, deadline =>
      withClient(this.#pool, deadline, client => deadline.within(durabilityWarnings(client, this.#schema))),
    );
  }

  override async close(limitMs: number): Promise<void> {
    const until = performance.now() + limitMs;
    await this.#bull.close(limitMs);
    await this.#connections.close(Math.max(0, until - performance.now()));
  }

  async #within<T>(
    timeoutMs: number,
    signal: AnySignal | undefined,
    work: (deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const deadline = new Deadline(timeoutMs, signal);
    let usable = false;
    try {
      await this.#schema.ready(deadline);
      usable = true;
      const result = await work(deadline);
      this.#outages.over();
      return result;
    } catch (error) {
      if (error instanceof MailMessageError) throw error;
      const trouble = unavailable(error);
      if (!signal?.aborted && (!usable || isOutage(trouble.cause))) this.#outages.failed(trouble.message);
      if (SCHEMA_GONE.has(codeOf(trouble.cause))) this.#schema.forget();
      throw trouble;
    } finally {
      deadline.end();
    }
  }

  async #reached(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      try {
        await this.#within(this.#timeoutMs, signal, async () => undefined);
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        // Whatever ended it, the reason of the signal is thrown above.
        await sleep(WORKER_RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
