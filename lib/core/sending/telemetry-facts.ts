import type { MailReceipt } from '../delivery/mail-receipt.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import { MailError } from '../errors/mail-error.js';
import type { SendFacts } from './mail-telemetry.js';
import type { SendRecord } from './send-record.js';

/** What telemetry may know of a send that has ended. */
export function sendFacts(
  { template, culture, retries }: SendRecord,
  delivery: string,
  result: { readonly value: MailReceipt } | { readonly error: unknown },
): SendFacts {
  const made = { ...(culture !== undefined && { culture }), retries };
  const named = template === undefined ? {} : { template };
  if ('value' in result) {
    const { status, via, accepted, rejected, dropped } = result.value;
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
  const { error } = result;
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
