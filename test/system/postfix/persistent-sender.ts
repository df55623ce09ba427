import { setTimeout as sleep } from 'node:timers/promises';
import { MailDeliveryError } from '../../../lib/core/errors/mail-delivery-error.js';
import type { MailService } from '../../../lib/core/mail/mail.service.js';
import type { MailMessage } from '../../../lib/core/message/mail-message.js';

/** What it took until a mail was accepted. */
export interface Persistence {
  /** Sends that surely delivered nothing. */
  readonly failures: number;
  /** Sends of which it is not known whether they delivered. */
  readonly unknowns: number;
}

const PAUSE_MS = 100;
const TRIES = 300;

/** Sends a mail as a careful caller does: again while it may help, and under the same Message-ID. */
export async function sendUntilAccepted(
  mail: MailService,
  message: MailMessage & { messageId: string },
): Promise<Persistence> {
  let failures = 0;
  let unknowns = 0;
  for (;;) {
    try {
      await mail.send(message);
      return { failures, unknowns };
    } catch (error) {
      // The mailer ends with its test, and takes nothing more then.
      const again = error instanceof MailDeliveryError && error.retryable && error.code !== 'EMAILCLOSED';
      if (!again) throw error;
      if (error.retryable === 'unknown') unknowns++;
      else failures++;
      if (failures + unknowns === TRIES) throw error;
    }
    await sleep(PAUSE_MS);
  }
}
