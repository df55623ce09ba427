import type { Logger, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { messageOf } from '../../core/errors/error-facts.js';
import type { ProducerParts } from './producer-parts.js';
import type { StoreNotices } from './store-notices.js';

/** Milliseconds between two looks for a store that has not been reached yet. */
const LOOK_AGAIN_MS = 5000;

/** What the sending side of a queue does when its application starts and ends. */
export class QueueLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #parts: ProducerParts;
  readonly #notices: StoreNotices;
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #caught: boolean;
  #timer: NodeJS.Timeout | undefined;

  /** @param caught whether a test catches all mails, so that nothing comes to the queue */
  constructor(parts: ProducerParts, notices: StoreNotices, logger: Pick<Logger, 'warn'>, caught: boolean) {
    this.#parts = parts;
    this.#notices = notices;
    this.#logger = logger;
    this.#caught = caught;
  }

  /** Called by Nest: looks at the store, which nobody waits for: without it the application starts as well. */
  onApplicationBootstrap(): void {
    if (this.#caught) return;
    void this.#look();
    const { telemetry, queue } = this.#parts;
    void telemetry.watch(() => queue.counts());
  }

  /** Called by Nest: closes the store, once the last mailer has put its last mail into it. */
  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.#timer);
    this.#parts.telemetry.close();
    await this.#parts.lifetime.end(this.#caught);
  }

  /** Tells once what an administrator should know of the store. */
  async #look(): Promise<void> {
    const { store, timeoutMs, lifetime } = this.#parts;
    try {
      const warnings = await store.warnings(timeoutMs);
      for (const warning of warnings) this.#logger.warn(`The queue ${store.label}: ${warning}`);
      this.#notices.onRecovered();
    } catch (error) {
      if (lifetime.ending) return;
      this.#notices.onTrouble(messageOf(error));
      this.#timer = setTimeout(() => void this.#look(), LOOK_AGAIN_MS).unref();
    }
  }
}
