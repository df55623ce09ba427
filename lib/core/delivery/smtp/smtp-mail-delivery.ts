import { withAbortGrace } from '../../concurrency/abort-grace.js';
import { withEitherSignal } from '../../concurrency/either-signal.js';
import { errnoOf } from '../../errors/error-facts.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { MailError } from '../../errors/mail-error.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import type { Redactor } from '../../redaction/redact.js';
import { abortedError } from '../aborted-error.js';
import type { DeliverOptions, DeliveryOutcome, VerifyOptions } from '../mail-delivery.js';
import { MailDelivery } from '../mail-delivery.js';
import { signedMail } from './dkim-signature.js';
import { RateLimiter } from './rate-limiter.js';
import { credentialsRedactor } from './smtp-credentials.js';
import { isConnectionLoss } from './smtp-failure.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';
import { SmtpPool } from './smtp-pool.js';
import { SmtpSession } from './smtp-session.js';

/** Less than the service waits for the last word of a delivery. */
const LAST_WORD_MS = 75;

/** Hands mails to an SMTP server over a few connections that are held open. */
export class SmtpMailDelivery extends MailDelivery {
  readonly name = 'smtp';
  readonly #options: SmtpDeliveryOptions;
  readonly #redact: Redactor;
  readonly #pool: SmtpPool;
  readonly #rate: RateLimiter;
  readonly #cuts = new Set<AbortController>();
  readonly #sentAway = new Error('The mailer is shutting down');
  #underWay = 0;
  readonly #whenIdle: (() => void)[] = [];
  #closed = false;
  #cutOff = false;

  constructor(options: SmtpDeliveryOptions) {
    super();
    this.#options = options;
    const { settings } = options;
    this.#redact = credentialsRedactor(options);
    this.#pool = new SmtpPool(options, this.#redact);
    this.#rate = new RateLimiter(settings.maxMessagesPerSecond);
  }

  override async deliver(mail: ComposedMail, options: DeliverOptions = {}): Promise<DeliveryOutcome> {
    if (this.#closed) throw closedError('connect', true, mail);
    let { signal } = options;
    this.#underWay++;
    try {
      // Before all else: thousands may wait, and each should cost little.
      await this.#pool.take(signal, options.waitSignal);
      return await this.#cuttable(options.signal, cut => {
        signal = cut;
        return this.#send(mail, cut, options.waitSignal);
      });
    } catch (error) {
      throw this.#failure(error, mail, signal);
    } finally {
      this.#ended();
    }
  }

  override async verify(options: VerifyOptions = {}): Promise<void> {
    if (this.#closed) throw closedError('connect', true);
    let signal: AbortSignal | undefined;
    this.#underWay++;
    try {
      await this.#cuttable(options.signal, async cut => {
        signal = cut;
        const session = await SmtpSession.open(this.#options, this.#redact, cut);
        // All is known; how the server says goodbye changes nothing.
        cut.addEventListener('abort', () => session.destroy(), { once: true });
        await session.quit();
      });
    } catch (error) {
      throw this.#failure(error, undefined, signal);
    } finally {
      this.#ended();
    }
  }

  override async close(graceMs = 0): Promise<void> {
    this.#closed = true;
    const idle = this.#pool.close();
    const timer = setTimeout(() => {
      this.#cutOff = true;
      this.#pool.sendAway(this.#sentAway);
      for (const cut of this.#cuts) cut.abort();
    }, graceMs);
    await this.#idle();
    clearTimeout(timer);
    await Promise.all([idle, this.#pool.close()]);
  }

  /** Runs something under a signal that the caller's signal and the end of the grace time fire. */
  async #cuttable<T>(caller: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const cut = new AbortController();
    const onAbort = (): void => cut.abort(caller?.reason);
    caller?.addEventListener('abort', onAbort, { once: true });
    if (caller?.aborted) onAbort();
    this.#cuts.add(cut);
    const { signal } = cut;
    try {
      return await withAbortGrace(run(signal), {
        signal,
        graceMs: LAST_WORD_MS,
        overdue: () => signal.reason,
      });
    } finally {
      this.#cuts.delete(cut);
      caller?.removeEventListener('abort', onAbort);
    }
  }

  #ended(): void {
    this.#underWay--;
    if (this.#underWay === 0) for (const tell of this.#whenIdle.splice(0)) tell();
  }

  /** Resolves when nothing is under way. */
  async #idle(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>(resolve => this.#whenIdle.push(resolve));
  }

  /** Sends one mail, for which a place has been taken. */
  async #send(mail: ComposedMail, signal: AbortSignal, wait?: AbortSignal): Promise<DeliveryOutcome> {
    const ready = await this.#signed(mail, signal);
    let limited = this.#rate.limits;
    for (let placed = true; ; placed = false) {
      if (!placed) await this.#pool.take(signal, wait);
      const session = await this.#pool.lend(ready, signal);
      // A server may end an idle connection at any moment; not a byte of the message had left then.
      const mayBeStale = limited || session.messages > 0;
      try {
        // Only now: turns taken while waiting for a connection would be used all at once.
        if (limited) await withEitherSignal(signal, wait, patience => this.#rate.turn(patience));
        limited = false;
        if (!session.alive) continue;
        const { accepted, rejected, response } = await session.send(ready, signal);
        return { status: 'accepted', accepted, rejected, response };
      } catch (error) {
        if (!mayBeStale || !isStale(error) || signal.aborted) throw error;
      } finally {
        this.#pool.release(session);
      }
    }
  }

  async #signed(mail: ComposedMail, signal: AbortSignal): Promise<ComposedMail> {
    const { dkim } = this.#options.extra;
    try {
      signal.throwIfAborted();
      return dkim === undefined ? mail : await signedMail(mail, dkim, signal);
    } catch (error) {
      this.#pool.free();
      throw error;
    }
  }

  /** @param mail the mail that failed; undefined when none was under way */
  #failure(error: unknown, mail: ComposedMail | undefined, signal: AbortSignal | undefined): MailError {
    if (error === this.#sentAway) return closedError('connect', true, mail);
    const known = error instanceof MailDeliveryError ? error : undefined;
    // What the server has said stays true, whatever ended the wait.
    if (this.#cutOff && signal?.aborted && known?.responseCode === undefined) {
      return closedError(known?.phase ?? 'connect', known?.retryable ?? true, mail, known?.transcript);
    }
    if (error instanceof MailError) return error;
    if (signal?.aborted)
      return abortedError(signal, { phase: 'connect', retryable: true, messageId: mail?.messageId });
    const headline = mail ? 'The mail could not be sent' : 'The mail server cannot be used';
    return new MailDeliveryError('EMAILCONNECT', `${headline}: ${this.#redact(String(error))}`, {
      phase: 'connect',
      retryable: true,
      messageId: mail?.messageId,
      cause: error,
    });
  }
}

function isStale(error: unknown): boolean {
  if (!(error instanceof MailDeliveryError) || error.phase !== 'envelope' || error.recipients !== undefined)
    return false;
  return isConnectionLoss({ responseCode: error.responseCode, code: errnoOf(error.cause) });
}

function closedError(
  phase: MailDeliveryError['phase'],
  retryable: boolean | 'unknown',
  mail?: ComposedMail,
  transcript?: readonly string[],
): MailDeliveryError {
  const outcome =
    retryable === 'unknown'
      ? 'the message had been handed over and may have been accepted'
      : 'nothing was delivered';
  return new MailDeliveryError('EMAILCLOSED', `The mailer is shutting down; ${outcome}.`, {
    phase,
    retryable,
    ...(mail && { messageId: mail.messageId }),
    ...(transcript && { transcript }),
  });
}
