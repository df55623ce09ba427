import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import type { Redactor } from '../../redaction/redact.js';
import { tlsMode } from '../../settings/tls-mode.js';
import { abortedError } from '../aborted-error.js';
import { fitToServer } from './fit-to-server.js';
import { logIn } from './login/log-in.js';
import { MessageSource } from './nodemailer/message-source.js';
import { NodemailerConnection } from './nodemailer/nodemailer-connection.js';
import { withRefused } from './rejected-recipients.js';
import { ReplyDeadline } from './reply-deadline.js';
import type { ReplyLimits } from './reply-limits.js';
import { limitReplies } from './reply-limits.js';
import type { SmtpSendResult } from './send-result.js';
import { regroupedResult, sendResult } from './send-result.js';
import { SessionErrors } from './session-errors.js';
import { SessionRedactor } from './session-redactor.js';
import { runStep } from './session-step.js';
import { watchSilence } from './silence-probe.js';
import { SmtpConversation } from './smtp-conversation.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';
import type { ProxiedSocket } from './smtp-proxy.js';
import { proxiedSocket } from './smtp-proxy.js';
import { clearTextInjected, implicitTlsMet, startTlsNotOffered } from './tls-advice.js';
import type { ConnectionFate } from './worn-out.js';
import { fateAfterRefusal } from './worn-out.js';

/** How long a server gets to answer QUIT. */
const QUIT_MS = 500;
/** How long a server gets to answer RSET. */
const RESET_SECONDS = 5;
/** The same where somebody waits for the result of a check: then a new connection is tried. */
const CHECK_SECONDS = 2;

/** One connection to the mail server: greeted, secured and logged in as the settings demand. */
export class SmtpSession {
  readonly #options: SmtpDeliveryOptions;
  readonly #redactor: SessionRedactor;
  readonly #conversation: SmtpConversation;
  readonly #connection: NodemailerConnection;
  readonly #errors: SessionErrors;
  #limits: ReplyLimits | undefined;
  #alive = true;
  #recovery: Promise<void> = Promise.resolve();
  /** Messages tried over this connection. */
  messages = 0;
  /** Messages that the server has taken over it. */
  taken = 0;
  /** What is to become of the connection after the last message; any but a usable one ends with QUIT. */
  fate: ConnectionFate = 'usable';
  /** Runs the wait for the permission to send the end of a message. */
  whileHeld = (wait: () => Promise<void>): Promise<void> => wait();

