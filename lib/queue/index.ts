export { MailQueue } from './admin/mail-queue.js';
export { MailQueueError } from './admin/mail-queue-error.js';
export { MailQueueModule } from './mail-queue.module.js';
export { MailQueueWorkerModule } from './mail-queue-worker.module.js';
export { MailQueueDelivery } from './producer/mail-queue-delivery.js';
export { MissingPackageError } from './store/missing-package.js';
export { MailQueueWorker } from './worker/mail-queue-worker.js';

export type { PauseReason } from '../core/delivery/server-pause.js';
export type { FailedMail } from './admin/failed-mail.js';
export type { MailQueueErrorCode, MailQueueRefusal } from './admin/mail-queue-error.js';
export type { MailQueueEvents, MailQueueListener } from './admin/mail-queue-events.js';
export type { RetryAllOptions } from './admin/retry-failed.js';
export type { MailQueueAsyncOptions, MailQueueScope } from './mail-queue.module.js';
export type {
  ClaimCheckOptions,
  KeptJobs,
  MailQueueOptions,
  MailQueueWorkerOptions,
  QueueRetryOptions,
} from './mail-queue-options.js';
export type { MailQueueWorkerAsyncOptions } from './mail-queue-worker.module.js';
export type { MailQueueWorkerStatus } from './worker/mail-queue-worker.js';
export type {
  MailDeferred,
  MailDelivered,
  MailFailed,
  QueueWorkerEvent,
  QueueWorkerListener,
} from './worker/queue-worker-event.js';
export type { QueueWorkerStatus } from './worker/queue-worker.js';
