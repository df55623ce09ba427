import type { MailBacklog } from '../delivery/mail-delivery.js';
import type { MailService } from '../mail.service.js';

/** What one look at a mailer has found. */
export interface MailCheck {
  /** Why mails cannot leave; undefined when they can. */
  readonly error?: unknown;
  /** Why they leave by the fallback only; undefined when they do not. */
  readonly degraded?: Error;
  /** What waits, where mails wait somewhere. */
  readonly backlog?: MailBacklog;
}

/** Looks at a mailer: connects and logs in, or looks into the pickup directory. Never rejects. */
export async function checkMailer(mail: MailService, timeoutMs: number): Promise<MailCheck> {
  let degraded: Error | undefined;
  try {
    await mail.verify({ timeoutMs, onDegraded: reason => (degraded = reason) });
    const backlog = await mail.backlog({ timeoutMs });
    return { ...(degraded && { degraded }), ...(backlog && { backlog }) };
  } catch (error) {
    return { error };
  }
}
