import { failureSubject } from '../core/delivery/failure-subject.js';
import type { QueueCounts } from '../core/delivery/mail-delivery.js';
import { MailDeliveryError } from '../core/errors/mail-delivery-error.js';
import type { MailCheck } from './mail-check.js';
import type { MailHealthTuning } from './mail-health-options.js';

/** A bad result is kept for a shorter time, so that a server that was mended is seen soon. */
const BAD_SHARE = 1 / 6;
/** A refused login is kept longer: repeating it can lock an account, and seldom helps. */
const REFUSED_LOGIN_SHARE = 2;
const IS_IT_RUNNING = 'is what empties the pickup directory or the queue running?';
const IS_PAUSED = 'an operator has paused the queue';

/** Why more mails wait than may, or one for too long; undefined when neither is so. */
export function overdue(
  { backlog }: MailCheck,
  { maxBacklog, maxAgeMs }: MailHealthTuning,
): string | undefined {
  if (!backlog) return undefined;
  const { count, oldestAgeMs = 0, queue } = backlog;
  if (queue && nobodyDelivers(queue))
    return 'Mails wait, and no worker is connected to the queue; is an application with MailQueueWorkerModule running?';
  const why = queue?.paused === true ? IS_PAUSED : IS_IT_RUNNING;
  if (oldestAgeMs > maxAgeMs) {
    const seconds = Math.round(oldestAgeMs / 1000);
    return `The oldest mail has waited for ${seconds} s, longer than maxAgeMs (${maxAgeMs}) allows; ${why}`;
  }
  if (count > maxBacklog) return `${count} mails wait, more than maxBacklog (${maxBacklog}) allows; ${why}`;
  return undefined;
}

/** A queue that an operator has paused waits for him, not for a worker. */
function nobodyDelivers({ waiting, oldestAgeMs, workers, paused }: QueueCounts): boolean {
  return workers === 0 && paused !== true && (waiting > 0 || oldestAgeMs !== undefined);
}

/** For how much of `cacheMs` a result is used again. */
export function keptShare(found: MailCheck, tuning: MailHealthTuning): number {
  const reason = found.error ?? found.degraded;
  if (isRefusedLogin(reason)) return REFUSED_LOGIN_SHARE;
  return reason === undefined && overdue(found, tuning) === undefined ? 1 : BAD_SHARE;
}

/** Whether a server has refused the login, the usual one or that of the fallback. */
function isRefusedLogin(reason: unknown): boolean {
  if (!(reason instanceof MailDeliveryError)) return false;
  if (reason.cause instanceof AggregateError) return reason.cause.errors.some(isRefusedLogin);
  return failureSubject(reason) === 'login' && reason.retryable === false;
}
