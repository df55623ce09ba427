import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { Semaphore } from '../../concurrency/semaphore.js';
import { messageOf } from '../../errors/error-facts.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { MailError } from '../../errors/mail-error.js';
import { plainCause } from '../../errors/plain-cause.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import type { PickupFormat } from '../../settings/mail-settings.js';
import { abortedError } from '../aborted-error.js';
import type { CuttableWork } from '../in-flight.js';
import { InFlight } from '../in-flight.js';
import { signalOf } from '../lazy-deliver-options.js';
import type { DeliverOptions, DeliveryOutcome, MailBacklog, VerifyOptions } from '../mail-delivery.js';
import { MailDelivery } from '../mail-delivery.js';
import { DirectoryFlush } from './directory-flush.js';
import { pickupBacklog } from './pickup-backlog.js';
import { pickupContent } from './pickup-content.js';
import { pickupDirectoryProblem, sweepTemporaryFiles } from './pickup-directory.js';
import { lostInPickup } from './pickup-headers.js';
import { writeFailure } from './write-failure.js';
import { PickupFileRemainsError, writePickupFile } from './write-pickup-file.js';

/** What a pickup delivery is made of. */
export interface PickupDeliveryOptions {
  /** Absolute path of the pickup directory. */
  readonly directory: string;
  readonly format: PickupFormat;
  /** POSIX mode of a finished file. */
  readonly mode: number;
  /** Whether a mail is on the disk before it is reported as written. @default true */
  readonly fsync?: boolean;
  /** Told in a sentence what a file cannot say of its mail. @default nobody is told */
  readonly debug?: (sentence: string) => void;
}

/** Files of a burst that are open at the same time: more are no faster, and a process may open only so many. */
const FILES_AT_ONCE = 64;

/** Writes mails as files for a local SMTP server that empties the directory: Microsoft IIS SMTP, Exchange, or a relay. */
export class PickupMailDelivery extends MailDelivery {
  readonly name = 'pickup';
  /** See `deliverOptions`. */
  readonly takesLazySignals = true;
  readonly #options: PickupDeliveryOptions;
  readonly #flush: DirectoryFlush | undefined;
  readonly #openFiles = new Semaphore(FILES_AT_ONCE);
  readonly #inFlight = new InFlight();

  constructor(options: PickupDeliveryOptions) {
    super();
    this.#options = options;
    this.#flush = options.fsync === false ? undefined : new DirectoryFlush(options.directory);
  }

  override async deliver(mail: ComposedMail, options: DeliverOptions = {}): Promise<DeliveryOutcome> {
    if (this.#inFlight.closed) throw closedError(mail);
    const signal = signalOf(options);
    let linked: CuttableWork | undefined;
    this.#inFlight.begin();
    try {
      linked = this.#inFlight.link(signal);
      const file = await this.#write(mail, linked.signal);
      this.#tellLost(mail);
      return { status: 'written', accepted: [...mail.envelope.to], rejected: [], file };
    } catch (error) {
      throw this.#failure(error, mail, signal);
    } finally {
      this.#inFlight.end(linked);
    }
  }

  override async verify(): Promise<void> {
    const problem = await pickupDirectoryProblem(this.#options.directory);
    if (problem !== undefined) {
      throw new MailDeliveryError('EMAILWRITE', `PickupDirectory: ${problem}.`, {
        phase: 'write',
        retryable: false,
      });
    }
  }

  /** The finished files that the local SMTP server has not taken yet; those that a relay has claimed are not among them. */
  override async backlog({ signal }: VerifyOptions = {}): Promise<MailBacklog> {
    try {
      return await pickupBacklog(this.#options.directory, signal);
    } catch (error) {
      if (signal?.aborted) throw abortedError(signal, { phase: 'write', retryable: true });
      throw new MailDeliveryError('EMAILWRITE', `PickupDirectory: cannot be read (${messageOf(error)}).`, {
        phase: 'write',
        retryable: true,
        cause: plainCause(error),
      });
    }
  }

  /** Removes temporary files older than a day, which processes have left that ended while they wrote. */
  async sweep(): Promise<string[]> {
    return sweepTemporaryFiles(this.#options.directory);
  }

  override async close(graceMs = 0): Promise<void> {
    await this.#inFlight.close(graceMs);
  }

  async #write(mail: ComposedMail, signal: AnySignal): Promise<string> {
    const { directory, format, mode } = this.#options;
    const content = await pickupContent(format, mail, signal);
    const flush = this.#flush;
    const options = { directory, mode, signal, ...(flush && { flush }) };
    // Reading a mail in pieces may stall; it must not keep one of the permits meanwhile.
    if (!Array.isArray(content)) return writePickupFile(content, options);
    await this.#openFiles.acquire(signal);
    try {
      return await writePickupFile(content, options);
    } finally {
      this.#openFiles.release();
    }
  }

  #tellLost(mail: ComposedMail): void {
    const lost = lostInPickup(this.#options.format, mail);
    if (lost.length === 0) return;
    try {
      this.#options.debug?.(`Mail ${mail.messageId}: a pickup file cannot carry ${lost.join(', nor ')}.`);
    } catch {
      // Who listens and fails must not fail a mail that is written.
    }
  }

  #failure(error: unknown, mail: ComposedMail, signal: AnySignal | undefined): MailError {
    const remains = error instanceof PickupFileRemainsError ? error : undefined;
    const cause = remains ? remains.cause : error;
    if (cause instanceof MailError) return cause;
    const { messageId } = mail;
    // Once the file was published the mail failed for a reason of its own, not because it was cut.
    if (!remains?.published) {
      if (this.#inFlight.cut) return closedError(mail);
      if (signal?.aborted) return abortedError(signal, { phase: 'write', messageId, retryable: true });
    }
    return writeFailure(error, this.#options.directory, messageId);
  }
}

function closedError(mail: ComposedMail): MailDeliveryError {
  return new MailDeliveryError('EMAILCLOSED', 'The mailer is shutting down; the mail was not written.', {
    phase: 'write',
    retryable: true,
    messageId: mail.messageId,
  });
}
