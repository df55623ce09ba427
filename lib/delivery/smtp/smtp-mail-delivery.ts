import { errnoOf } from '../../errors/error-facts.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { MailError } from '../../errors/mail-error.js';
import type { ComposedMail } from '../../message/composed-mail.js';
import { abortedError } from '../aborted-error.js';
import type { DeliverOptions, DeliveryOutcome } from '../mail-delivery.js';
import { MailDelivery } from '../mail-delivery.js';
import { signedMail } from './dkim-signature.js';
import { RateLimiter } from './rate-limiter.js';
import type { Redactor } from './redact.js';
import { createRedactor } from './redact.js';
import { isConnectionLoss } from './smtp-failure.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';
import { SmtpPool } from './smtp-pool.js';
import { SmtpSession } from './smtp-session.js';

/** Hands mails to an SMTP server over a few connections that are held open. */
export class SmtpMailDelivery extends MailDelivery {
  readonly name = 'smtp';
  readonly #options: SmtpDeliveryOptions;
  readonly #redact: Redactor;
  readonly #pool: SmtpPool;
  readonly #rate: RateLimiter;
  readonly #cuts = new Set<AbortController>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;
  #cutOff = false;

  constructor(options: SmtpDeliveryOptions) {
    super();
    this.#options = options;
    const { settings, extra } = options;
    const { auth } = extra;
    const secrets = [
      settings.password,
      ...Object.values(auth ?? {}).filter(value => typeof value === 'string' && value !== auth?.user),
    ];
    this.#redact = createRedactor(
      settings.username,
      secrets.filter(value => typeof value === 'string'),
    );
    this.#pool = new SmtpPool(options, this.#redact);
    this.#rate = new RateLimiter(settings.maxMessagesPerSecond);
  }

  override async deliver(mail: ComposedMail, options: DeliverOptions = {}): Promise<DeliveryOutcome> {
    if (this.#closed) throw closedError('connect', true, mail);
    return this.#cuttable(options.signal, async signal => {
      try {
        return await this.#send(mail, signal);
      } catch (error) {
        throw this.#failure(error, mail, signal);
      }
    });
  }

  override async verify(): Promise<void> {
    if (this.#closed) throw closedError('connect', true);
    await this.#cuttable(undefined, async signal => {
      const session = await SmtpSession.open(this.#options, this.#redact, signal);
      session.quit();
    });
  }

  override async close(graceMs = 0): Promise<void> {
    this.#closed = true;
    this.#pool.close();
    const timer = setTimeout(() => {
      this.#cutOff = true;
      for (const cut of this.#cuts) cut.abort();
    }, graceMs);
    await Promise.allSettled(this.#underWay);
    clearTimeout(timer);
    this.#pool.close();
  }

  /** Runs something under a signal that the caller's signal and the end of the grace time fire. */
  async #cuttable<T>(caller: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const cut = new AbortController();
    const onAbort = (): void => cut.abort(caller?.reason);
    caller?.addEventListener('abort', onAbort, { once: true });
    if (caller?.aborted) onAbort();
    this.#cuts.add(cut);
    const running = run(cut.signal);
    this.#underWay.add(running);
    try {
      return await running;
    } finally {
      this.#cuts.delete(cut);
      this.#underWay.delete(running);
      caller?.removeEventListener('abort', onAbort);
    }
  }

  async #send(mail: ComposedMail, signal: AbortSignal): Promise<DeliveryOutcome> {
    await this.#rate.turn(signal);
    const { dkim } = this.#options.extra;
    const ready = dkim === undefined ? mail : await signedMail(mail, dkim);
    for (;;) {
      const session = await this.#pool.acquire(signal);
      const reused = session.messages > 0;
      try {
        const { accepted, rejected, response } = await session.send(ready, signal);
        return { status: 'accepted', accepted, rejected, response };
      } catch (error) {
        // A server may end an idle connection at any moment; not a byte of the message had left then.
        if (!reused || !isStale(error) || signal.aborted) throw error;
      } finally {
        this.#pool.release(session);
      }
    }
  }

  #failure(error: unknown, mail: ComposedMail, signal: AbortSignal): MailError {
    if (this.#cutOff && signal.aborted) {
      const phase = error instanceof MailDeliveryError ? error.phase : 'connect';
      const retryable = error instanceof MailDeliveryError ? error.retryable : true;
      return closedError(
        phase,
        retryable,
        mail,
        error instanceof MailDeliveryError ? error.transcript : undefined,
      );
    }
    if (error instanceof MailError) return error;
    if (signal.aborted)
      return abortedError(signal, { phase: 'connect', retryable: true, messageId: mail.messageId });
    return new MailDeliveryError(
      'EMAILCONNECT',
      `The mail could not be sent: ${this.#redact(String(error))}`,
      {
        phase: 'connect',
        retryable: true,
        messageId: mail.messageId,
        cause: error,
      },
    );
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
