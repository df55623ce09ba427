import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { RejectedRecipient } from '../../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { ComposedMail } from '../../mime/composed-mail.js';
import type { Redactor } from '../../redaction/redact.js';
import { tlsMode } from '../../settings/tls-mode.js';
import { abortedError } from '../aborted-error.js';
import { connectOver, logInOver, resetOver, sendOver } from './connection-steps.js';
import { MessageSource } from './message-source.js';
import { limitReplies, ReplyDeadline } from './reply-deadline.js';
import { inOrderOf, SessionErrors, withRefused } from './session-errors.js';
import { SessionRedactor } from './session-redactor.js';
import { runStep } from './session-step.js';
import { watchSilence } from './silence-probe.js';
import { checkSize } from './size-limit.js';
import { SmtpConversation } from './smtp-conversation.js';
import { mechanismMissing, sessionCredentials } from './smtp-credentials.js';
import { rejectedRecipient } from './smtp-failure.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';
import { clearCredentialsAllowed, connectionOptions, hasCredentials } from './smtp-options.js';
import { proxyConnection } from './smtp-proxy.js';
import { fittingMail, supportedRecipients } from './supported-recipients.js';
import { clearPasswordRefused, clearTextInjected, implicitTlsMet, startTlsNotOffered } from './tls-advice.js';

/** What the server did with one message. */
export interface SmtpSendResult {
  readonly accepted: readonly string[];
  readonly rejected: readonly RejectedRecipient[];
  readonly response: string;
}

const GOODBYE_MS = 500;
const RESET_MS = 5000;

/** One connection to the mail server: greeted, secured and logged in as the settings demand. */
export class SmtpSession {
  readonly #options: SmtpDeliveryOptions;
  readonly #redactor: SessionRedactor;
  readonly #redact: Redactor;
  readonly #conversation: SmtpConversation;
  readonly #connection: SMTPConnection;
  readonly #errors: SessionErrors;
  #alive = true;
  /** Called once when the connection is gone. */
  onEnd: (() => void) | undefined;
  /** Messages tried over this connection. */
  messages = 0;
  #recovery: Promise<void> = Promise.resolve();

