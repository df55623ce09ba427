import { createHash } from 'node:crypto';

/** What makes a mail one of its own in the queue. */
export interface JobIdentity {
  /** The caller's own name for the send; undefined where he gave none. */
  readonly idempotencyKey?: string | undefined;
  readonly messageId: string;
  /** Which of the mails of one send. @default 0 */
  readonly part?: number | undefined;
}

const DOMAIN = 'nest-mailroom queue job id 1';

/**
 * The id of the job of a mail: a digest of the caller's key, else of the Message-ID. A plain digest, as it must stay the same
 * when keys are changed. Begins with a letter and has no `:`, as BullMQ demands.
 */
export function jobIdOf({ idempotencyKey, messageId, part = 0 }: JobIdentity): string {
  const named = idempotencyKey === undefined ? ['Message-ID', messageId] : ['key', idempotencyKey];
  // JSON tells apart what would be alike when it is joined, lone surrogates included.
  const text = JSON.stringify([DOMAIN, ...named, part]);
  return `m${createHash('sha256').update(text).digest('base64url')}`;
}

/** Whether a text can be the id of a job of this package; such a text is safe as the name of a file. */
export function isJobId(text: string): boolean {
  return /^m[\w-]{43}$/.test(text);
}
