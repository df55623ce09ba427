import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type {
  MailDeliveryErrorCode,
  MailDeliveryPhase,
  RejectedRecipient,
} from '../../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { ComposedMail } from '../../message/composed-mail.js';
import { tlsMode } from '../../settings/tls-mode.js';
import { abortedError } from '../aborted-error.js';
import { connectOver, logInOver, resetOver, sendOver } from './connection-steps.js';
import { MessageSource } from './message-source.js';
import { limitReply } from './reply-limit.js';
import type { Redactor } from './redact.js';
import { watchSilence } from './silence-probe.js';
import { SmtpConversation } from './smtp-conversation.js';
import { sessionCredentials } from './smtp-credentials.js';
import type { SmtpLibraryError } from './smtp-failure.js';
import { deliveryError, rejectedRecipient } from './smtp-failure.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';
import { clearCredentialsAllowed, connectionOptions, hasCredentials } from './smtp-options.js';
import { proxyConnection } from './smtp-proxy.js';
import { supportedRecipients } from './supported-recipients.js';

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
  readonly #redact: Redactor;
  readonly #conversation: SmtpConversation;
  readonly #connection: SMTPConnection;
  #alive = true;
  /** Called once when the connection is gone. */
  onEnd: (() => void) | undefined;
  /** Messages tried over this connection. */
  messages = 0;
  #recovery: Promise<void> = Promise.resolve();

  private constructor(
    options: SmtpDeliveryOptions,
    redact: Redactor,
    conversation: SmtpConversation,
    connection: SMTPConnection,
  ) {
    this.#options = options;
    this.#redact = redact;
    this.#conversation = conversation;
    this.#connection = connection;
    connection.once('end', () => this.#ended());
    // Between messages an error only means that the connection is gone, which `end` tells too.
    connection.on('error', () => {});
  }

  /** Whether another message can be tried over this connection. */
  get alive(): boolean {
    return this.#alive;
  }

  /**
   * Connects, secures the connection and logs in.
   *
   * @throws {@link MailDeliveryError} of the phase `connect`, `tls` or `auth`
   */
  static async open(
    options: SmtpDeliveryOptions,
    redact: Redactor,
    signal: AbortSignal,
  ): Promise<SmtpSession> {
    const conversation = new SmtpConversation(redact);
    const base = connectionOptions(options);
    const proxied = options.extra.proxy === undefined ? {} : await proxyConnection(options.extra.proxy, base);
    if (signal.aborted) {
      // Nobody waits for this connection any more, and nobody else would close it.
      proxied.connection?.destroy();
      throw abortedError(signal, { phase: 'connect', retryable: true });
    }
    const connection = new SMTPConnection({ ...base, ...proxied, logger: conversation.logger });
    const session = new SmtpSession(options, redact, conversation, connection);
    try {
      await session.#connect(signal);
      await session.#logIn(signal);
      return session;
    } catch (error) {
      session.destroy();
      throw error;
    }
  }

  /**
   * Sends one message. Afterwards {@link alive} tells whether the connection can take another one.
   *
   * @throws {@link MailDeliveryError}
   */
  async send(mail: ComposedMail, signal: AbortSignal): Promise<SmtpSendResult> {
    this.#conversation.beginMessage();
    this.messages++;
    const { reachable, refused } = supportedRecipients(mail, this.#conversation);
    const envelope = {
      from: mail.envelope.from,
      to: reachable,
      ...(mail.size !== undefined && { size: mail.size }),
    };
    const source = new MessageSource(mail);
    const stopWatching = limitReply(this.#connection, this.#conversation, this.#options.settings);
    try {
      const content = await source.content();
      const info = await this.#run(signal, mail.messageId, () =>
        sendOver(this.#connection, envelope, content),
      );
      if (this.#conversation.phase !== 'after-data') throw this.#tooEarly(mail.messageId);
      const rejected = info.rejectedErrors.map(error => rejectedRecipient(error, this.#redact));
      return {
        accepted: info.accepted,
        rejected: [...refused, ...rejected],
        response: this.#redact(info.response),
      };
    } catch (error) {
      if (source.failure !== undefined) {
        // Half a message is under way; only cutting the connection keeps the server from taking it.
        this.destroy();
        throw source.failure;
      }
      this.#recovery = this.#recover(error);
      throw withRefused(error, refused);
    } finally {
      stopWatching();
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

  async #connect(signal: AbortSignal): Promise<void> {
    const { settings } = this.#options;
    const silent = (): boolean => this.#conversation.transcript.length === 0;
    const wrongPairing = `${settings.host}:${settings.port} speaks TLS from the first byte, but SecureSocketOption is ${settings.secureSocketOption}; set it to SslOnConnect`;
    const stopWatching = watchSilence(settings, this.#connection, silent, () => {
      this.#connection.emit('error', this.#refusal('EMAILTLS', 'tls', wrongPairing));
    });
    try {
      await this.#run(signal, undefined, () => connectOver(this.#connection));
    } finally {
      stopWatching();
    }
  }

  async #logIn(signal: AbortSignal): Promise<void> {
    if (!hasCredentials(this.#options)) return;
    const { settings } = this.#options;
    const server = `${settings.host}:${settings.port}`;
    if (!this.#connection.secure && !clearCredentialsAllowed(settings)) {
      throw this.#refusal(
        'EMAILTLS',
        'tls',
        `The connection to ${server} is not encrypted, and the password must not cross it; see the setting SecureSocketOption`,
      );
    }
    if (!this.#connection.allowsAuth) {
      throw this.#refusal(
        'EMAILAUTH',
        'auth',
        `${server} offers no authentication, but Username is set; nothing is sent unauthenticated. Remove Username and Password, or check Port and SecureSocketOption`,
      );
    }
    this.#conversation.phase = 'auth';
    const credentials = await sessionCredentials(this.#options);
    await this.#run(signal, undefined, () => logInOver(this.#connection, credentials));
  }

  /** Runs one step of the session; it ends with its result, the connection's failure, or the signal. */
  async #run<T>(signal: AbortSignal, messageId: string | undefined, step: () => Promise<T>): Promise<T> {
    let interrupt: (reason: unknown) => void = () => {};
    const interruption = new Promise<never>((_, reject) => {
      interrupt = reject;
    });
    const onError = (error: unknown): void => interrupt(error);
    const onEnd = (): void => {
      const ended = this.#endedError();
      // nodemailer closes a connection before it says why; the reason, where there is one, comes first.
      queueMicrotask(() => interrupt(ended));
    };
    const onAbort = (): void => {
      interrupt(this.#aborted(signal, messageId));
      this.destroy();
    };
    this.#connection.once('error', onError);
    this.#connection.once('end', onEnd);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal.aborted) onAbort();
      return await (signal.aborted ? interruption : Promise.race([interruption, step()]));
    } catch (error) {
      throw this.#failure(error, messageId);
    } finally {
      this.#connection.off('error', onError);
      this.#connection.off('end', onEnd);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #aborted(signal: AbortSignal, messageId: string | undefined): MailDeliveryError {
    const { phase, transcript } = this.#conversation;
    return abortedError(signal, {
      phase,
      transcript,
      retryable: phase === 'after-data' ? 'unknown' : true,
      ...(messageId !== undefined && { messageId }),
    });
  }

  #failure(error: unknown, messageId: string | undefined): MailDeliveryError {
    if (error instanceof MailDeliveryError) return error;
    const { settings } = this.#options;
    const socket = this.#connection._socket;
    const implicit = tlsMode(settings.secureSocketOption, settings.port).implicit;
    const inImplicitHandshake =
      implicit && this.#conversation.lastReply === '' && Boolean(socket && socket.remoteAddress);
    return deliveryError(error, {
      settings,
      conversation: this.#conversation,
      redact: this.#redact,
      inImplicitHandshake,
      ...(messageId !== undefined && { messageId }),
    });
  }

  #endedError(): SmtpLibraryError {
    const reply = this.#conversation.lastReply;
    const farewell = reply.startsWith('421') ? { responseCode: 421, response: reply } : {};
    return Object.assign(new Error('the server closed the connection'), { code: 'ECONNECTION' }, farewell);
  }

  #refusal(
    code: MailDeliveryErrorCode,
    phase: MailDeliveryPhase,
    message: string,
    recipients?: readonly RejectedRecipient[],
  ): MailDeliveryError {
    const { transcript } = this.#conversation;
    return new MailDeliveryError(code, `${message}.`, {
      phase,
      retryable: false,
      transcript,
      ...(recipients && { recipients }),
    });
  }

  /** After a refusal the connection is as good as before, once the transaction is ended. */
  async #recover(error: unknown): Promise<void> {
    const { phase } = this.#conversation;
    const refused = error instanceof MailDeliveryError && error.responseCode !== undefined;
    // Anywhere else half a message, or its reply, may still be under way on this connection.
    const clean = phase === 'envelope' || (phase === 'after-data' && refused);
    if (!this.#alive || !clean) return this.destroy();
    const patience = AbortSignal.timeout(RESET_MS);
    await this.#run(patience, undefined, () => resetOver(this.#connection)).catch(() => this.destroy());
  }

  #tooEarly(messageId: string): MailDeliveryError {
    return new MailDeliveryError(
      'EMAILUNKNOWN',
      'The mail server answered before the message was complete.',
      {
        phase: 'data',
        retryable: 'unknown',
        transcript: this.#conversation.transcript,
        messageId,
      },
    );
  }

  #ended(): void {
    this.#alive = false;
    this.onEnd?.();
  }
}

/** Adds the recipients that were not even offered to the server to those that it refused. */
function withRefused(error: unknown, refused: readonly RejectedRecipient[]): unknown {
  if (refused.length === 0 || !(error instanceof MailDeliveryError) || error.recipients === undefined)
    return error;
  return new MailDeliveryError(error.code, error.message, {
    ...error,
    recipients: [...refused, ...error.recipients],
    cause: error.cause,
  });
}
