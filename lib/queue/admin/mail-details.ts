import type { QueuedMailProgress } from '../../core/delivery/mail-delivery.js';
import { headerSection } from '../../core/mime/header-section.js';
import { readMail } from '../../core/mime/read-mail.js';
import { createRedactor } from '../../core/redaction/redact.js';
import type { JobRefusal, MailJob } from '../job/mail-job.js';
import { openContent } from '../job/open-content.js';
import type { QueuedMail } from '../job/queued-mail.js';
import { UnreadableJobError } from '../job/unreadable-job-error.js';
import { contentName } from '../store/content-name.js';
import { reasonText } from './failed-mail.js';
import { readable, stateOf } from './mail-progress.js';
import type { MailQueueParts } from './mail-queue-parts.js';
import type { QueueAccess } from './queue-access.js';
import { notFound } from './retry-failed.js';

/** What became of a mail for one recipient. */
export interface RecipientDetails {
  /** Masked unless the content of the mail could be opened. */
  readonly address: string;
  /** `pending`: not tried yet. `deferred`: refused for now. */
  readonly state: 'delivered' | 'refused' | 'deferred' | 'pending';
  readonly reason?: string;
  readonly code?: number;
  readonly enhancedCode?: string;
}

/** All that may be shown of a mail of the queue: never its body. */
export interface MailDetails {
  readonly id: string;
  readonly state: QueuedMailProgress['state'];
  readonly messageId?: string;
  readonly template?: string;
  readonly culture?: string;
  /** Octets of the message. */
  readonly size?: number;
  readonly queuedAt?: Date;
  /** When it was to be delivered at the earliest. */
  readonly dueAt?: Date;
  readonly triedAt?: Date;
  readonly endedAt?: Date;
  readonly attempts: number;
  /** Why it was given up. */
  readonly reason?: string;
  readonly recipients: readonly RecipientDetails[];
  /** Envelope sender and subject, where the content could be opened. */
  readonly opened?: { readonly from: string; readonly subject: string };
  /** Why the content was not opened; undefined when it was, and when it is gone because the mail is delivered. */
  readonly closed?: string;
}

/**
 * Looks at one mail, and opens its content where keys and folder are at hand.
 *
 * @throws MailQueueError when the queue does not have it
 */
export async function mailDetails(
  access: QueueAccess,
  parts: MailQueueParts,
  id: string,
): Promise<MailDetails> {
  const state = await access.ask(queue => queue.getJobState(id));
  const job = state === 'unknown' ? undefined : await access.ask(queue => queue.getJob(id));
  if (!job) throw notFound(id);
  const data = readable(job.data);
  const reason = reasonText(job.failedReason);
  const common = {
    id,
    state: stateOf(state, data),
    ...(reason !== '' && { reason }),
    ...(job.finishedOn !== undefined && { endedAt: new Date(job.finishedOn) }),
  };
  if (!data)
    return {
      ...common,
      attempts: job.attemptsMade,
      recipients: [],
      closed: 'The job is damaged, of a newer version, or of another application.',
    };
  const content = await opened(id, data, parts);
  const mail = content instanceof Error ? undefined : content;
  const { messageId, template, culture, size, record } = data;
  return {
    ...common,
    messageId,
    ...(template !== undefined && { template }),
    ...(culture !== undefined && { culture }),
    size,
    queuedAt: new Date(data.queuedAt),
    dueAt: new Date(data.dueAt),
    ...(record && { triedAt: new Date(record.triedAt) }),
    attempts: record?.tries ?? 0,
    recipients: recipientsOf(data, mail?.envelope.to ?? data.recipients),
    ...(mail && { opened: { from: mail.envelope.from, subject: await subjectOf(mail) } }),
    ...(content instanceof Error && { closed: `${content.message}.` }),
  };
}

/** @returns undefined when the content is gone, as that of a mail that is delivered */
async function opened(
  id: string,
  job: MailJob,
  { store, keys, directory }: MailQueueParts,
): Promise<QueuedMail | UnreadableJobError | undefined> {
  const { content, token } = job;
  if (!content) return undefined;
  if (content.key !== undefined && !keys.ids.includes(content.key))
    return new UnreadableJobError(
      'unknown-key',
      `It is sealed with the key ${content.key}, which is not here`,
    );
  try {
    const place = content.place === 'directory' ? directory : store.contents;
    const name = content.name ?? contentName(id, token);
    const elsewhere = content.place === undefined ? undefined : await place?.read(name);
    return openContent({ id, job, elsewhere }, keys);
  } catch (error) {
    if (error instanceof UnreadableJobError) return error;
    return new UnreadableJobError('damaged', 'Its content could not be read', { cause: error });
  }
}

function recipientsOf({ record }: MailJob, addresses: readonly string[]): RecipientDetails[] {
  const delivered = new Set(record?.delivered);
  const refused = new Map(record?.refused.map(refusal => [refusal.at, refusal]));
  const deferred = new Map(record?.deferred.map(refusal => [refusal.at, refusal]));
  return addresses.map((address, at) => {
    if (delivered.has(at)) return { address, state: 'delivered' };
    const refusal = refused.get(at);
    if (refusal) return { address, state: 'refused', ...factsOf(refusal) };
    const deferral = deferred.get(at);
    return deferral ? { address, state: 'deferred', ...factsOf(deferral) } : { address, state: 'pending' };
  });
}

function factsOf({
  reason,
  code,
  enhancedCode,
}: JobRefusal): Pick<RecipientDetails, 'reason' | 'code' | 'enhancedCode'> {
  return {
    reason: reasonText(reason),
    ...(code !== undefined && { code }),
    ...(enhancedCode !== undefined && { enhancedCode }),
  };
}

/** The subject, without what of the mail is secret. */
async function subjectOf(mail: QueuedMail): Promise<string> {
  const header = headerSection(await mail.bytes());
  const { subject } = await readMail(header ?? Buffer.alloc(0));
  return createRedactor(undefined, mail.secrets)(subject);
}
