import type { RedisOptions } from 'ioredis';
import type { PoolConfig } from 'pg';
import type { SmtpOptions } from '../core/delivery/smtp/smtp-options.js';
import type { MailSettingsInput } from '../core/settings/mail-settings.js';

/** Where a queue lives, and what it keeps. The same for those who send and those who deliver. */
export interface MailQueueOptions {
  /** Redis or Valkey: options of `ioredis`, or `redis://…`. PostgreSQL: `{ postgres: … }`, options of `pg` or `postgres://…`. */
  connection: RedisOptions | string | { postgres: string | PoolConfig };
  /** What the keys of the queue begin with in Redis; in PostgreSQL the schema. @default 'bull' in Redis, 'bullmq' in PostgreSQL */
  prefix?: string;
  /** Name of the queue; one queue for each mailer. @default 'mail' */
  name?: string;
  /**
   * Keys that seal mails in the store (AES-256-GCM), base64 of 32 octets each: the first seals, all open.
   * @default none: mails are stored in clear, and one that holds secrets is refused
   */
  keys?: string[];
  /** How long the facts of delivered mails are kept, which is as long as a key is remembered. @default { seconds: 86400, count: 10000 } */
  keepCompleted?: KeptJobs;
  /** How long mails that were given up are kept, with all that it takes to try them again. @default { seconds: 1209600 } (14 days) */
  keepFailed?: KeptJobs;
  /** Where the bytes of large mails are kept. @default in the store of the queue, beside the jobs */
  claimCheck?: ClaimCheckOptions;
  /** Milliseconds after which a send into a queue that cannot be reached fails. @default 5000 */
  timeoutMs?: number;
}

/** How many finished jobs are kept, and for how long. */
export interface KeptJobs {
  /** Seconds since a job has ended. @default no limit */
  seconds?: number;
  /** Most jobs; the oldest go first. @default no limit */
  count?: number;
}

/** Where the bytes of large mails are kept. */
export interface ClaimCheckOptions {
  /** A folder that all who send and all who deliver can reach. @default none: in the store of the queue */
  directory?: string;
  /** Octets above which the bytes of a mail leave its job. @default 131072 (128 KiB) */
  above?: number;
}

/**
 * How the mails of a queue are delivered.
 *
 * @typeParam S the settings; the module checks with it those that are written in code
 */
export interface MailQueueWorkerOptions<S = MailSettingsInput> extends MailQueueOptions {
  /** Where mails go: SMTP or pickup directory, as `MailSettings` say. */
  settings: S;
  /** Further options of the SMTP connection. @default none */
  smtp?: SmtpOptions;
  /** Settings of a second server or of a pickup directory, which takes over when the SMTP server cannot be used. @default none */
  fallback?: MailSettingsInput;
  /** Mails worked on at the same time. @default the setting MaxConnections */
  concurrency?: number;
  /** When a mail is tried again, and when it is given up. */
  retry?: QueueRetryOptions;
  /** Mails that may go out twice when this worker is killed: so many have ended while their outcome is not on record. @default 1 */
  unconfirmed?: number;
  /** Milliseconds that mails under way get to finish at shutdown; what is not finished is given back. @default 10000 */
  shutdownTimeoutMs?: number;
}

/** When a mail of a queue is tried again: only for recipients that do not have it, with the same Message-ID. */
export interface QueueRetryOptions {
  /** Tries of a mail in all, the first one included. @default no limit but giveUpAfterMs */
  attempts?: number;
  /** Milliseconds before the second try; each further wait is twice as long, with jitter. @default 60000 */
  firstMs?: number;
  /** Longest wait in milliseconds. @default 3600000 (1 h) */
  maxMs?: number;
  /** Milliseconds since a mail was due after which it is given up. @default 172800000 (2 days) */
  giveUpAfterMs?: number;
}
