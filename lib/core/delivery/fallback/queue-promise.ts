import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { DeliverOptions } from '../mail-delivery.js';

/**
 * What a send asks of a queue that no other delivery can give, not even another queue, in words that complete "it has": with
 * another one the mail would leave twice, too early, or although the transaction is rolled back.
 *
 * @returns undefined when there is nothing
 */
export function queuePromise({ queue }: DeliverOptions, now = Date.now()): string | undefined {
  if (!queue) return undefined;
  const { transaction, idempotencyKey, dueAt } = queue;
  if (transaction !== undefined) return 'a transaction, which alone decides whether it is sent';
  if (idempotencyKey !== undefined)
    return 'an idempotencyKey, and only the queue knows what was sent with it';
  if (dueAt !== undefined && dueAt > now) return 'a later time, and only the queue keeps it until then';
  return undefined;
}

/** The same options for a delivery that may know nothing of queues. */
export function optionsFor(delivery: { readonly queues?: boolean }, options: DeliverOptions): DeliverOptions {
  if (options.queue === undefined || delivery.queues === true) return options;
  const { queue: _queue, ...others } = options;
  return others;
}

/**
 * The error of a delivery whose fallback was not asked.
 *
 * @param promise what {@link queuePromise} says
 */
export function withoutFallback(error: MailDeliveryError, promise: string): MailDeliveryError {
  const headline = error.message.replace(/\.?$/, '.');
  return new MailDeliveryError(
    error.code,
    `${headline} The fallback was not used: the mail has ${promise}.`,
    { ...error, cause: error },
  );
}
