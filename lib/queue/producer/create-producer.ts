import { Logger } from '@nestjs/common';
import type { MailQueueParts } from '../admin/mail-queue-parts.js';
import { MailQueue } from '../admin/mail-queue.js';
import type { MailQueueOptions } from '../mail-queue-options.js';
import { resolveQueueOptions } from '../options/read-queue-options.js';
import { DirectoryContents } from '../store/directory-contents.js';
import { openStore } from '../store/open-store.js';
import { QueueTelemetry } from '../telemetry/queue-telemetry.js';
import type { ProducerParts } from './producer-parts.js';
import { QueueLifecycle } from './queue-lifecycle.js';
import { StoreLifetime } from './store-lifetime.js';
import { StoreNotices } from './store-notices.js';

/** The sending side of a queue, put together. */
export interface Producer {
  readonly parts: ProducerParts;
  readonly lifecycle: QueueLifecycle;
}

/**
 * Checks options and puts the sending side of a queue together. Connects to nothing.
 *
 * @param caught whether a test catches all mails, so that nothing comes to the queue
 * @throws MailSettingsError with every problem of the options at once
 * @throws MissingPackageError when a package is not installed that the store needs
 */
export async function createProducer(options: MailQueueOptions, caught: boolean): Promise<Producer> {
  const logger = new Logger('MailQueue');
  const resolved = await resolveQueueOptions(options);
  const { name, keys, timeoutMs, claimCheck } = resolved;
  if (!caught) for (const warning of resolved.warnings) logger.warn(warning);
  const notices = new StoreNotices(logger, timeoutMs);
  const store = await openStore(resolved, notices);
  notices.about(store.label);
  const shared: MailQueueParts = {
    store,
    timeoutMs,
    keys,
    ...(claimCheck.directory !== undefined && { directory: new DirectoryContents(claimCheck.directory) }),
  };
  const parts: ProducerParts = {
    ...shared,
    above: claimCheck.above,
    queue: new MailQueue(shared),
    telemetry: new QueueTelemetry(name, problem => logger.warn(problem)),
    lifetime: new StoreLifetime(store),
    debug: sentence => logger.debug(sentence),
  };
  return { parts, lifecycle: new QueueLifecycle(parts, notices, logger, caught) };
}
