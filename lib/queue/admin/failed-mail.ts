import type { Job } from 'bullmq';
import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import { visible } from '../../core/redaction/printable.js';
import type { MailJob } from '../job/mail-job.js';

/** A mail that was given up. */
export interface FailedMail {
  /** The job, as receipts name it and as `retry` and `drop` take it. */
  readonly id: string;
  /** Message-ID with its angle brackets; empty when the job is damaged. */
  readonly messageId: string;
  readonly template?: string;
  /** Masked: `a***@contoso.com`. */
  readonly recipients: readonly string[];
  /** Why it was given up; addresses are masked. */
  readonly reason: string;
  readonly failedAt: Date;
  /** Tries that have reached a server. */
  readonly attempts: number;
}

const LONGEST_REASON = 1000;

/** A failed job in facts. Whatever stands in it, none of it throws: somebody may have edited it, or another program written it. */
export function failedMail(job: Job<MailJob>): FailedMail {
  const data: unknown = job.data;
  const template = textIn(data, 'template');
  const record = valueIn(data, 'record');
  const tries = valueIn(record, 'tries');
  return {
    id: job.id ?? '',
    messageId: textIn(data, 'messageId') ?? '',
    ...(template !== undefined && { template }),
    recipients: textsIn(data, 'recipients').map(maskAddresses),
    reason: reasonText(job.failedReason),
    failedAt: new Date(job.finishedOn ?? job.timestamp),
    attempts: typeof tries === 'number' ? tries : job.attemptsMade,
  };
}

/** A reason as it may be shown: BullMQ itself, or another program, may have written it. */
export function reasonText(reason: unknown): string {
  return typeof reason === 'string' ? visible(maskAddresses(reason.slice(0, LONGEST_REASON))) : '';
}

function valueIn(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
}

function textIn(value: unknown, key: string): string | undefined {
  const text = valueIn(value, key);
  return typeof text === 'string' ? text : undefined;
}

function textsIn(value: unknown, key: string): string[] {
  const list = valueIn(value, key);
  return Array.isArray(list) ? list.filter(item => typeof item === 'string') : [];
}
