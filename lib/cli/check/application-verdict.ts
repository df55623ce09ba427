import { createDelivery } from '../../core/delivery/create-delivery.js';
import type { SignInFacts } from '../../core/delivery/smtp/login/sign-in-facts.js';
import { messageOf } from '../../core/errors/error-facts.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import { smtpTrusting } from '../smtp-trusting.js';

/** What the application's own check has found out. */
export interface ApplicationVerdict {
  /** Why mails cannot leave; undefined when they can. */
  readonly verdict: MailDeliveryError | undefined;
  /** What there is to tell of a sign-in by a token or by Kerberos, as far as it has come. */
  readonly signIn: SignInFacts | undefined;
}

/** Does what `MailService.verify` does. */
export async function applicationVerdict(
  settings: ResolvedMailSettings,
  signal: AbortSignal,
  authorities?: readonly string[],
): Promise<ApplicationVerdict> {
  let signIn: SignInFacts | undefined;
  // A check changes nothing, not even the files that dead writers have left behind.
  const delivery = await createDelivery(settings, {
    sweep: false,
    ...smtpTrusting(authorities),
    onSignIn: facts => {
      signIn = facts;
    },
  });
  try {
    await delivery.verify({ signal });
    return { verdict: undefined, signIn };
  } catch (error) {
    if (error instanceof MailDeliveryError) return { verdict: error, signIn };
    const details = { phase: 'connect', retryable: true, cause: error } as const;
    return { verdict: new MailDeliveryError('EMAILCONNECT', messageOf(error), details), signIn };
  } finally {
    await delivery.close(0);
  }
}
