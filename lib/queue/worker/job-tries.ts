import { setTimeout as delay } from 'node:timers/promises';
import type { GatedDelivery } from '../../core/delivery/gate/gated-delivery.js';
import type { RecipientVerdict } from '../../core/delivery/recipient-verdict.js';
import { logText } from '../../core/redaction/log-text.js';
import { finishedJob } from '../job/finished-job.js';
import { afterTry, everybodyHasIt, givenUp, pendingOf } from '../job/job-record.js';
import type { JobRecord, MailJob } from '../job/mail-job.js';
import { inNewRound } from '../job/new-round.js';
import type { QueuedMail } from '../job/queued-mail.js';
import { UnreadableJobError } from '../job/unreadable-job-error.js';
import type { AutomaticPause } from './automatic-pause.js';
import type { ClaimedJob } from './claimed-job.js';
import type { JobContents } from './job-contents.js';
import { jobGone } from './job-gone.js';
import type { JobOutcome } from './job-outcome.js';
import { factsOf, failure, outcomeOnRecord } from './job-outcome.js';
import type { JobRecordWriter } from './job-record-writer.js';
import type { TryVerdict } from './mail-tries.js';
import { tryMail } from './mail-tries.js';
import type { QueueWorkerListener } from './queue-worker-event.js';
import { reasonOf, refusalOf } from './refusal-reason.js';
import type { RetrySchedule } from './retry-schedule.js';
import { StaleJobError } from './stale-job-error.js';
import type { StoredJob, StoredJobs } from './stored-jobs.js';

/** Does something around a try, such as a span of a trace. */
export type AroundTry = (job: MailJob, deliver: () => Promise<TryVerdict>) => Promise<TryVerdict>;

/** What tries are made with. */
export interface JobTriesParts {
  readonly delivery: GatedDelivery;
  readonly contents: JobContents;
  readonly schedule: RetrySchedule;
  readonly pause: AutomaticPause;
  readonly writer: JobRecordWriter;
  readonly stored: StoredJobs;
  readonly around: AroundTry;
  readonly stopping: AbortSignal;
  readonly emit: QueueWorkerListener;
  /** Milliseconds that a job waits whose worker was cut off: it may come back and say what became of the mail. */
  readonly stalledWaitMs: number;
}

/** Tries to deliver the mails of jobs, and puts on record what came of a try before anything else happens. */
export class JobTries {
  readonly #parts: JobTriesParts;

  constructor(parts: JobTriesParts) {
    this.#parts = parts;
  }

