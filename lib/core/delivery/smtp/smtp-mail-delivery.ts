import { withAbortGrace } from '../../concurrency/abort-grace.js';
import { ABORT_GRACE_MS } from '../../concurrency/abort-graces.js';
import { withEitherSignal } from '../../concurrency/either-signal.js';
import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { errnoOf } from '../../errors/error-facts.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { MailError } from '../../errors/mail-error.js';
import { plainCause } from '../../errors/plain-cause.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import { redactorOf } from '../../mime/redact-for.js';
import type { Redactor } from '../../redaction/redact.js';
import { withoutPaths } from '../../redaction/redact.js';
import { abortedError } from '../aborted-error.js';
import type { CuttableWork } from '../in-flight.js';
import { InFlight } from '../in-flight.js';
import { signalOf } from '../lazy-deliver-options.js';
import type { DeliverOptions, DeliveryOutcome, VerifyOptions } from '../mail-delivery.js';
import { MailDelivery } from '../mail-delivery.js';
import type { DkimSigner } from './dkim/dkim-signer.js';
import { credentialsRedactor } from './login/credentials-redactor.js';
import { RateLimiter } from './rate-limiter.js';
import type { SmtpSendResult } from './send-result.js';
import type { SessionRequest } from './session-request.js';
import { checkServer } from './smtp-check.js';
import { isConnectionLoss } from './smtp-failure.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';
import { SmtpPool } from './smtp-pool.js';
import { sendInTransactions } from './smtp-transactions.js';

/** How often a mail leaves a connection that the server has had enough of: a fresh one may have no room, and a used one is next. */
const MOST_MOVES = 10;

/** Hands mails to an SMTP server over a few connections that are held open. */
export class SmtpMailDelivery extends MailDelivery {
  readonly name = 'smtp';
  /** See `deliverOptions`. */
  readonly takesLazySignals = true;
  readonly #options: SmtpDeliveryOptions;
  readonly #redact: Redactor;
  readonly #pool: SmtpPool;
  readonly #rate: RateLimiter;
  readonly #signer: DkimSigner | undefined;
  readonly #inFlight = new InFlight();
  /** What a mail meets that still waits for a connection at the end of the grace time. */
  readonly #shutDown = new Error('The mailer is shutting down');

  constructor(options: SmtpDeliveryOptions) {
    super();
    this.#options = options;
    const { settings } = options;
    this.#signer = options.signer;
    this.#redact = credentialsRedactor(options);
    this.#pool = new SmtpPool(options, this.#redact);
    this.#rate = new RateLimiter(settings.maxMessagesPerSecond);
  }

