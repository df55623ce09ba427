import type { MailDelivery } from '../../core/delivery/mail-delivery.js';
import { settingsDelivery, withFallback } from '../../core/mail/mail.deliveries.js';
import { QueueAccess } from '../admin/queue-access.js';
import { queueCounts } from '../admin/queue-counts.js';
import type { MailQueueWorkerOptions } from '../mail-queue-options.js';
import type { ResolvedWorkerOptions } from '../options/read-worker-options.js';
import { resolveWorkerOptions } from '../options/read-worker-options.js';
import { DirectoryContents } from '../store/directory-contents.js';
import { openStore } from '../store/open-store.js';
import { QueueTelemetry } from '../telemetry/queue-telemetry.js';
import { assembleWorker } from './assemble-worker.js';
import type { MailQueueWorkerParts } from './mail-queue-worker.js';
import { verdictName } from './mail-tries.js';
import { QueueWorkerLog } from './queue-worker-log.js';
import { StoreTrouble } from './store-trouble.js';
import { WorkerEvents } from './worker-events.js';

const DISABLED = 'Enabled is false in the settings: nothing is taken from the queue.';
const INTERCEPTED = 'The mails of this application are caught by a test: nothing is taken from the queue.';

/**
 * Checks options and settings, and makes a worker. Connects to nothing and takes nothing.
 *
 * @param isIntercepted whether a test takes the mails of this application before the queue
 * @throws MailSettingsError `EMAILSETTINGS` with every problem at once
 */
export async function createWorker(
  options: MailQueueWorkerOptions,
  isIntercepted: boolean,
): Promise<MailQueueWorkerParts> {
  const log = new QueueWorkerLog();
  const warn = (sentence: string): void => log.warn(sentence);
  if (isIntercepted) return { kind: 'idle', state: 'intercepted', why: () => log.debug(INTERCEPTED) };
  const resolved = await resolveWorkerOptions(options);
  if (!resolved.checked.settings.enabled)
    return { kind: 'idle', state: 'disabled', why: () => warn(DISABLED) };
  for (const warning of resolved.warnings) warn(warning);
  const events = new WorkerEvents(sentence => log.warn(sentence));
  events.add(event => log.write(event));
  const trouble = new StoreTrouble(events.emit);
  const store = await openStore(resolved, {
    onTrouble: words => trouble.met(words),
    onRecovered: () => trouble.ended(),
  });
  const { directory } = resolved.claimCheck;
  const telemetry = new QueueTelemetry(resolved.name, warn);
  const worker = assembleWorker({
    options: resolved,
    delivery: await deliveryOf(resolved),
    store,
    directory: directory === undefined ? undefined : new DirectoryContents(directory),
    trouble,
    emit: events.emit,
    warn,
    around: (job, deliver) => telemetry.around(job, deliver, verdictName),
  });
  const access = new QueueAccess(store, resolved.timeoutMs);
  return {
    kind: 'working',
    worker,
    events,
    measure: () => void telemetry.watch(() => access.ask(queue => queueCounts(queue))),
    endMeasuring: () => telemetry.close(),
  };
}

async function deliveryOf({ checked, smtp }: ResolvedWorkerOptions): Promise<MailDelivery> {
  const options = smtp ? { smtp } : {};
  return withFallback(await settingsDelivery(checked, options), checked, options);
}
