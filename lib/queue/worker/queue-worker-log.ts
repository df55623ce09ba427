import { Logger } from '@nestjs/common';
import type { QueueWorkerEvent } from './queue-worker-event.js';

/** Writes what happens in a worker to Nest's log. */
export class QueueWorkerLog {
  readonly #logger = new Logger('MailQueueWorker');

  /** Writes one event. */
  write(event: QueueWorkerEvent): void {
    switch (event.type) {
      case 'delivered':
        this.#writeDelivered(event);
        break;
      case 'deferred':
        this.#logger.warn(
          `${event.jobId}: ${count(event.recipients, 'recipient')} deferred until ${event.until.toISOString()}: ${event.reason}`,
        );
        break;
      case 'failed':
        this.#logger.error(`${event.jobId}: given up: ${event.reason}`);
        break;
      case 'put-off':
        this.#logger.warn(`${event.jobId}: put off until ${event.until.toISOString()}: ${event.reason}`);
        break;
      case 'returned':
        this.#logger.debug(`${event.jobId}: given back to the queue`);
        break;
      case 'paused':
        this.#logger.error(`Nothing is sent until ${event.until.toISOString()}: ${event.reason}`);
        break;
      case 'resumed':
        this.#logger.log('The server can be used again.');
        break;
      case 'unreachable':
        this.#logger.error(`The queue cannot be used; the worker waits for it: ${event.reason}`);
        break;
      case 'reachable':
        this.#logger.log('The queue can be used again.');
        break;
      case 'problem':
        this.#logger.error(event.reason);
        break;
    }
  }

  /** Writes a warning. */
  warn(text: string): void {
    this.#logger.warn(text);
  }

  /** Writes what a developer may want to know. */
  debug(text: string): void {
    this.#logger.debug(text);
  }

  #writeDelivered({ jobId, messageId, recipients, fallback }: DeliveredEvent): void {
    const by = fallback ? ' by the fallback' : '';
    this.#logger.debug(`${jobId}: sent${by} to ${count(recipients, 'recipient')} ${messageId}`);
  }
}

type DeliveredEvent = Extract<QueueWorkerEvent, { type: 'delivered' }>;

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
