import type { Processor, Queue, QueueEvents, Worker, WorkerOptions } from 'bullmq';
import type { AnySignal } from '../../core/concurrency/lazy-signal.js';
import type { MailJob } from '../job/mail-job.js';
import type { ContentStore } from './content-store.js';

/** A job that is to be put into the store. */
export interface NewJob {
  readonly id: string;
  /** Shown by dashboards: name of the template, or `mail`. */
  readonly name: string;
  readonly data: MailJob;
  /** Envelope and bytes, where they are not in the data and not in a folder either. */
  readonly content?: Buffer;
  /** Milliseconds. */
  readonly delayMs: number;
  readonly priority: number;
  /** The client of the caller's transaction. @default a transaction of its own */
  readonly transaction?: object;
}

/** What the store holds under the id of a job that was put into it. */
export interface AddedJob {
  /** Whether it is this job; else one was there before. */
  readonly added: boolean;
  /** The data that the store holds; somebody may have edited it. */
  readonly data: unknown;
}

/** What differs between Redis and PostgreSQL below one queue of BullMQ. One object for each module, shared by all that is in it. */
export abstract class QueueStore {
  abstract readonly kind: 'redis' | 'postgres';
  /** For words in logs and errors: `"mail" in Redis at localhost:6379`. Never a password. */
  abstract readonly label: string;
  /** Bytes of large mails in the store itself. */
  abstract readonly contents: ContentStore;

  /**
   * Puts a job into the store, unless one with its id is there. When it rejects with `maybeWritten: false`, nothing was written
   * nor ever will be.
   *
   * @param timeoutMs for all of it, the wait for a connection included
   * @throws StoreUnavailableError
   * @throws MailMessageError when the caller's transaction cannot hold it, with field `transaction`
   */
  abstract add(job: NewJob, timeoutMs: number, signal?: AnySignal): Promise<AddedJob>;

  /**
   * The queue of BullMQ, once the store can be reached. Made once; a store that goes away and comes back keeps it.
   *
   * @param timeoutMs how long to wait for the store
   * @throws StoreUnavailableError
   */
  abstract queue(timeoutMs: number): Promise<Queue<MailJob>>;

  /** A worker of BullMQ on this queue with connections of its own, which does not run yet. Resolves once the store can be reached. */
  abstract worker(
    processor: Processor<MailJob>,
    options: Omit<WorkerOptions, 'connection' | 'prefix' | 'autorun'>,
    signal: AbortSignal,
  ): Promise<Worker<MailJob>>;

  /**
   * Wakes a worker that waits for mails, after one was given back: BullMQ does that for new mails, and over PostgreSQL always. Without it
   * an idle worker takes the mail some seconds later.
   */
  abstract wake(): Promise<void>;

  /** The events of the queue, from all workers, with a connection of their own. */
  abstract events(timeoutMs: number): Promise<QueueEvents>;

  /** Sentences for the log at start: what an administrator should know of how the store keeps what it is given. */
  abstract warnings(timeoutMs: number): Promise<readonly string[]>;

  /** Ends all connections, within so many milliseconds, whatever the store does. Harmless when done twice. */
  abstract close(limitMs: number): Promise<void>;
}
