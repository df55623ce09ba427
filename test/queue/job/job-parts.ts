import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ComposedMail } from '../../../lib/core/mime/composed-mail.js';
import type { MailJob } from '../../../lib/queue/job/mail-job.js';
import { SealingKeys } from '../../../lib/queue/job/sealing-keys.js';
import type { UnreadableJobKind } from '../../../lib/queue/job/unreadable-job-error.js';
import { UnreadableJobError } from '../../../lib/queue/job/unreadable-job-error.js';

/** An id as `jobIdOf` makes them. */
export const JOB_ID = `m${'aB3-_'.repeat(8)}xyz`;
/** A token of a job. */
export const TOKEN = '4b4c1a0e-7c1f-4d53-9d6e-0a1b2c3d4e5f';

/** Keys of chance. */
export function someKeys(count = 1): { keys: SealingKeys; octets: Buffer[] } {
  const octets = Array.from({ length: count }, () => randomBytes(32));
  return { keys: new SealingKeys(octets), octets };
}

/** A small mail, with other facts where a test asks for them. */
export function smallMail(facts: Partial<ComposedMail> & { message?: Buffer } = {}): ComposedMail {
  const { message = Buffer.from('Subject: Hello\r\n\r\nHello.\r\n'), ...others } = facts;
  return {
    envelope: { from: 'no-reply@contoso.com', to: ['ann@contoso.com', 'bob@example.com'] },
    messageId: '<1@contoso.com>',
    size: message.length,
    bytes: async () => message,
    stream: () => Readable.from([message], { objectMode: false }),
    ...others,
  };
}

/** A job that nothing is wrong with. */
export function soundJob(facts: Partial<MailJob> = {}): MailJob {
  return {
    format: 1,
    messageId: '<1@contoso.com>',
    size: 26,
    recipients: ['a***@contoso.com', 'b***@example.com'],
    queuedAt: 1_795_000_000_000,
    dueAt: 1_795_000_000_000,
    token: TOKEN,
    content: { bytes: 'AAAA' },
    ...facts,
  };
}

/** The error that something ends with; fails the test when it is none of a job. */
export function unreadable(action: () => unknown): UnreadableJobError {
  try {
    action();
  } catch (error) {
    if (error instanceof UnreadableJobError) return error;
    throw error;
  }
  throw new Error('No UnreadableJobError was thrown.');
}

/** Its kind. */
export function kindOf(action: () => unknown): UnreadableJobKind {
  return unreadable(action).kind;
}