  override deliver(mail: ComposedMail, options: DeliverOptions = {}): Promise<DeliveryOutcome> {
    if (this.#inFlight.closed) return Promise.reject(closedError('connect', true, mail));
    const { waitSignal, first = false } = options;
    const signal = signalOf(options);
    const since = performance.now();
    // Before all else, and without `await`, whose frame would be held meanwhile: thousands may wait, and each should cost little.
    const permit = first
      ? this.#pool.acquireFirst(signal, waitSignal)
      : this.#pool.acquire(signal, waitSignal);
    this.#inFlight.begin();
    return permit.then(
      () => this.#permitted(mail, signal, waitSignal, since),
      (error: unknown) => {
        this.#inFlight.end();
        throw this.#failure(error, mail, signal);
      },
    );
  }

  /** Sends one mail, for which a permit of the pool is held. */
  async #permitted(
    mail: ComposedMail,
    signal: AnySignal | undefined,
    wait: AbortSignal | undefined,
    since: number,
  ): Promise<DeliveryOutcome> {
    const linked = this.#inFlight.link(signal);
    try {
      return await withSessionGrace(this.#send(mail, linked.signal, wait, since), linked.signal);
    } catch (error) {
      throw this.#failure(error, mail, linked.signal);
    } finally {
      this.#inFlight.end(linked);
    }
  }

  override async verify(options: VerifyOptions = {}): Promise<void> {
    if (this.#inFlight.closed) throw closedError('connect', true);
    let linked: CuttableWork | undefined;
    this.#inFlight.begin();
    try {
      linked = this.#inFlight.link(options.signal);
      await withSessionGrace(
        checkServer(this.#pool, this.#connectionTimeoutMs, linked.signal),
        linked.signal,
      );
    } catch (error) {
      throw this.#failure(error, undefined, linked?.signal);
    } finally {
      this.#inFlight.end(linked);
    }
  }

  override async close(graceMs = 0): Promise<void> {
    const poolClosed = this.#pool.close();
    await this.#inFlight.close(graceMs, () => this.#pool.rejectWaiting(this.#shutDown));
    await this.#options.tokens?.close();
    await Promise.all([poolClosed, this.#pool.close()]);
  }

  /** Sends one mail, for which a permit of the pool is held; every try gives its permit back. */
  async #send(
    mail: ComposedMail,
    signal: AnySignal,
    wait: AnySignal | undefined,
    since: number,
  ): Promise<DeliveryOutcome> {
    const ready = await this.#signed(mail, signal);
    const patienceMs = this.#connectionTimeoutMs;
    return sendInTransactions(ready, async (part, further) => {
      if (!further) return this.#sendOnce({ mail: part, signal, wait, since, patienceMs });
      try {
        await this.#pool.acquireFirst(signal);
        return await this.#sendOnce({ mail: part, signal, since: performance.now(), patienceMs });
      } catch (error) {
        throw this.#failure(error, part, signal);
      }
    });
  }

  async #sendOnce(request: SessionRequest & { mail: ComposedMail }): Promise<SmtpSendResult> {
    const { mail, signal, wait } = request;
    let limited = this.#rate.limits;
    let fresh = false;
    let moves = 0;
    for (let permitted = true; ; permitted = false) {
      if (!permitted) await this.#pool.acquireFirst(signal, wait);
      const session = await this.#pool.lend({ ...request, fresh });
      // A server may end an idle connection at any moment; not a byte of the message had left then.
      const mayBeStale = limited || session.messages > 0;
      try {
        // After the wait for a connection: permissions that were collected during it would be used all at once.
        if (limited) await withEitherSignal(signal, wait, either => this.#rate.turn(either));
        limited = false;
        if (!session.alive) continue;
        return await session.send(mail, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        if (session.fate === 'worn out' && moves < MOST_MOVES) {
          moves++;
          fresh = true;
          limited = this.#rate.limits;
          // A server that gives one connection at a time has room for the next when this one is gone.
          await session.settled();
        } else if (session.fate === 'turned away' && moves < MOST_MOVES) {
          moves++;
          if (!this.#pool.turnedAway(session)) throw error;
        } else if (!mayBeStale || !isStale(error)) throw error;
      } finally {
        void this.#pool.release(session);
      }
    }
  }

  get #connectionTimeoutMs(): number {
    return this.#options.settings.connectionTimeout * 1000;
  }

  async #signed(mail: ComposedMail, signal: AnySignal): Promise<ComposedMail> {
    try {
      signal.throwIfAborted();
      return this.#signer ? await this.#signer.sign(mail, signal) : mail;
    } catch (error) {
      this.#pool.releasePermit();
      throw error;
    }
  }

  /** @param mail the mail that failed; undefined when none was under way */
  #failure(error: unknown, mail: ComposedMail | undefined, signal: AnySignal | undefined): MailError {
    if (error === this.#shutDown) return closedError('connect', true, mail);
    const known = error instanceof MailDeliveryError ? error : undefined;
    // An error with the server's reply is kept: that the connection was cut then changes nothing about the reply.
    // But what was said to one of the connections that a mail waits for is no reply to the mail.
    const waited = known?.phase === 'connect';
    if (this.#inFlight.cut && signal?.aborted && (waited || known?.responseCode === undefined)) {
      const retryable = waited || (known?.retryable ?? true);
      return closedError(known?.phase ?? 'connect', retryable, mail, known?.transcript);
    }
    if (error instanceof MailError) return error;
    if (signal?.aborted) {
      // While no connection could be opened, what the server said is the reason for the wait that was cut.
      const told = this.#pool.refusal;
      return abortedError(signal, { ...told, phase: 'connect', retryable: true, messageId: mail?.messageId });
    }
    const redact: Redactor = text =>
      withoutPaths(mail ? redactorOf(mail)(this.#redact(text)) : this.#redact(text));
    const cause = plainCause(error, redact);
    // What a session meets is told by itself: what is left comes from the mail, such as bytes that cannot be read, or from a signer.
    if (mail)
      return new MailDeliveryError('EMAILDATA', `The mail could not be sent: ${redact(String(error))}`, {
        phase: 'data',
        retryable: true,
        messageId: mail.messageId,
        cause,
      });
    return new MailDeliveryError('EMAILCONNECT', `The mail server cannot be used: ${redact(String(error))}`, {
      phase: 'connect',
      retryable: true,
      cause,
    });
  }
}

/** Runs the work of a session, which gets a moment to say how far it had come when its signal fires. */
function withSessionGrace<T>(running: Promise<T>, signal: AnySignal): Promise<T> {
  return withAbortGrace(running, {
    signal,
    graceMs: ABORT_GRACE_MS.session,
    overdue: () => signal.reason,
  });
}

/** Whether an idle connection had ended before the message was sent: the mail itself has failed in nothing. */
function isStale(error: unknown): boolean {
  if (!(error instanceof MailDeliveryError) || error.phase !== 'envelope') return false;
  return isConnectionLoss({ responseCode: error.responseCode, code: errnoOf(error.cause) });
}

/** The error of a mail or check that the end of the grace time has cut. */
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
