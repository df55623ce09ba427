import type { QueueEvents } from 'bullmq';
import { messageOf } from '../../core/errors/error-facts.js';
import { printable } from '../../core/redaction/printable.js';
import type { QueueStore } from '../store/queue-store.js';
import { reasonText } from './failed-mail.js';

/** What `MailQueue.on` tells, by the names of the events. All workers of the queue, on all machines, are heard. */
export interface MailQueueEvents {
  /** A mail was put into the queue. */
  readonly queued: { readonly id: string };
  /** A mail has been delivered to everybody. */
  readonly delivered: { readonly id: string };
  /** A mail is to be delivered, or tried again, at that time; in milliseconds since 1970. */
  readonly deferred: { readonly id: string; readonly dueAt: number };
  /** A mail was given up, also one that some have and others do not; addresses in the reason are masked. */
  readonly failed: { readonly id: string; readonly reason: string };
  /** An operator has paused the queue. */
  readonly paused: object;
  /** An operator has let it go on. */
  readonly resumed: object;
}

/** What `MailQueue.on` is given. */
export type MailQueueListener<E extends keyof MailQueueEvents> = (facts: MailQueueEvents[E]) => void;

const EVENTS: ReadonlySet<string> = new Set<keyof MailQueueEvents>([
  'queued',
  'delivered',
  'deferred',
  'failed',
  'paused',
  'resumed',
]);

/** Milliseconds between two tries to reach the store. */
const AGAIN_MS = 2000;

/** Hears the events of a queue while somebody listens, and tells the listeners. */
export class QueueListeners {
  readonly #store: QueueStore;
  readonly #timeoutMs: number;
  readonly #listeners = new Map<keyof MailQueueEvents, Set<(facts: never) => void>>();
  #again: NodeJS.Timeout | undefined;
  #begun = false;
  #ended = false;

  constructor(store: QueueStore, timeoutMs: number) {
    this.#store = store;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * @returns ends it for this listener
   * @throws RangeError when there is no such event
   */
  add<E extends keyof MailQueueEvents>(event: E, listener: MailQueueListener<E>): () => void {
    if (!EVENTS.has(event))
      throw new RangeError(
        `A mail queue has no event "${printable(String(event))}"; there are queued, delivered, deferred, failed, paused and resumed`,
      );
    // One of its own for each call: the same function may listen twice.
    const own = (facts: MailQueueEvents[E]): void => listener(facts);
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(own));
    if (!this.#begun) void this.#begin();
    return () => void listeners.delete(own);
  }

  /** Tells nobody any more. The connection ends with the store. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#again);
    this.#listeners.clear();
  }

  /** A store that is away is asked again until it is there. */
  async #begin(): Promise<void> {
    this.#begun = true;
    try {
      this.#hear(await this.#store.events(this.#timeoutMs));
    } catch {
      // What is wrong with the store is told by whoever sends or delivers.
      if (!this.#ended) this.#again = setTimeout(() => void this.#begin(), AGAIN_MS).unref();
    }
  }

  #hear(events: QueueEvents): void {
    events.on('added', ({ jobId }) => this.#tell('queued', { id: jobId }));
    events.on('completed', ({ jobId }) => this.#tell('delivered', { id: jobId }));
    events.on('delayed', ({ jobId, delay }) => this.#tell('deferred', { id: jobId, dueAt: Number(delay) }));
    events.on('failed', ({ jobId, failedReason }) =>
      this.#tell('failed', { id: jobId, reason: reasonText(failedReason) }),
    );
    events.on('paused', () => this.#tell('paused', {}));
    events.on('resumed', () => this.#tell('resumed', {}));
  }

  #tell<E extends keyof MailQueueEvents>(event: E, facts: MailQueueEvents[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        (listener as MailQueueListener<E>)(facts);
      } catch (error) {
        // A listener that fails must not keep the others from hearing.
        process.emitWarning(`A listener of the mail queue failed: ${messageOf(error)}`);
      }
    }
  }
}
