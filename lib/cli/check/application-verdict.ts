import { createDelivery } from '../../core/delivery/create-delivery.js';
import { messageOf } from '../../core/errors/error-facts.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import { smtpTrusting } from '../smtp-trusting.js';

/**
 * Does what `MailService.verify` does.
 *
 * @returns why mails cannot leave; undefined when they can
 */
export async function applicationVerdict(
  settings: ResolvedMailSettings,
  signal: AbortSignal,
  authorities?: readonly string[],
): Promise<MailDeliveryError | undefined> {
  // A check changes nothing, not even the files that dead writers have left behind.
  const delivery = await createDelivery(settings, { sweep: false, ...smtpTrusting(authorities) });
  try {
    await delivery.verify({ signal });
    return undefined;
  } catch (error) {
    if (error instanceof MailDeliveryError) return error;
    const details = { phase: 'connect', retryable: true, cause: error } as const;
    return new MailDeliveryError('EMAILCONNECT', messageOf(error), details);
  } finally {
    await delivery.close(0);
  }
}
