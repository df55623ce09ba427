import type { MailReceipt, SendOptions } from 'nest-mailroom';
import { MailDeliveryError } from 'nest-mailroom';
import type { MailApp } from './mail-app.js';
import type { TakenMessage } from './policy-smtp-server.js';

/** What became of mails that were sent at the same time. */
export interface SentAtOnce {
  readonly receipts: readonly MailReceipt[];
  /** What the sends that failed have said. */
  readonly failures: readonly string[];
}

/** Sends so many mails at the same time, each to one recipient of its own. */
export async function sentAtOnce(
  app: Pick<MailApp, 'mail'>,
  count: number,
  options?: SendOptions,
): Promise<SentAtOnce> {
  const sends = Array.from({ length: count }, (_, index) =>
    app.mail.send({ to: `user${index}@example.com`, subject: `mail ${index}`, text: 'x' }, options),
  );
  const outcomes = await Promise.allSettled(sends);
  return {
    receipts: outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
    failures: outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [told(outcome.reason)] : [])),
  };
}

/** The deliveries that happened more than once: a Message-ID and a recipient. */
export function takenTwice(messages: readonly TakenMessage[]): string[] {
  const deliveries = messages.flatMap(({ id, to }) => to.map(address => `${id} ${address}`));
  return deliveries.filter((delivery, index) => deliveries.indexOf(delivery) !== index);
}

function told(error: unknown): string {
  return error instanceof MailDeliveryError
    ? `${error.code} retryable: ${error.retryable}: ${error.message}`
    : String(error);
}
