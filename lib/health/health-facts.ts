import type { MailBacklog, QueueCounts } from '../core/delivery/mail-delivery.js';
import { messageOf } from '../core/errors/error-facts.js';
import { MailDeliveryError } from '../core/errors/mail-delivery-error.js';
import { maskAddresses } from '../core/redaction/mask-addresses.js';
import { visible } from '../core/redaction/printable.js';

/** What waits, as a health report tells it. */
export function backlogFacts(backlog: MailBacklog | undefined): Record<string, number | boolean> {
  if (!backlog) return {};
  const { count, oldestAgeMs, deferred, queue } = backlog;
  if (queue) return queueFacts(queue);
  return {
    backlog: count,
    ...(oldestAgeMs !== undefined && { oldestAgeMs }),
    ...(deferred !== undefined && { deferred }),
  };
}

/** Only numbers: a report goes to whoever can reach it. */
function queueFacts({
  waiting,
  delayed,
  failed,
  active,
  oldestAgeMs,
  workers,
  paused,
}: QueueCounts): Record<string, number | boolean> {
  return {
    waiting,
    delayed,
    active,
    failed,
    ...(oldestAgeMs !== undefined && { oldestAgeMs }),
    ...(workers !== undefined && { workers }),
    ...(paused === true && { paused }),
  };
}

/** The reason for a health report, which others than administrators may read: addresses are masked, transcripts left out. */
export function reasons(error: unknown): Record<string, unknown> {
  const message = visible(maskAddresses(messageOf(error)));
  if (!(error instanceof MailDeliveryError)) return { message };
  return { message, code: error.code, phase: error.phase, retryable: error.retryable };
}
