import type { QueuedMailProgress } from '../../core/delivery/mail-delivery.js';
import type { RejectedRecipient } from '../../core/errors/mail-delivery-error.js';
import type { JobRecord, JobRefusal, MailJob } from './mail-job.js';

/** What one try has brought, each recipient by its place in the envelope. */
export interface TryOutcome {
  readonly delivered: readonly number[];
  readonly refused: readonly JobRefusal[];
  readonly deferred: readonly JobRefusal[];
  /** When it was over, in milliseconds since 1970. */
  readonly at: number;
  /** Whether it counts as a try: no server has decided anything where none could be used. @default true */
  readonly counts?: boolean;
  /** Whether a fallback took it. @default false */
  readonly fallback?: boolean;
}

/** Who is still to get a mail, by their places in the envelope: those who neither have it nor were refused. */
export function pendingOf(record: JobRecord | undefined, count: number): readonly number[] {
  const done = new Set([...(record?.delivered ?? []), ...(record?.refused ?? []).map(({ at }) => at)]);
  return Array.from({ length: count }, (_, at) => at).filter(at => !done.has(at));
}

/** Whether nobody waits for a mail or was refused: only then it needs its bytes no more. */
export function everybodyHasIt({ record, recipients }: Pick<MailJob, 'recipients' | 'record'>): boolean {
  return (record?.delivered.length ?? 0) >= recipients.length;
}

/**
 * The record after a try. Who has the mail keeps it, whatever is said of them later.
 *
 * @param record undefined before the first try
 * @param count recipients in all; when none of them is pending any more, the record has ended
 */
export function afterTry(
  record: JobRecord | undefined,
  count: number,
  { at, counts = true, fallback = false, ...outcome }: TryOutcome,
): JobRecord {
  const delivered = sorted(new Set([...(record?.delivered ?? []), ...outcome.delivered]));
  const done = new Set(delivered);
  const refused = latest([...(record?.refused ?? []), ...outcome.refused], done);
  for (const refusal of refused) done.add(refusal.at);
  const deferred = latest([...(record?.deferred ?? []), ...outcome.deferred], done);
  // Whether it was too old at this try is not known here.
  const { endedAt: _endedAt, overdue: _overdue, ...before } = record ?? {};
  return {
    ...before,
    tries: (record?.tries ?? 0) + (counts ? 1 : 0),
    delivered,
    refused,
    deferred,
    ...((fallback || record?.fallback === true) && { fallback: true }),
    triedAt: at,
    ...(done.size >= count && { endedAt: at }),
  };
}

/** The record of a mail that is not tried again, although somebody still waits for it. */
export function givenUp(record: JobRecord | undefined, at: number): JobRecord {
  return { ...(record ?? { tries: 0, delivered: [], refused: [], deferred: [], triedAt: at }), endedAt: at };
}

/**
 * The record for another round of tries that an operator asks for: who has the mail keeps it, all others are pending again, with the
 * reasons that they had.
 *
 * @param at when that was, in milliseconds since 1970: from then on counts the time after which it is given up
 */
export function forRetry(record: JobRecord | undefined, at: number): JobRecord {
  const delivered = record?.delivered ?? [];
  return {
    tries: 0,
    delivered,
    refused: [],
    deferred: latest([...(record?.deferred ?? []), ...(record?.refused ?? [])], new Set(delivered)),
    ...(record?.fallback === true && { fallback: true }),
    triedAt: record?.triedAt ?? at,
    since: at,
  };
}

/** Since when the time of a mail counts after which it is given up, in milliseconds since 1970. */
export function startOf({ dueAt, record }: Pick<MailJob, 'dueAt' | 'record'>): number {
  return record?.since ?? dueAt;
}

/** What a record says of the recipients of a mail, and how it ended. */
export interface RecordedProgress extends Pick<
  QueuedMailProgress,
  'accepted' | 'rejected' | 'attempts' | 'reason'
> {
  /** Undefined while it has not ended. */
  readonly state?: 'delivered' | 'partly' | 'failed';
}

/** How far a mail has come, as its job says it: addresses are masked. What the queue does with the job now is not in it. */
export function progressOf({ recipients, record }: Pick<MailJob, 'recipients' | 'record'>): RecordedProgress {
  if (!record) return { accepted: [], rejected: [], attempts: 0 };
  const addressOf = (at: number): string => recipients[at] ?? '';
  const rejected = [
    ...record.refused.map(refusal => rejectedOf(refusal, addressOf(refusal.at), false)),
    ...record.deferred.map(refusal => rejectedOf(refusal, addressOf(refusal.at), true)),
  ];
  const reason = (record.refused.at(-1) ?? record.deferred.at(-1))?.reason;
  return {
    ...(record.endedAt !== undefined && { state: endOf(record, recipients.length) }),
    accepted: record.delivered.map(addressOf),
    rejected,
    attempts: record.tries,
    ...(reason !== undefined && { reason }),
  };
}

function endOf({ delivered }: JobRecord, count: number): 'delivered' | 'partly' | 'failed' {
  if (delivered.length === count) return 'delivered';
  return delivered.length > 0 ? 'partly' : 'failed';
}

function rejectedOf(
  { code, enhancedCode, reason }: JobRefusal,
  address: string,
  retryable: boolean,
): RejectedRecipient {
  return {
    address,
    ...(code !== undefined && { code }),
    ...(enhancedCode !== undefined && { enhancedCode }),
    response: reason,
    retryable,
  };
}

/** What was said last of each recipient of whom nothing else is settled, in the order of the envelope. */
function latest(refusals: readonly JobRefusal[], settled: ReadonlySet<number>): JobRefusal[] {
  const byPlace = new Map(refusals.map(refusal => [refusal.at, refusal]));
  return [...byPlace.values()]
    .filter(({ at }) => !settled.has(at))
    .toSorted((left, right) => left.at - right.at);
}

function sorted(places: ReadonlySet<number>): number[] {
  return [...places].toSorted((left, right) => left - right);
}
