import { createDelivery } from '../../core/delivery/create-delivery.js';
import type { SignInFacts } from '../../core/delivery/smtp/login/sign-in-facts.js';
import { messageOf } from '../../core/errors/error-facts.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import { plainCause } from '../../core/errors/plain-cause.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';
import { smtpTrusting } from '../smtp-trusting.js';

/** What the application's own check has found out. */
export interface ApplicationVerdict {
  /** Why mails cannot leave; undefined when they can. */
  readonly verdict: MailDeliveryError | undefined;
  /** What there is to tell of a sign-in by a token or by Kerberos, as far as it has come. */
  readonly signIn: SignInFacts | undefined;
  /** Whether the token endpoint has given another refresh token: the one in the settings may be good no more. */
  readonly isRefreshTokenReplaced: boolean;
}

/** Does what `MailService.verify` does. */
export async function applicationVerdict(
  settings: ResolvedMailSettings,
  signal: AbortSignal,
  authorities?: readonly string[],
): Promise<ApplicationVerdict> {
  let signIn: SignInFacts | undefined;
  let isRefreshTokenReplaced = false;
  const trusting = smtpTrusting(authorities);
  // A check changes nothing, not even the files that dead writers have left behind.
  const delivery = await createDelivery(settings, {
    sweep: false,
    smtp: {
      ...trusting.smtp,
      onRefreshToken: () => {
        isRefreshTokenReplaced = true;
      },
    },
    onSignIn: facts => {
      signIn = facts;
    },
  });
  try {
    await delivery.verify({ signal });
    return { verdict: undefined, signIn, isRefreshTokenReplaced };
  } catch (error) {
    if (error instanceof MailDeliveryError) return { verdict: error, signIn, isRefreshTokenReplaced };
    const details = { phase: 'connect', retryable: true, cause: plainCause(error) } as const;
    const verdict = new MailDeliveryError('EMAILCONNECT', messageOf(error), details);
    return { verdict, signIn, isRefreshTokenReplaced };
  } finally {
    await delivery.close(0);
  }
}
