import { messageOf } from '../../errors/error-facts.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { MailError } from '../../errors/mail-error.js';
import type { ComposedMail } from '../../message/composed-mail.js';
import type { PickupFormat } from '../../settings/mail-settings.js';
import type { DeliverOptions, DeliveryOutcome, MailBacklog, VerifyOptions } from '../mail-delivery.js';
import { MailDelivery } from '../mail-delivery.js';
import { abortedError } from '../aborted-error.js';
import { abortable } from './abortable.js';
import { EXCHANGE_HEADER_OCTETS, checkExchangeHeader, pickupHeaders } from './pickup-headers.js';
import { pickupBacklog } from './pickup-backlog.js';
import { pickupDirectoryProblem, sweepTemporaryFiles } from './pickup-directory.js';
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
}

const END_OF_HEADER = Buffer.from('\r\n\r\n');

/** Writes mails as files for a local SMTP server that empties the directory: Microsoft IIS SMTP, Exchange, or a relay. */
export class PickupMailDelivery extends MailDelivery {
  readonly name = 'pickup';
  readonly #options: PickupDeliveryOptions;
  readonly #cuts = new Set<AbortController>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;
  #cutOff = false;

  constructor(options: PickupDeliveryOptions) {
    super();
    this.#options = options;
  }

  override async deliver(mail: ComposedMail, options: DeliverOptions = {}): Promise<DeliveryOutcome> {
    if (this.#closed) throw closedError(mail);
    // One controller per mail: what hangs on a long-lived signal would stay after the mail is done.
    const cut = new AbortController();
    const onAbort = (): void => cut.abort(options.signal?.reason);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (options.signal?.aborted) onAbort();
    this.#cuts.add(cut);
    const writing = this.#write(mail, cut.signal);
    this.#underWay.add(writing);
    try {
      const file = await writing;
      return { status: 'written', accepted: [...mail.envelope.to], rejected: [], file };
    } catch (error) {
      throw this.#failure(error, mail, options.signal);
    } finally {
      this.#cuts.delete(cut);
      this.#underWay.delete(writing);
      options.signal?.removeEventListener('abort', onAbort);
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
        cause: error,
      });
    }
  }

  /** Removes temporary files that dead writers left behind for more than a day. */
  async sweep(): Promise<string[]> {
    return sweepTemporaryFiles(this.#options.directory);
  }

  override async close(graceMs = 0): Promise<void> {
    this.#closed = true;
    const timer = setTimeout(() => {
      this.#cutOff = true;
      for (const cut of this.#cuts) cut.abort();
    }, graceMs);
    await Promise.allSettled(this.#underWay);
    clearTimeout(timer);
  }

  async #write(mail: ComposedMail, signal: AbortSignal): Promise<string> {
    const { directory, format, mode, fsync = true } = this.#options;
    const head = pickupHeaders(format, mail);
    return writePickupFile(abortable(this.#content(mail, head), signal), { directory, mode, fsync, signal });
  }

  async *#content(mail: ComposedMail, head: Buffer): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    let header: Buffer | undefined = this.#options.format === 'Exchange' ? head : undefined;
    for await (const chunk of mail.stream()) {
      const piece = chunk as Buffer;
      if (header) {
        // No more than can be looked at: a piece may be a whole mail.
        header = Buffer.concat([header, piece.subarray(0, EXCHANGE_HEADER_OCTETS + END_OF_HEADER.length)]);
        const end = header.indexOf(END_OF_HEADER);
        checkExchangeHeader(mail, end < 0 ? header : header.subarray(0, end));
        if (end >= 0) header = undefined;
      }
      yield piece;
    }
  }

  #failure(error: unknown, mail: ComposedMail, signal: AbortSignal | undefined): MailError {
    const remains = error instanceof PickupFileRemainsError ? error : undefined;
    const cause = remains ? remains.cause : error;
    if (cause instanceof MailError) return cause;
    const { messageId } = mail;
    // A mail that was published has failed by itself; cutting it cannot undo that.
    if (!remains?.published) {
      if (this.#cutOff) return closedError(mail);
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
