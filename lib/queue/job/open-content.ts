import { decodeContent } from './content-bytes.js';
import { base64, wrong } from './job-fields.js';
import type { MailJob } from './mail-job.js';
import type { QueuedMail } from './queued-mail.js';
import type { SealingKeys } from './sealing-keys.js';
import { UnreadableJobError } from './unreadable-job-error.js';

/** A job whose content is to be read. */
export interface OpenedJob {
  readonly id: string;
  readonly job: MailJob;
  /** What stands where the content says, when it is not in the job; undefined when nothing is there. */
  readonly elsewhere?: Buffer | undefined;
}

/**
 * Opens envelope and bytes of a job.
 *
 * @throws UnreadableJobError `unknown-key`, `unsealed`, `changed` or `damaged`
 */
export function openContent({ id, job, elsewhere }: OpenedJob, keys: SealingKeys): QueuedMail {
  const { content } = job;
  if (!content) throw wrong('content', 'is missing');
  // Before anything is read: what is sealed for a queue with keys would otherwise be replaced by something in clear.
  if (content.key === undefined && keys.first !== undefined)
    throw new UnreadableJobError(
      'unsealed',
      'It is in clear, and this worker has keys, so that anybody with access to the store could have written it; when keys were set while mails were in the queue, let one worker without keys deliver those',
    );
  const stored = content.bytes === undefined ? elsewhere : base64(content.bytes, 'content.bytes');
  if (!stored)
    throw new UnreadableJobError(
      'damaged',
      `Its bytes are not where they were put (${content.place === 'directory' ? 'the folder claimCheck.directory' : 'the store of the queue'}); it cannot be sent`,
    );
  const mail = decodeContent(content.key === undefined ? stored : keys.open(id, content.key, stored));
  // The record names recipients by their places.
  if (mail.envelope.to.length !== job.recipients.length)
    throw wrong('recipients', 'are not as many as the envelope has');
  if (mail.messageId !== job.messageId) throw wrong('messageId', 'is not that of the content');
  return mail;
}
