import type { DeliveryOutcome, QueuedDeliverOptions } from '../../core/delivery/mail-delivery.js';
import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import { MailMessageError } from '../../core/errors/mail-message-error.js';
import type { ComposedMail } from '../../core/mime/composed-mail.js';
import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import { visible } from '../../core/redaction/printable.js';
import { comparedDigest } from '../job/job-digest.js';
import type { MailJob } from '../job/mail-job.js';
import { readJob } from '../job/read-job.js';
import type { SealingKeys } from '../job/sealing-keys.js';
import { UnreadableJobError } from '../job/unreadable-job-error.js';

/** A send whose job has the id of one that was there before. */
export interface RepeatedSend {
  readonly mail: ComposedMail;
  readonly options: QueuedDeliverOptions;
  readonly jobId: string;
  /** The data of the job that is there. */
  readonly stored: unknown;
  readonly keys: SealingKeys;
  /** Of the store. */
  readonly label: string;
  readonly debug: (sentence: string) => void;
}

/**
 * What became of a send with the key of an earlier one: nothing was put into the queue.
 *
 * @throws MailMessageError `EMAILMESSAGE` when the key was used for another message, or the Message-ID for other recipients
 * @throws MailDeliveryError `EMAILWRITE` when the earlier job cannot be read, and so will not be delivered either
 */
export async function outcomeOfRepeated(send: RepeatedSend): Promise<DeliveryOutcome> {
  const { mail, options, jobId, keys, debug } = send;
  const outcome: DeliveryOutcome = {
    status: 'queued',
    accepted: [...mail.envelope.to],
    rejected: [],
    jobId,
    duplicate: true,
  };
  const earlier = readEarlier(send);
  if (!earlier) {
    debug(`The queue has had ${jobId} before, from a newer version: nothing was put into it.`);
    return outcome;
  }
  // One Message-ID for all mails of a campaign would make one mail of them, without a word.
  if (options.idempotencyKey === undefined && !isForSame(earlier, mail)) throw otherRecipients(earlier);
  const compared = await comparedDigest(earlier.digest, options, keys);
  if (compared === 'other') throw otherMessage(earlier);
  if (compared === 'unknown' && options.idempotencyKey !== undefined)
    debug(`The queue has had ${jobId} before; whether it was the same message cannot be told.`);
  return { ...outcome, messageId: earlier.messageId };
}

function readEarlier({ stored, label, jobId, mail }: RepeatedSend): MailJob | undefined {
  try {
    return readJob(stored);
  } catch (error) {
    if (!(error instanceof UnreadableJobError)) throw error;
    // Its digest may be made in another way; the mail is there, and nothing may be sent twice.
    if (error.kind === 'newer-format') return undefined;
    throw new MailDeliveryError(
      'EMAILWRITE',
      `The queue ${label} has had a mail with this key before, whose job ${jobId} cannot be read: ${error.message}. Drop that job (npx nest-mailroom queue drop ${jobId}) and send the mail again.`,
      { phase: 'write', retryable: false, messageId: mail.messageId, cause: error },
    );
  }
}

/** By masked addresses: nothing else of them is in a job in clear. */
function isForSame({ recipients }: MailJob, { envelope }: ComposedMail): boolean {
  const now = envelope.to.map(maskAddresses).toSorted();
  return now.join() === recipients.toSorted().join();
}

function otherRecipients({ queuedAt }: MailJob): MailMessageError {
  return new MailMessageError(
    'EMAILMESSAGE',
    'messageId',
    `was used before for a mail to other recipients, which was queued at ${new Date(queuedAt).toISOString()}; nothing was queued now. Give each message a Message-ID of its own, or none`,
  );
}

function otherMessage({ queuedAt, messageId }: MailJob): MailMessageError {
  return new MailMessageError(
    'EMAILMESSAGE',
    'idempotencyKey',
    `was used before for another message, which was queued at ${new Date(queuedAt).toISOString()} (Message-ID ${visible(messageId)}); nothing was queued now. Give each message a key of its own, and the same message its first one`,
  );
}