  /** Tries once unless it is on record that nobody waits, and says what is to be done with the job. */
  async run(claimed: ClaimedJob, data: MailJob): Promise<JobOutcome> {
    const settled = await this.#settled(claimed, data);
    if (settled) return settled;
    if (claimed.job.stalledCounter === 0) return this.#try(claimed, data);
    const { stalledWaitMs, stopping, stored } = this.#parts;
    await delay(stalledWaitMs, undefined, { signal: stopping }).catch(() => {});
    if (stopping.aborted) return { kind: 'returned' };
    const now = await stored.read(claimed.id);
    if (!now) return { kind: 'left' };
    const current = inNewRound(now.data, claimed.job.attemptsMade, Date.now());
    return (await this.#settled(claimed, current)) ?? this.#try(claimed, current);
  }

  /**
   * What is to be done with a job whose end an earlier worker has put on record. One that was cut off, and said later who has the
   * mail, has left its bytes there, and has not said in which round of tries it has ended.
   */
  async #settled(claimed: ClaimedJob, data: MailJob): Promise<JobOutcome | undefined> {
    const outcome = outcomeOnRecord(data);
    const { record, content } = data;
    if (!outcome || !record || !content) return outcome;
    if (outcome.kind === 'failed' && record.endedIn !== undefined) return outcome;
    const ended = { ...givenUp(record, record.endedAt ?? record.triedAt), endedIn: claimed.job.attemptsMade };
    const job: MailJob = { ...data, record: ended };
    const isDone = outcome.kind === 'completed';
    if ((await this.#write(claimed, isDone ? finishedJob(job) : job)) !== 'done') return { kind: 'left' };
    return isDone ? this.#done(claimed.id, job, ended) : outcome;
  }

  async #try(claimed: ClaimedJob, data: MailJob): Promise<JobOutcome> {
    const { delivery, contents, around } = this.#parts;
    const mail = await contents.open(claimed.id, data);
    const places = new Map(mail.envelope.to.map((address, at) => [address, at]));
    const pending = new Set(pendingOf(data.record, data.recipients.length));
    const to = mail.envelope.to.filter((_, at) => pending.has(at));
    const began = performance.now();
    const slot = delivery.slot();
    try {
      const deliver = (): Promise<TryVerdict> =>
        tryMail(delivery, mail, to, slot, () => this.#checkOwned(claimed, data));
      const verdict = await around(data, deliver);
      this.#learn(verdict, began, mail);
      switch (verdict.kind) {
        case 'decided':
          return await this.#record(claimed, data, this.#recordOf(data, verdict, places, mail));
        case 'lost':
          return { kind: 'left' };
        case 'unavailable':
        case 'undecided':
        case 'stopped':
          return { kind: 'returned' };
      }
    } finally {
      // Not before the outcome is on record: until then this mail is one of those that a crash would send twice.
      slot.release();
    }
  }

  /** What a try says of the server. */
  #learn(verdict: TryVerdict, began: number, { secrets }: QueuedMail): void {
    const { pause, emit } = this.#parts;
    if (verdict.kind === 'unavailable') {
      const paused = pause.failed(logText(verdict.reason, secrets), began);
      if (paused) emit({ type: 'paused', ...paused });
    }
    if (verdict.kind === 'decided' && pause.succeeded()) emit({ type: 'resumed' });
  }

  /** Just before the end of a mail is sent: no other worker may have it, or have had it while this one waited for its turn. */
  async #checkOwned({ id, job, lock }: ClaimedJob, data: MailJob): Promise<void> {
    await lock.confirm();
    if (job.stalledCounter === 0) return;
    const now = await this.#parts.stored.read(id).catch((error: unknown) => {
      throw new StaleJobError('The record of the job cannot be read.', { cause: error });
    });
    if (now?.data.record?.triedAt !== data.record?.triedAt)
      throw new StaleJobError('The job has another record than it had.');
  }

  #recordOf(
    { record, recipients }: MailJob,
    verdict: RecipientVerdict & { fallback: boolean },
    places: ReadonlyMap<string, number>,
    { secrets }: QueuedMail,
  ): JobRecord {
    const placeOf = (address: string): number => places.get(address) ?? 0;
    return afterTry(record, recipients.length, {
      delivered: verdict.delivered.map(placeOf),
      refused: verdict.refused.map(one => refusalOf(one, placeOf(one.address), secrets)),
      deferred: verdict.deferred.map(one => refusalOf(one, placeOf(one.address), secrets)),
      at: Date.now(),
      fallback: verdict.fallback,
    });
  }

  /** Puts a record into the store. What is told and done with the job comes after that. */
  async #record(claimed: ClaimedJob, before: MailJob, tried: JobRecord): Promise<JobOutcome> {
    const { schedule } = this.#parts;
    const overdue = tried.endedAt === undefined ? schedule.overdue(before) : undefined;
    const open: JobRecord = { ...tried, ...(overdue && { overdue }) };
    const next = open.endedAt === undefined ? schedule.after(open) : undefined;
    const decided = next?.kind === 'never' ? givenUp(open, open.triedAt) : open;
    const record =
      decided.endedAt === undefined ? decided : { ...decided, endedIn: claimed.job.attemptsMade };
    const job: MailJob = { ...before, record };
    const isDone = everybodyHasIt(job);
    const answer = await this.#write(claimed, isDone ? finishedJob(job) : job);
    if (answer !== 'done') return this.#unrecorded(claimed, before, record, answer);
    if (isDone) return this.#done(claimed.id, job, record);
    if (next?.kind === 'again') return deferral(job, record, next.waitMs);
    return failure(job, next?.reason);
  }

  /** That everybody has a mail is on record: only now its bytes may go, which another worker might have had to read until then. */
  async #done(id: string, job: MailJob, record: JobRecord): Promise<JobOutcome> {
    const { contents, emit } = this.#parts;
    await contents.remove(id, job).catch((error: unknown) => {
      const reason = `${id}: its bytes could not be removed, and will be swept later: ${logText(error)}`;
      emit({ type: 'problem', reason });
    });
    return { kind: 'completed', event: deliveredEvent(job, record) };
  }

  /** `gone` also when the lock has run out: another worker may have the job, and its record must not be replaced. */
  #write({ job, lock }: ClaimedJob, data: MailJob): ReturnType<JobRecordWriter['until']> {
    return this.#parts.writer.until(async () => {
      if (!(await lock.isHeld())) throw jobGone('Another worker may have the job.');
      await job.updateData(data);
    });
  }

  /** Who has a mail is added to the record that another worker keeps, as long as there is one. */
  async #unrecorded(
    { id }: ClaimedJob,
    before: MailJob,
    { delivered, triedAt }: JobRecord,
    answer: 'gone' | 'cut',
  ): Promise<JobOutcome> {
    const known = new Set(before.record?.delivered);
    const news = delivered.filter(at => !known.has(at));
    if (news.length === 0) return { kind: 'left' };
    const { writer, stored, emit } = this.#parts;
    const added =
      answer === 'gone' ? await writer.until(() => addDelivered(stored, id, news, triedAt)) : answer;
    if (added === 'cut') {
      const reason = `${id}: that ${news.length} of its recipients have the mail could not be put on record before the end; they may get it twice`;
      emit({ type: 'problem', reason });
    }
    return { kind: 'left' };
  }
}

async function addDelivered(
  stored: StoredJobs,
  id: string,
  delivered: readonly number[],
  at: number,
): Promise<void> {
  const now: StoredJob | undefined = await stored.read(id).catch((error: unknown) => {
    if (error instanceof UnreadableJobError) return undefined;
    throw error;
  });
  if (!now?.data.content) return;
  const { data } = now;
  const outcome = { delivered, refused: [], deferred: [], at, counts: false };
  const job = { ...data, record: afterTry(data.record, data.recipients.length, outcome) };
  await now.update(job);
}

function deliveredEvent(
  job: MailJob,
  { delivered, fallback, triedAt }: JobRecord,
): NonNullable<Extract<JobOutcome, { kind: 'completed' }>['event']> {
  return {
    type: 'delivered',
    ...factsOf(job),
    recipients: delivered.length,
    fallback: fallback ?? false,
    afterMs: Math.max(0, triedAt - job.dueAt),
  };
}

function deferral(job: MailJob, { deferred }: JobRecord, waitMs: number): JobOutcome {
  const reason = reasonOf(deferred, job);
  return {
    kind: 'deferred',
    waitMs,
    event: { type: 'deferred', ...factsOf(job), recipients: deferred.length, reason },
  };
}