  private constructor(
    options: SmtpDeliveryOptions,
    redactor: SessionRedactor,
    conversation: SmtpConversation,
    connection: SMTPConnection,
  ) {
    this.#options = options;
    this.#redactor = redactor;
    this.#redact = redactor.redact;
    this.#conversation = conversation;
    this.#connection = connection;
    this.#errors = new SessionErrors(options.settings, conversation, this.#redact, connection);
    connection.once('end', () => this.#ended());
    // Between messages an error only means that the connection is gone, which `end` tells too.
    connection.on('error', () => {});
    conversation.isCut = () => !connection._socket || connection._socket.destroyed;
    conversation.onGarbage = text => this.#cutForGarbage(text);
  }

  /** Whether another message can be tried over this connection. */
  get alive(): boolean {
    return this.#alive;
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
    signal: AbortSignal,
    mail?: Pick<ComposedMail, 'messageId' | 'secrets'>,
  ): Promise<SmtpSession> {
    const redactor = new SessionRedactor(redact);
    redactor.carry(mail?.secrets ?? []);
    const conversation = new SmtpConversation(redactor.redact);
    const base = connectionOptions(options);
    const begun = performance.now();
    const { connectionTimeout } = options.settings;
    const { proxy } = options.extra;
    const forProxy = { ...base, connectionTimeout: connectionTimeout * 1000 };
    const proxied =
      proxy === undefined ? {} : await proxyConnection(proxy, forProxy, signal, redactor.redact);
    if (signal.aborted) {
      // Nobody waits for this connection any more, and nobody else would close it.
      proxied.connection?.destroy();
      throw abortedError(signal, { phase: 'connect', retryable: true });
    }
    const connection = new SMTPConnection({ ...base, ...proxied, logger: conversation.logger });
    const session = new SmtpSession(options, redactor, conversation, connection);
    const deadline = new ReplyDeadline(connection);
    deadline.start(Math.max(0, connectionTimeout - (performance.now() - begun) / 1000), () =>
      // Before the login the advice names the setting.
      conversation.phase === 'auth'
        ? `the login was not answered within the setting ConnectionTimeout (${connectionTimeout} s)`
        : 'the session was not ready in time',
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
  async send(mail: ComposedMail, signal: AbortSignal): Promise<SmtpSendResult> {
    this.#redactor.carry(mail.secrets ?? []);
    this.#conversation.beginMessage();
    this.messages++;
    const { reachable, refused } = supportedRecipients(mail, this.#conversation);
    const fitting = fittingMail(mail, this.#conversation);
    checkSize(fitting, this.#conversation);
    this.#errors.offered = reachable;
    const envelope = {
      from: mail.envelope.from,
      to: reachable,
      ...(fitting.size !== undefined && this.#conversation.offers('SIZE') && { size: fitting.size }),
      ...(fitting.eightBit && { use8BitMime: true }),
    };
    const limits = limitReplies(this.#connection, this.#conversation, this.#options.settings);
    const source = new MessageSource(fitting, limits.whileHeld);
    try {
      const content = await source.content();
      const info = await this.#run(signal, mail.messageId, () =>
        sendOver(this.#connection, envelope, content),
      );
      if (this.#conversation.phase !== 'after-data') throw this.#errors.tooEarly(mail.messageId);
      const rejected = info.rejectedErrors.map(error => rejectedRecipient(error, this.#redact));
      return {
        accepted: info.accepted,
        rejected: inOrderOf(mail.envelope.to, [...refused, ...rejected]),
        response: this.#redact(info.response),
      };
    } catch (error) {
      if (source.failure !== undefined) {
        // Half a message is under way; only cutting the connection keeps the server from taking it.
        this.destroy();
        throw source.failure;
      }
      this.#recovery = this.#recover(error);
      throw withRefused(error, refused, mail.envelope.to);
    } finally {
      limits.end();
      this.#trace(mail.messageId);
    }
  }

  /** Waits until the connection is ready for another message, or gone. */
  async settled(): Promise<void> {
    await this.#recovery;
  }

  /** Lets the process end while this connection waits for work, or keeps it from ending again. */
  keepProcessAlive(keep: boolean): void {
    const socket = this.#connection._socket;
    if (!socket) return;
    if (keep) socket.ref();
    else socket.unref();
  }

  /** Says goodbye and closes; done when the connection is gone. */
  async quit(): Promise<void> {
    if (!this.#alive) return;
    this.#alive = false;
    await new Promise<void>(resolve => {
      const timer = setTimeout(() => this.#connection.close(), GOODBYE_MS);
      this.#connection.once('end', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#connection.quit();
    });
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#alive = false;
    this.#connection.close();
  }

  async #connect(signal: AbortSignal, messageId: string | undefined): Promise<void> {
    const { settings } = this.#options;
    const refuse = (reason: string): MailDeliveryError => this.#errors.refusal('EMAILTLS', 'tls', reason);
    const silent = (): boolean => this.#conversation.transcript.length === 0;
    const stopWatching = watchSilence(this.#options, this.#connection, silent, () => {
      this.#connection.emit('error', refuse(implicitTlsMet(settings)));
    });
    this.#conversation.onInjected = () => {
      // nodemailer is in the middle of starting the handshake, which must be there to be ended.
      queueMicrotask(() => this.#connection.emit('error', refuse(clearTextInjected(settings))));
    };
    try {
      await this.#run(signal, messageId, () => connectOver(this.#connection));
    } finally {
      stopWatching();
    }
    const { startTls } = tlsMode(settings.secureSocketOption, settings.port);
    if (startTls === 'always' && !this.#connection.secure) throw refuse(startTlsNotOffered(settings));
  }

  async #logIn(signal: AbortSignal, messageId: string | undefined): Promise<void> {
    if (!hasCredentials(this.#options)) return;
    const { settings } = this.#options;
    const server = `${settings.host}:${settings.port}`;
    if (!this.#connection.secure && !clearCredentialsAllowed(settings)) {
      throw this.#errors.refusal('EMAILTLS', 'tls', clearPasswordRefused(settings));
    }
    if (!this.#connection.allowsAuth) {
      throw this.#errors.refusal(
        'EMAILAUTH',
        'auth',
        `${server} offers no authentication, but Username is set; nothing is sent unauthenticated. Remove Username and Password, or check Port and SecureSocketOption`,
      );
    }
    const missing = mechanismMissing(this.#options, this.#conversation.mechanisms);
    if (missing !== undefined) throw this.#errors.refusal('EMAILAUTH', 'auth', `${server} ${missing}`);
    this.#conversation.phase = 'auth';
    const credentials = await sessionCredentials(this.#options);
    await this.#run(signal, messageId, () => logInOver(this.#connection, credentials));
  }

  #run<T>(signal: AbortSignal, messageId: string | undefined, step: () => Promise<T>): Promise<T> {
    return runStep(this.#connection, this.#errors, { signal, messageId }, step);
  }

  /** After a refusal the connection is as good as before, once the transaction is ended. */
  async #recover(error: unknown): Promise<void> {
    const { phase, inStep } = this.#conversation;
    const refused = error instanceof MailDeliveryError && error.responseCode !== undefined;
    // Anywhere else half a message, or its reply, may still be under way on this connection.
    const clean = inStep && (phase === 'envelope' || (phase === 'after-data' && refused));
    if (!this.#alive || !clean) return this.destroy();
    const patience = AbortSignal.timeout(RESET_MS);
    await this.#run(patience, undefined, () => resetOver(this.#connection)).catch(() => this.destroy());
  }

  /** After something that is no reply nobody knows which command the next one answers. */
  #cutForGarbage(text: string): void {
    this.#connection.emit('error', this.#errors.garbage(text));
    this.#connection.close();
  }

  #trace(messageId?: string): void {
    this.#options.trace?.(() => this.#conversation.transcript, messageId);
  }

  #ended(): void {
    this.#alive = false;
    this.onEnd?.();
  }
}
