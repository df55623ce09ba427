import type { JobsOptions, Processor, WorkerOptions } from 'bullmq';
import { Queue, QueueEvents, Worker } from 'bullmq';
import type { Pool } from 'pg';
import { atMost } from '../../../core/concurrency/at-most.js';
import type { MailJob } from '../../job/mail-job.js';
import { bullBackend, WaitingPool } from './bull-connection.js';
import type { Deadline } from './deadline.js';
import { runEvents } from './event-run.js';
import type { JobRows } from './job-rows.js';
import type { Outages } from './outages.js';
import type { PostgresConnections } from './postgres-connections.js';
import { withClient } from './with-client.js';

/** Between two looks for a server that is away. */
const WORKER_RETRY_MS = 1000;
/** BullMQ's own limit for stalled jobs never fails a mail. */
const NEVER_STALLED_OUT = 2_147_483_647;
/** How long what BullMQ has closed may take to say goodbye to the server. */
const GOODBYE_MS = 1000;

interface Closable {
  close(force?: boolean): Promise<void>;
}

interface Telling {
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** What all that BullMQ has of one queue is made with. */
export interface BullSettings {
  /** Told what all connections meet. */
  readonly outages: Outages;
  readonly name: string;
  /** The schema, not quoted. */
  readonly schema: string;
  readonly jobs: JobsOptions;
}

/** What BullMQ has of one queue: the queue, its workers and its events, and the end of all of them. */
export class BullParts {
  /** Connects when it is used. */
  readonly queue: Queue<MailJob>;
  readonly #settings: BullSettings;
  readonly #connections: PostgresConnections;
  readonly #shared: Pool;
  readonly #rows: JobRows;
  /** Workers and events, which would else look for the server for ever. */
  readonly #parts = new Set<Closable>();

  /** @param shared the pool of the queue, which others use as well */
  constructor(settings: BullSettings, connections: PostgresConnections, shared: Pool, rows: JobRows) {
    this.#settings = settings;
    this.#connections = connections;
    this.#shared = shared;
    this.#rows = rows;
    const { name, schema, jobs } = settings;
    this.queue = quiet(
      new Queue<MailJob>(
        name,
        { connection: {}, skipMetasUpdate: true, defaultJobOptions: jobs },
        bullBackend(new WaitingPool(shared, settings.outages), schema),
      ),
    );
  }

  /** A worker that does not run yet, with connections of its own. */
  worker(
    processor: Processor<MailJob>,
    options: Omit<WorkerOptions, 'connection' | 'prefix' | 'autorun'>,
  ): Worker<MailJob> {
    // One connection listens for new jobs as long as the worker lives.
    const pool = this.#connections.pool((options.concurrency ?? 1) + 1, 1);
    return this.#kept(
      new Worker<MailJob>(
        this.#settings.name,
        processor,
        {
          runRetryDelay: WORKER_RETRY_MS,
          ...options,
          connection: {},
          autorun: false,
          maxStalledCount: NEVER_STALLED_OUT,
        },
        this.#backend(pool),
      ),
    );
  }

  /** Events from now on, whenever the connection comes about: what happens while the server is away is told as well. */
  async events(deadline: Deadline): Promise<QueueEvents> {
    const lastEventId = await withClient(this.#shared, deadline, client =>
      deadline.within(this.#rows.lastEvent(client)),
    );
    const pool = this.#connections.pool(1, 1);
    const events = this.#kept(
      new QueueEvents(
        this.#settings.name,
        { connection: {}, autorun: false, lastEventId },
        this.#backend(pool),
      ),
    );
    void runEvents(events);
    return events;
  }

  /** Ends workers and events, or stops waiting for them. */
  async close(limitMs: number): Promise<void> {
    const parts = [...this.#parts];
    this.#parts.clear();
    await atMost(limitMs, Promise.allSettled(parts.map(part => part.close(true))));
  }

  /** With connections that end with what uses them. */
  #backend(pool: Pool): ReturnType<typeof bullBackend> {
    return bullBackend(new WaitingPool(pool, this.#settings.outages), this.#settings.schema, async () =>
      this.#connections.end(pool, GOODBYE_MS),
    );
  }

  #kept<T extends Closable & Telling>(part: T): T {
    this.#parts.add(part);
    return quiet(part);
  }
}

/** Whoever is interested in the errors of BullMQ listens to them; without a listener they are printed or end the process. */
function quiet<T extends Telling>(part: T): T {
  part.on('error', () => undefined);
  return part;
}
