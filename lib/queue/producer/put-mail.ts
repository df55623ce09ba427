import { performance } from 'node:perf_hooks';
import { answerWithin } from '../../core/concurrency/answer-within.js';
import type { AnySignal } from '../../core/concurrency/lazy-signal.js';
import { linkedAbort } from '../../core/concurrency/linked-abort.js';
import type { DeliveryOutcome, QueuedDeliverOptions } from '../../core/delivery/mail-delivery.js';
import { MailMessageError } from '../../core/errors/mail-message-error.js';
import type { ComposedMail } from '../../core/mime/composed-mail.js';
import type { PreparedJob } from '../job/new-job.js';
import { prepareJob } from '../job/new-job.js';
import type { ContentStore } from '../store/content-store.js';
import type { AddedJob } from '../store/queue-store.js';
import { StoreUnavailableError } from '../store/store-unavailable-error.js';
import { outcomeOfRepeated } from './earlier-send.js';
import type { ProducerParts } from './producer-parts.js';
import type { FailedPlace } from './put-failure.js';
import { putFailure } from './put-failure.js';

/** Octets that a folder takes in a second at the least: a large mail gets as much more time. */
const SLOWEST_FOLDER = 1024 * 1024;

/**
 * Puts one mail into the queue, unless a mail of the same key is there.
 *
 * @param signal ends the wait for the store
 * @throws MailMessageError when the mail, or an option of its send, does not suit the queue; nothing was written
 * @throws MailDeliveryError when the queue cannot be used
 */
export async function putMail(
  parts: ProducerParts,
  mail: ComposedMail,
  options: QueuedDeliverOptions,
  signal: AnySignal,
): Promise<DeliveryOutcome> {
  const { store, keys, above, directory, telemetry, debug } = parts;
  if (options.transaction !== undefined && store.kind !== 'postgres')
    throw new MailMessageError(
      'EMAILMESSAGE',
      'transaction',
      'the queue is in Redis, which takes no part in the transaction of a database; it needs a queue in PostgreSQL, as connection: { postgres: … } of MailQueueModule makes it',
    );
  const trace = await telemetry.traceContext();
  const prepared = await prepareJob(mail, options, {
    keys,
    above,
    toDirectory: directory !== undefined,
    trace,
  });
  const { added, data } = await put(parts, prepared, mail.messageId, signal);
  const jobId = prepared.job.id;
  if (added) return { status: 'queued', accepted: [...mail.envelope.to], rejected: [], jobId };
  return outcomeOfRepeated({ mail, options, jobId, stored: data, keys, label: store.label, debug });
}

/** Bytes in the folder go first: no worker may find a job without them. Those of a job that was not added are removed. */
async function put(
  { store, directory, timeoutMs }: ProducerParts,
  { job, file }: PreparedJob,
  messageId: string,
  signal: AnySignal,
): Promise<AddedJob> {
  const begun = performance.now();
  let place: FailedPlace = 'store';
  let needed = false;
  try {
    if (file && directory) {
      // A large file is not written for a store that is away.
      await store.queue(timeoutMs);
      place = 'folder';
      await writeFile(directory, file, timeoutMs, signal);
      place = 'store';
    }
    const leftMs = file ? timeoutMs : Math.max(Math.ceil(timeoutMs - (performance.now() - begun)), 1);
    const added = await store.add(job, leftMs, signal);
    needed = added.added;
    return added;
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    needed = error.maybeWritten;
    throw putFailure(error, place, store.label, messageId);
  } finally {
    // What cannot be removed now is swept. Nobody waits for a share that hangs.
    if (file && !needed) void directory?.remove(file.name).catch(() => {});
  }
}

/** A share that hangs holds no send longer than a slow one would. */
async function writeFile(
  directory: ContentStore,
  { name, bytes }: NonNullable<PreparedJob['file']>,
  timeoutMs: number,
  signal: AnySignal,
): Promise<void> {
  const limitMs = timeoutMs + Math.ceil((bytes.length / SLOWEST_FOLDER) * 1000);
  const linked = linkedAbort(signal);
  try {
    await answerWithin(
      limitMs,
      () => directory.write(name, bytes, linked.signal.platform),
      () =>
        new StoreUnavailableError(
          `the folder for large mails (option claimCheck.directory) did not answer (waited ${limitMs} ms)`,
          { maybeWritten: false },
        ),
    );
  } finally {
    // A write that is too late removes what it has written.
    linked.abort();
    linked.unlink();
  }
}
