import type { MailBacklog } from '../core/delivery/mail-delivery.js';
import type { MailService } from '../core/mail/mail.service.js';

/** What one check of a mailer has found. */
export interface MailCheck {
  /** Why mails cannot leave, or why what waits cannot be counted; undefined when all is well. */
  readonly error?: unknown;
  /** Why they can leave one way only, with a fallback; undefined when they can leave both ways. */
  readonly degraded?: Error;
  /** What waits, where mails wait somewhere. */
  readonly backlog?: MailBacklog;
}

/**
 * Checks a mailer: connects and logs in, and counts what waits in the pickup directory. Never rejects.
 *
 * @param timeoutMs milliseconds for all of it
 */
export async function checkMailer(mail: MailService, timeoutMs: number): Promise<MailCheck> {
  let unusable: Error | undefined;
  let unreadable: Error | undefined;
  // At the same time, because one time limit is for both.
  const [verified, counted] = await Promise.allSettled([
    mail.verify({ timeoutMs, onDegraded: reason => (unusable = reason) }),
    mail.backlog({ timeoutMs, onDegraded: reason => (unreadable = reason) }),
  ]);
  const failed = [verified, counted].find(part => part.status === 'rejected');
  const degraded = unusable ?? unreadable;
  const backlog = counted.status === 'fulfilled' ? counted.value : undefined;
  return {
    ...(failed && { error: (failed.reason as unknown) ?? new Error('The delivery gives no reason.') }),
    ...(degraded && { degraded }),
    ...(backlog && { backlog }),
  };
}
