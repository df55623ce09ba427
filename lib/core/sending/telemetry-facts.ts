import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import { MailError } from '../errors/mail-error.js';
import type { SendFacts } from './mail-telemetry.js';
import type { SendOutcome } from './send-outcome.js';
import type { SendTrace } from './send-trace.js';

/** What telemetry may know of a send that has ended. */
export function sendFacts(
  { template, culture, retries }: SendTrace,
  delivery: string,
  outcome: SendOutcome,
): SendFacts {
  const made = { ...(culture !== undefined && { culture }), retries };
  const named = template === undefined ? {} : { template };
  if ('receipt' in outcome) {
    const { status, via, accepted, rejected, dropped } = outcome.receipt;
    return {
      ...made,
      ...named,
      delivery: via,
      outcome: status,
      accepted: accepted.length,
      rejected: rejected.length,
      dropped: dropped.length,
    };
  }
  const { error } = outcome;
  const known = error instanceof MailDeliveryError ? error : undefined;
  return {
    ...made,
    // What is no template name may hold anything, an address too.
    ...(error instanceof MailError && error.code === 'EMAILTEMPLATENAME' ? {} : named),
    delivery,
    outcome: known?.retryable === 'unknown' ? 'unknown' : 'failed',
    // Any other error is the application's own, thrown by a hook or a delivery.
    errorType: error instanceof MailError ? error.code : classOf(error),
    accepted: 0,
    rejected: known?.recipients?.length ?? 0,
    dropped: 0,
  };
}

function classOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : '_OTHER';
}
