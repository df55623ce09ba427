import type { RejectedRecipient } from '../../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { Redactor } from '../../redaction/redact.js';
import { codeOf, enhancedCodeOf, isTemporaryReply } from './reply-codes.js';

/**
 * A refused recipient as receipts and errors name it.
 *
 * @param reply the server's, not redacted
 */
export function rejectedRecipient(address: string, reply: string, redact: Redactor): RejectedRecipient {
  const code = codeOf(reply);
  const response = redact(reply);
  const enhancedCode = enhancedCodeOf(response);
  return {
    address,
    code,
    ...(enhancedCode !== undefined && { enhancedCode }),
    response,
    retryable: isTemporaryReply(code),
  };
}

/** Adds the recipients that were not even offered to the server to those that it refused, in the order of `to`. */
export function withRefused(
  error: unknown,
  refused: readonly RejectedRecipient[],
  to: readonly string[],
): unknown {
  if (refused.length === 0 || !(error instanceof MailDeliveryError)) return error;
  return new MailDeliveryError(error.code, error.message, {
    ...error,
    recipients: inOrderOf(to, [...refused, ...(error.recipients ?? [])]),
    cause: error.cause,
  });
}

/** Recipients in the order of the envelope. */
export function inOrderOf(
  addresses: readonly string[],
  rejected: readonly RejectedRecipient[],
): readonly RejectedRecipient[] {
  const positions = new Map(addresses.map((address, index) => [address, index]));
  const positionOf = ({ address }: RejectedRecipient): number => positions.get(address) ?? 0;
  return rejected.toSorted((left, right) => positionOf(left) - positionOf(right));
}