  private constructor(
    options: SmtpDeliveryOptions,
    redactor: SessionRedactor,
    proxied: ProxiedSocket | undefined,
  ) {
    this.#options = options;
    this.#redactor = redactor;
    this.#conversation = new SmtpConversation(redactor.redact, {
      isCut: () => this.#connection.cut,
      isUnterminated: text => this.#connection.isUnterminated(text),
      exchanged: () => this.#limits?.exchanged(),
      messageWritten: () => this.#limits?.messageWritten(),
      // From here on nobody knows which command the next reply answers.
      invalidReply: text => this.#connection.giveUp(this.#errors.invalidReply(text)),
      // nodemailer would hand the message over after any 2yz or 3yz reply; before it does, the connection is gone.
      wrongGoAhead: () => this.#connection.giveUp(this.#errors.wrongGoAhead()),
      clearTextInjected: () => this.#refuseInjection(),
    });
    this.#connection = new NodemailerConnection(options, this.#conversation, proxied);
    this.#errors = new SessionErrors(options.settings, this.#conversation, redactor.redact, this.#connection);
    this.#connection.onceEnded(() => {
      this.#alive = false;
    });
  }

  /** Whether another message can be tried over this connection. */
  get alive(): boolean {
    return this.#alive;
  }

  /** When the server last answered, on the monotonic clock. */
  get lastReplyAt(): number {
    return this.#conversation.lastReplyAt;
  }

  /**
   * Calls when the connection is gone.
   *
   * @returns a function that ends the listening
   */
  onceEnded(call: () => void): () => void {
    return this.#connection.onceEnded(call);
  }

  /**
   * Connects, secures the connection and logs in.
   *
   * @param mail the mail that the connection is opened for, to be named in errors and kept out of them
   * @throws {@link MailDeliveryError} of the phase `connect`, `tls` or `auth`
   */
  static async open(
    options: SmtpDeliveryOptions,
    redact: Redactor,
    signal: AnySignal,
    mail?: Pick<ComposedMail, 'messageId' | 'secrets' | 'redact'>,
  ): Promise<SmtpSession> {
    const redactor = new SessionRedactor(redact);
    redactor.carry(mail);
    const begun = performance.now();
    const { connectionTimeout } = options.settings;
    const { proxy } = options;
    const proxied =
      proxy === undefined ? undefined : await proxiedSocket(proxy, options, signal, redactor.redact);
    if (signal.aborted) {
      // Nobody waits for this connection any more, and nobody else would close it.
      proxied?.socket.destroy();
      throw abortedError(signal, { phase: 'connect', retryable: true });
    }
    const session = new SmtpSession(options, redactor, proxied);
    const deadline = new ReplyDeadline(session.#connection);
    deadline.start(Math.max(0, connectionTimeout - (performance.now() - begun) / 1000), () =>
      session.#errors.notReady(),
    );
    try {
      await session.#connect(signal, mail?.messageId);
      await session.#logIn(signal, mail?.messageId);
      return session;
    } catch (error) {
      session.destroy();
      throw error;
    } finally {
      deadline.stop();
      session.#trace();
    }
  }

  /**
   * Sends one message. Afterwards {@link alive} tells whether the connection can take another one.
   *
   * @throws {@link MailDeliveryError}
   */
  async send(mail: ComposedMail, signal: AnySignal): Promise<SmtpSendResult> {
    this.#redactor.carry(mail);
    this.#conversation.beginMessage();
    this.messages++;
    const { mail: fitted, reachable, refused } = fitToServer(mail, this.#conversation);
    this.#errors.beginMessage(reachable);
    const { from, dsn } = mail.envelope;
    const envelope = {
      from,
      to: reachable,
      // Judged here: nodemailer takes a server whose name begins with "dsn" for one that offers it.
      ...(dsn && this.#conversation.offers('DSN') && { dsn: { ...dsn, notify: [...dsn.notify] } }),
      ...(fitted.size !== undefined && this.#conversation.offers('SIZE') && { size: fitted.size }),
      ...(fitted.eightBit && { use8BitMime: true }),
      ...((fitted.utf8Header || fitted.asciiHead) && { useSmtpUtf8: true }),
    };
    const limits = limitReplies(this.#connection, this.#conversation, this.#options.settings);
    this.#limits = limits;
    const source = new MessageSource(fitted, wait => limits.whileHeld(() => this.whileHeld(wait)));
    const { redact } = this.#redactor;
    const facts = { to: mail.envelope.to, offered: reachable, refused, redact, use: this };
    try {
      const content = await source.content();
      const info = await this.#run(signal, mail.messageId, () => this.#connection.send(envelope, content));
      if (this.#conversation.phase !== 'after-data') throw this.#errors.tooEarly(mail.messageId);
      const result = sendResult(info, facts);
      if (result.wornOut) this.fate = 'worn out';
      this.taken++;
      return result;
    } catch (error) {
      if (source.failure !== undefined) {
        // Half the message has left; only cutting the connection keeps the server from accepting it.
        this.destroy();
        throw source.failure;
      }
      this.fate = fateAfterRefusal(this.#conversation, reachable.length, this);
      this.#recovery = this.#recover(error);
      const regrouped = regroupedResult(this.#conversation, facts);
      if (regrouped && !signal.aborted) return regrouped;
      throw withRefused(error, refused, mail.envelope.to);
    } finally {
      limits.end();
      this.#limits = undefined;
      this.#trace(mail.messageId);
    }
  }

  /**
   * Asks the server whether the session goes on (RSET, RFC 5321 4.1.1.5).
   *
   * @throws {@link MailDeliveryError}
   */
  async check(signal: AnySignal): Promise<void> {
    this.#conversation.beginMessage();
    await this.#reset(CHECK_SECONDS, signal);
  }

  /** Waits until the connection is ready for another message, or gone. */
  async settled(): Promise<void> {
    await this.#recovery;
  }

  /** Lets the process end while this connection waits for work, or keeps it from ending again. */
  keepProcessAlive(keep: boolean): void {
    if (keep) this.#connection.socket?.ref();
    else this.#connection.socket?.unref();
  }

  /** Sends QUIT and closes; resolves when the connection is gone. */
  async quit(): Promise<void> {
    if (!this.#alive) return;
    this.#alive = false;
    await this.#connection.quit(QUIT_MS);
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#alive = false;
    this.#connection.close();
  }

  async #connect(signal: AnySignal, messageId: string | undefined): Promise<void> {
    const { settings } = this.#options;
    const silent = (): boolean => this.#conversation.transcript.length === 0;
    const stopWatching = watchSilence(this.#options, this.#connection, silent, () =>
      this.#connection.fail(this.#tlsRefusal(implicitTlsMet(settings))),
    );
    try {
      await this.#run(signal, messageId, () => this.#connection.connect());
    } finally {
      stopWatching();
    }
    const { startTls } = tlsMode(settings.secureSocketOption, settings.port);
    if (startTls === 'always' && !this.#connection.secure)
      throw this.#tlsRefusal(startTlsNotOffered(settings));
  }

  async #logIn(signal: AnySignal, messageId: string | undefined): Promise<void> {
    await logIn({
      options: this.#options,
      connection: this.#connection,
      conversation: this.#conversation,
      errors: this.#errors,
      messageId,
      run: step => this.#run(signal, messageId, step),
    });
  }

  #run<T>(signal: AnySignal | undefined, messageId: string | undefined, step: () => Promise<T>): Promise<T> {
    return runStep(this.#connection, this.#errors, { signal, messageId }, step);
  }

  /** After a refusal the connection is as good as before, once the transaction is ended. */
  async #recover(error: unknown): Promise<void> {
    const { phase, synchronized } = this.#conversation;
    const refused = error instanceof MailDeliveryError && error.responseCode !== undefined;
    // Anywhere else half a message, or its reply, may still be under way on this connection.
    const clean = synchronized && (phase === 'envelope' || (phase === 'after-data' && refused));
    if (!this.#alive || !clean) return this.destroy();
    if (this.fate !== 'usable') return this.quit();
    await this.#reset(RESET_SECONDS).catch(() => this.destroy());
  }

  async #reset(seconds: number, signal?: AnySignal): Promise<void> {
    const deadline = new ReplyDeadline(this.#connection);
    deadline.start(seconds, () => 'no reply to RSET in time');
    try {
      await this.#run(signal, undefined, () => this.#connection.reset());
    } finally {
      deadline.stop();
    }
  }

  #refuseInjection(): void {
    const refuse = (): void =>
      this.#connection.fail(this.#tlsRefusal(clearTextInjected(this.#options.settings)));
    // nodemailer is in the middle of starting the handshake, which must be there to be ended.
    queueMicrotask(refuse);
  }

  #tlsRefusal(reason: string): MailDeliveryError {
    return this.#errors.refusal('EMAILTLS', 'tls', reason);
  }

  #trace(messageId?: string): void {
    try {
      this.#options.trace?.(() => this.#conversation.transcript, messageId);
    } catch {
      // Who listens and fails must not fail the mail.
    }
  }
}
