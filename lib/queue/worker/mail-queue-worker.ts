import type {
  BeforeApplicationShutdown,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { QueueWorkerListener } from './queue-worker-event.js';
import type { QueueWorker, QueueWorkerStatus } from './queue-worker.js';
import type { WorkerEvents } from './worker-events.js';

/** How the worker of an application does: inject it to ask. */
export type MailQueueWorkerStatus =
  | QueueWorkerStatus
  /** `disabled`: `Enabled` is false in the settings. `intercepted`: a test takes the mails before the queue. */
  | { readonly state: 'disabled' | 'intercepted'; readonly active: 0 };

/** What the worker of an application is made of. */
export type MailQueueWorkerParts =
  | { readonly kind: 'idle'; readonly state: 'disabled' | 'intercepted'; readonly why: () => void }
  | {
      readonly kind: 'working';
      readonly worker: QueueWorker;
      readonly events: WorkerEvents;
      /** Begins to tell OpenTelemetry how many mails the queue holds, where somebody measures. */
      readonly measure: () => void;
      readonly endMeasuring: () => void;
    };

/** The worker of an application: takes mails out of the queue and delivers them. */
@Injectable()
export class MailQueueWorker
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #parts: MailQueueWorkerParts;

  /** @param parts made by `MailQueueWorkerModule` */
  constructor(parts: MailQueueWorkerParts) {
    this.#parts = parts;
  }

  /** How it does now. */
  get status(): MailQueueWorkerStatus {
    return this.#parts.kind === 'idle' ? { state: this.#parts.state, active: 0 } : this.#parts.worker.status;
  }

  /**
   * Calls with everything that happens, for example to count it.
   *
   * @returns a function that ends that
   */
  on(listener: QueueWorkerListener): () => void {
    return this.#parts.kind === 'idle' ? () => {} : this.#parts.events.add(listener);
  }

  /** Called by Nest: begins to take mails. Does not wait for the queue. */
  onApplicationBootstrap(): void {
    if (this.#parts.kind === 'idle') {
      this.#parts.why();
      return;
    }
    this.#parts.worker.start();
    this.#parts.measure();
  }

  /** Called by Nest: takes no mail any more. */
  beforeApplicationShutdown(): void {
    if (this.#parts.kind === 'idle') return;
    this.#parts.worker.beginStop();
    this.#parts.endMeasuring();
  }

  /** Called by Nest: finishes mails under way within `shutdownTimeoutMs` and gives back the others. */
  async onApplicationShutdown(): Promise<void> {
    if (this.#parts.kind === 'working') await this.#parts.worker.stop();
  }
}
