import { randomUUID } from 'node:crypto';
import type { MailJob } from '../../lib/queue/job/mail-job.js';

let count = 0;

/** A job of the queue for two recipients, which nobody has tried yet. */
export function storedJob(more: Partial<MailJob> = {}): MailJob {
  return {
    format: 1,
    messageId: '<1@contoso.com>',
    template: 'notification',
    size: 100,
    recipients: ['a***@contoso.com', 'b***@contoso.com'],
    queuedAt: Date.now(),
    dueAt: Date.now(),
    token: randomUUID(),
    ...more,
  };
}

/** An id that no other job of the test process has. */
export function newJobId(): string {
  return `m${String(++count).padStart(43, '0')}`;
}
