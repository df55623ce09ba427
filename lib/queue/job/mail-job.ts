import type { OverdueTries } from '../../core/delivery/age-limit.js';

/** Format of the jobs that this version writes. A worker reads its own and older ones, and puts newer ones off. */
export const JOB_FORMAT = 1;

/**
 * What a job of the queue holds. All of it is in clear in the store, and shown by dashboards: envelope and bytes stand in
 * {@link JobContent.bytes} alone, sealed where the queue has keys.
 */
export interface MailJob {
  readonly format: number;
  readonly messageId: string;
  readonly template?: string;
  readonly culture?: string;
  /** Octets of the message. */
  readonly size: number;
  /** Recipients, masked, in the order of the envelope. */
  readonly recipients: readonly string[];
  /** When the send put it into the queue, in milliseconds since 1970. */
  readonly queuedAt: number;
  /** When it was to be delivered at the earliest, in milliseconds since 1970; `queuedAt` unless the send said later. */
  readonly dueAt: number;
  /** Random: tells the job of this send from that of an earlier one with the same id, whose data the store keeps. */
  readonly token: string;
  /** Digest of the message as the caller gave it; undefined where the caller gave no key of his own. */
  readonly digest?: JobDigest;
  /** Trace context of the send (W3C Trace Context), by header names. */
  readonly trace?: Readonly<Record<string, string>>;
  /** Undefined once the mail is delivered. */
  readonly content?: JobContent;
  /** Undefined before the first try. */
  readonly record?: JobRecord;
}

/** The digest of a message, and what it was made with. */
export interface JobDigest {
  /** Id of the key of the HMAC; undefined for plain SHA-256. */
  readonly key?: string;
  readonly value: string;
}

/** Where envelope and bytes of a mail are. */
export interface JobContent {
  /** Id of the key that seals them; undefined when they are in clear. */
  readonly key?: string;
  /** Base64 of them; undefined when they are elsewhere. */
  readonly bytes?: string;
  /** Where they are, when they are not here. */
  readonly place?: 'directory' | 'store';
  /** What they are called there: of this send alone, so that a duplicate never replaces what was queued. @default the id of the job */
  readonly name?: string;
}

/** What became of a mail so far, each recipient by its place in the envelope. Reasons are masked. */
export interface JobRecord {
  /** Tries that have reached a server and were decided by it. */
  readonly tries: number;
  /** Who has the mail. */
  readonly delivered: readonly number[];
  /** Who was refused for good. */
  readonly refused: readonly JobRefusal[];
  /** Who waits for another try, and why. */
  readonly deferred: readonly JobRefusal[];
  /** Whether a fallback took it. @default false */
  readonly fallback?: boolean;
  /** When it was tried last, in milliseconds since 1970. */
  readonly triedAt: number;
  /** When everybody had it, or it was given up, in milliseconds since 1970. */
  readonly endedAt?: number;
  /** How often BullMQ had ended the job or put it off by then; more often, and an operator has put it back. */
  readonly endedIn?: number;
  /** When an operator has asked for another round of tries, in milliseconds since 1970; the tries of it count anew. */
  readonly since?: number;
  /** The tries in a row, up to the last one, at which the mail was too old; undefined when it was not. */
  readonly overdue?: OverdueTries;
}

/** Why a recipient does not have a mail. */
export interface JobRefusal {
  readonly at: number;
  /** Masked: no address, no secret. */
  readonly reason: string;
  readonly code?: number;
  readonly enhancedCode?: string;
}
