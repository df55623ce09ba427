import { randomUUID } from 'node:crypto';
import type { QueuedDeliverOptions } from '../../core/delivery/mail-delivery.js';
import { MailMessageError } from '../../core/errors/mail-message-error.js';
import type { ComposedMail } from '../../core/mime/composed-mail.js';
import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import { contentName } from '../store/content-name.js';
import type { NewJob } from '../store/queue-store.js';
import { encodeContent } from './content-bytes.js';
import { digestOf } from './job-digest.js';
import { jobIdOf } from './job-id.js';
import type { JobContent, MailJob } from './mail-job.js';
import { JOB_FORMAT } from './mail-job.js';
import type { SealingKeys } from './sealing-keys.js';

/** How the mails of a queue become jobs. */
export interface NewJobOptions {
  readonly keys: SealingKeys;
  /** Octets of envelope and message above which they leave the job. */
  readonly above: number;
  /** Whether they go to a folder then. @default they go to the store of the queue */
  readonly toDirectory?: boolean;
  /** Trace context of the send. @default none */
  readonly trace?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds since 1970. @default the time */
  readonly now?: number;
}

/** A job for the store, with what is to be written elsewhere first. */
export interface PreparedJob {
  readonly job: NewJob;
  /** What is to be written into the folder before the job is added, and to be removed when it was not; undefined when nothing is. */
  readonly file?: { readonly name: string; readonly bytes: Buffer };
}

/** Octets of the largest message: what Redis takes as one value, and what memory holds several times. */
const MOST_MIB = 256;
const MOST_OCTETS = MOST_MIB * 1024 * 1024;
/** The built-in mails that give somebody a password, or the way to a new one. */
const RESET_MAILS: ReadonlySet<string | undefined> = new Set(['reset-password', 'reset-password-one-way']);
/** Somebody waits for a reset mail. */
const RESET_PRIORITY = 1;
const PRIORITY = 10;

/**
 * Makes the job of a mail. Reads its bytes once; nothing is written.
 *
 * @throws MailMessageError `EMAILMESSAGE` when the mail is too large for a queue, or holds secrets and the queue has no keys
 */
export async function prepareJob(
  mail: ComposedMail,
  options: QueuedDeliverOptions,
  { keys, above, toDirectory = false, trace, now = Date.now() }: NewJobOptions,
): Promise<PreparedJob> {
  refuseSecretsInClear(mail, keys);
  if (mail.size !== undefined) refuseTooLarge(mail.size);
  const { messageId, template, culture } = mail;
  const bytes = await mail.bytes();
  refuseTooLarge(bytes.length);
  const id = jobIdOf({ idempotencyKey: options.idempotencyKey, messageId, part: options.part });
  const encoded = encodeContent(mail, bytes);
  const sealed = keys.seal(id, encoded);
  const stored = sealed?.bytes ?? encoded;
  const token = randomUUID();
  const name = contentName(id, token);
  const isLarge = encoded.length > above;
  const content: JobContent = {
    ...(sealed && { key: sealed.key }),
    ...(isLarge
      ? { place: toDirectory ? ('directory' as const) : ('store' as const), name }
      : { bytes: stored.toString('base64') }),
  };
  const digest = await digestOf(options, keys);
  const dueAt = Math.max(now, Math.ceil(options.dueAt ?? now));
  const data: MailJob = {
    format: JOB_FORMAT,
    messageId,
    ...(template !== undefined && { template }),
    ...(culture !== undefined && { culture }),
    size: bytes.length,
    recipients: mail.envelope.to.map(maskAddresses),
    queuedAt: now,
    dueAt,
    token,
    ...(digest && { digest }),
    ...(trace && { trace }),
    content,
  };
  const job: NewJob = {
    id,
    name: template ?? 'mail',
    data,
    ...(isLarge && !toDirectory && { content: stored }),
    delayMs: dueAt - now,
    priority: options.priority ?? (RESET_MAILS.has(template) ? RESET_PRIORITY : PRIORITY),
    ...(options.transaction && { transaction: options.transaction }),
  };
  return { job, ...(isLarge && toDirectory && { file: { name, bytes: stored } }) };
}

function refuseSecretsInClear({ secrets = [], template }: ComposedMail, keys: SealingKeys): void {
  if (keys.first !== undefined) return;
  // A text of blanks hides nothing.
  const holdsSecrets = RESET_MAILS.has(template) || secrets.some(text => text.trim() !== '');
  if (holdsSecrets)
    throw new MailMessageError(
      'EMAILMESSAGE',
      'secrets',
      'the mail holds secrets, such as the token of a link, and the queue has no keys: whoever reads its store would have them; set the option keys of MailQueueModule and of the workers (make a key with: openssl rand -base64 32)',
    );
}

function refuseTooLarge(octets: number): void {
  if (octets > MOST_OCTETS)
    throw new MailMessageError(
      'EMAILMESSAGE',
      'attachments',
      `the mail has ${Math.ceil(octets / 1024 / 1024)} MiB, and a queue takes ${MOST_MIB} MiB at most; send a link to its files instead`,
    );
}
