import type { MailDeliveryError, RejectedRecipient } from '../errors/mail-delivery-error.js';
import type { ComposedMail } from '../mime/composed-mail.js';

/** How a delivery is asked to deliver. */
export interface DeliverOptions {
  /** Ends the delivery at once: connections are cut, files removed. */
  signal?: AbortSignal;
  /** Ends only the wait for a free connection or for the rate limit; a mail that is being delivered goes on. */
  waitSignal?: AbortSignal;
  /** Waits for a free connection before all others that wait: they may wait for this mail. @default false */
  first?: boolean;
  /** What the caller has said for a queue. Given only to a delivery whose `queues` is true. @default nothing */
  queue?: QueuedDeliverOptions;
}

/** What a delivery that puts mails into a queue is told beside the mail. */
export interface QueuedDeliverOptions {
  /** The caller's own name for this send: the same once more puts nothing into the queue. @default the Message-ID */
  readonly idempotencyKey?: string;
  /** Which of the mails of one send this is, where `MaxRecipientsOverflow` has split it. @default 0 */
  readonly part?: number;
  /** When it is to be delivered at the earliest, in milliseconds since 1970. @default at once */
  readonly dueAt?: number;
  /** Jobs with lower numbers go first, 0 to 2097151. @default the queue decides by the template */
  readonly priority?: number;
  /** The client of the caller's own database transaction, into which the mail is put. @default none */
  readonly transaction?: object;
  /**
   * A digest of the message as the caller gave it, which tells whether two sends with one key say the same: SHA-256, or
   * HMAC-SHA-256 where a key is given.
   */
  digest?(key?: Uint8Array): Promise<string>;
}

/** How a delivery is asked whether it can deliver. */
export interface VerifyOptions {
  /** Ends the check at once. */
  signal?: AbortSignal;
  /** Told when mails can leave but not both ways, the usual one and the fallback, with what is wrong with the other. */
  onDegraded?: (reason: MailDeliveryError) => void;
}

/** Mails that wait where a delivery has put them, such as the files of a pickup directory. */
export interface MailBacklog {
  /** How many. */
  readonly count: number;
  /** Age of the oldest in milliseconds; undefined when there is none. */
  readonly oldestAgeMs?: number;
  /** How many more have been tried and are to be tried again later, as after a temporary refusal; undefined when none. */
  readonly deferred?: number;
  /** What a queue tells beyond that. @default it is none */
  readonly queue?: QueueCounts;
}

/** The mails of a queue by their state. */
export interface QueueCounts {
  /** May be taken by a worker at once. */
  readonly waiting: number;
  /** Are to be delivered, or tried again, later. */
  readonly delayed: number;
  /** Are in the hands of a worker. */
  readonly active: number;
  /** Were given up; somebody has to look at them. */
  readonly failed: number;
  /** Age in milliseconds of the oldest mail that waits; undefined when none does. */
  readonly oldestAgeMs?: number;
  /** Workers that are connected to the queue; undefined where the store does not tell: Redis may forbid CLIENT LIST. */
  readonly workers?: number;
  /** Whether an operator has paused the queue. @default false */
  readonly paused?: boolean;
}

/** How far a mail in a queue has come. */
export interface QueuedMailProgress {
  /** `partly`: some recipients have it, others were given up: it has failed for these. `unknown`: the queue does not know the mail any more. */
  readonly state: 'waiting' | 'delayed' | 'active' | 'delivered' | 'partly' | 'failed' | 'unknown';
  /** Recipients who have the mail. */
  readonly accepted: readonly string[];
  /** Recipients who were refused, or could not be reached so far. */
  readonly rejected: readonly RejectedRecipient[];
  /** Tries so far. */
  readonly attempts: number;
  /** What is to be said of the last try, addresses masked. @default nothing */
  readonly reason?: string;
}

/** What became of one mail. */
export interface DeliveryOutcome {
  /** `accepted`: the server said 250. `written`: durably in the pickup directory. `queued`: kept for later. */
  readonly status: 'accepted' | 'written' | 'queued';
  /** Recipients that the mail was taken for. */
  readonly accepted: readonly string[];
  /** Recipients that were refused while others were taken. */
  readonly rejected: readonly RejectedRecipient[];
  /** What the server answered, without secrets. */
  readonly response?: string;
  /** The file written. */
  readonly file?: string;
  /** Name of the delivery that took the mail, where that is not this one. */
  readonly via?: string;
  /** Whether a fallback took the mail. @default false */
  readonly fallback?: boolean;
  /** The job that holds the mail, where a queue took it, as `MailQueue` and the command `queue` know it. */
  readonly jobId?: string;
  /** Whether nothing was put into the queue, because a send with the same key had done so before. @default false */
  readonly duplicate?: boolean;
  /** Message-ID of the mail that was taken, where that is an earlier one. @default that of this mail */
  readonly messageId?: string;
  /** What became of each part, where the server took the mail in several: it had too many recipients for one. */
  readonly parts?: readonly DeliveryOutcome[];
}

/**
 * A way for finished mails to leave. Type and injection token at once: the settings choose one, the option `delivery`
 * or `overrideProvider(MailDelivery)` replaces it.
 */
export abstract class MailDelivery {
  /** Short name, as receipts give it in `via`: `smtp`, `pickup`, `queue`, or your own. */
  abstract readonly name: string;
  /**
   * Whether it understands {@link DeliverOptions.queue}. A send that asks for a key, a later time, a priority or a transaction
   * is refused where the delivery does not. @default false
   */
  declare readonly queues?: boolean;

  /**
   * Delivers one mail. Resolves only when at least one recipient was taken.
   *
   * @throws MailDeliveryError saying how far it came and whether another try can succeed
   */
  abstract deliver(mail: ComposedMail, options?: DeliverOptions): Promise<DeliveryOutcome>;

  /**
   * Checks that mails can be delivered, without sending one.
   *
   * @throws MailDeliveryError
   */
  abstract verify(options?: VerifyOptions): Promise<void>;

  /**
   * Looks at what waits, where mails wait somewhere: in a pickup directory, in a queue of your own.
   *
   * @returns undefined when mails wait nowhere
   * @throws MailDeliveryError when the place cannot be read
   */
  backlog?(options?: VerifyOptions): Promise<MailBacklog | undefined>;

  /**
   * Says how far a mail in a queue has come.
   *
   * @param jobId as the outcome of `deliver` gave it
   */
  progress?(jobId: string): Promise<QueuedMailProgress>;

  /** Lets what has begun end within `graceMs` milliseconds, cuts the rest, and frees everything. */
  abstract close(graceMs?: number): Promise<void>;
}
