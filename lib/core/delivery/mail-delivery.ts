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
  /** What became of each part, where the server took the mail in several: it had too many recipients for one. */
  readonly parts?: readonly DeliveryOutcome[];
}

/**
 * A way for finished mails to leave. Type and injection token at once: the settings choose one, the option `delivery`
 * or `overrideProvider(MailDelivery)` replaces it.
 */
export abstract class MailDelivery {
  /** Short name, as receipts give it in `via`: `smtp`, `pickup`, or your own. */
  abstract readonly name: string;

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

  /** Lets what has begun end within `graceMs` milliseconds, cuts the rest, and frees everything. */
  abstract close(graceMs?: number): Promise<void>;
}
