import { failureSubject } from '../../core/delivery/failure-subject.js';
import type { RecipientVerdict } from '../../core/delivery/recipient-verdict.js';
import { allDeferred, verdictOfError } from '../../core/delivery/recipient-verdict.js';
import { isOrComesFrom, messageOf } from '../../core/errors/error-facts.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import { tooManyFiles } from './relay-trouble.js';

/** What a try to deliver a mail came to. */
export type Verdict =
  | RecipientVerdict
  /** No mail can be sent now, because of the server or of the settings. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** This process or machine has too many open files: nothing was found out of the server. */
  | { readonly kind: 'hindered'; readonly error: Error }
  /** The file changed before the end of the mail was sent: its writer was not finished. */
  | { readonly kind: 'unfinished' }
  /** The relay was stopped. */
  | { readonly kind: 'stopped' };

/**
 * What a delivery that rejected came to.
 *
 * @param to the recipients that were tried
 */
export function verdictOfFailure(error: unknown, to: readonly string[]): Verdict {
  if (isOrComesFrom(error, 'FileChangedError')) return { kind: 'unfinished' };
  if (isOrComesFrom(error, 'RelayStoppingError')) return { kind: 'stopped' };
  if (!(error instanceof MailDeliveryError)) return allDeferred(to, messageOf(error));
  if (error.code === 'EMAILCLOSED' || error.code === 'EMAILABORTED') return { kind: 'stopped' };
  const hindrance = tooManyFiles(error);
  if (hindrance) return { kind: 'hindered', error: hindrance };
  if (['server', 'login'].includes(failureSubject(error)))
    return { kind: 'unavailable', reason: error.message };
  return verdictOfError(error, to);
}
