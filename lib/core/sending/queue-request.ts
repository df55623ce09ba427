import type { MailDelivery, QueuedDeliverOptions } from '../delivery/mail-delivery.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import type { MailMessage } from '../message/mail-message.js';
import type { GivenValue } from './given-message.js';
import { GivenMessage } from './given-message.js';
import type { QueueSendOptions } from './queue-options.js';
import { QUEUE_OPTIONS } from './queue-options.js';

/** What one send asks of a queue. */
export interface QueueRequest {
  /** For the delivery. */
  readonly options: QueuedDeliverOptions;
  /** The message that a key stands for; undefined without a key. */
  readonly given?: GivenMessage;
}

/** What is known of the send. */
export interface AskedSend {
  readonly message: MailMessage;
  /** What the message was made of, where the application did not give it itself. */
  readonly given?: GivenValue | undefined;
  /** In milliseconds since 1970. */
  readonly begunAt: number;
  /** Whether nobody waits for the outcome. */
  readonly background?: boolean;
}

/**
 * Makes of the options of a send what its delivery is to be told. Asked before anything else is done, and before the application
 * can change what it gave.
 *
 * @returns undefined when nothing is asked
 * @throws MailMessageError `EMAILMESSAGE` naming the option when the delivery is no queue, or the option cannot keep what it promises
 */
export function queueRequest(
  asked: QueueSendOptions,
  delivery: MailDelivery,
  send: AskedSend,
): QueueRequest | undefined {
  const first = QUEUE_OPTIONS.find(name => asked[name] !== undefined);
  if (first === undefined) return undefined;
  if (delivery.queues !== true)
    throw new MailMessageError(
      'EMAILMESSAGE',
      first,
      'needs a queue, which this mailer has not: give MailModule the option delivery: MailQueueDelivery (nest-mailroom/queue)',
    );
  const { idempotencyKey, priority, transaction } = asked;
  if (transaction !== undefined && send.background === true)
    throw new MailMessageError(
      'EMAILMESSAGE',
      'transaction',
      'is not for sendInBackground: nobody would wait with COMMIT until the mail is in the transaction; use send, and await it',
    );
  const dueAt = dueTime(asked, send.begunAt);
  const given = idempotencyKey === undefined ? undefined : new GivenMessage(send.message, send.given);
  return {
    options: {
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      ...(dueAt > send.begunAt && { dueAt }),
      ...(priority !== undefined && { priority }),
      ...(transaction !== undefined && { transaction }),
      ...(given && { digest: key => given.digest(key) }),
    },
    ...(given && { given }),
  };
}

function dueTime({ delayMs, sendAt }: QueueSendOptions, now: number): number {
  return sendAt ? sendAt.getTime() : Math.ceil(now + (delayMs ?? 0));
}
