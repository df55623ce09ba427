import { isErrorLike } from '../../errors/error-facts.js';
import type { MailDeliveryErrorCode, MailDeliveryPhase } from '../../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { plainCause } from '../../errors/plain-cause.js';
import type { Redactor } from '../../redaction/redact.js';
import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import { tlsMode } from '../../settings/tls-mode.js';
import { abortedError } from '../aborted-error.js';
import type { NodemailerConnection } from './nodemailer/nodemailer-connection.js';
import type { SmtpLibraryError } from './nodemailer/nodemailer-error.js';
import type { SmtpConversation } from './smtp-conversation.js';
import { deliveryError, HEADLINES } from './smtp-failure.js';

/** Makes the errors of one session, with how far it has come and what was said. */
export class SessionErrors {
  readonly #settings: ResolvedMailSettings;
  readonly #conversation: SmtpConversation;
  readonly #redact: Redactor;
  readonly #connection: NodemailerConnection;
  readonly #implicit: boolean;
  #failedInHandshake = false;
  #offered: readonly string[] = [];

  constructor(
    settings: ResolvedMailSettings,
    conversation: SmtpConversation,
    redact: Redactor,
    connection: NodemailerConnection,
  ) {
    this.#settings = settings;
    this.#conversation = conversation;
    this.#redact = redact;
    this.#connection = connection;
    this.#implicit = tlsMode(settings.secureSocketOption, settings.port).implicit;
    // Looked at while it fails: a socket that is closed knows no more how far it had come.
    connection.onceFailed(error => {
      this.#failedInHandshake = this.#inHandshake && !isConnectError(error);
    });
  }

  /** A message begins that is offered to these recipients. */
  beginMessage(offered: readonly string[]): void {
    this.#offered = offered;
  }

  /** A signal has ended the session. */
  aborted(reason: unknown, messageId: string | undefined): MailDeliveryError {
    const { transcript } = this.#conversation;
    const phase = this.#inHandshake ? 'tls' : this.#conversation.phase;
    return abortedError(
      { reason },
      {
        phase,
        transcript,
        retryable: phase === 'after-data' ? 'unknown' : true,
        ...(messageId !== undefined && { messageId }),
      },
    );
  }

  /** nodemailer has failed. */
  failure(error: unknown, messageId: string | undefined): MailDeliveryError {
    if (error instanceof MailDeliveryError) return error;
    for (const reply of this.#connection.unreadReplies) this.#conversation.replyUnread(reply);
    return deliveryError(error, {
      settings: this.#settings,
      conversation: this.#conversation,
      redact: this.#redact,
      offered: this.#offered,
      inImplicitHandshake: this.#failedInHandshake,
      ...(messageId !== undefined && { messageId }),
    });
  }

  /** Why a session was not ready in time. Before the login, the advice names the setting. */
  notReady(): string {
    const { phase, awaited } = this.#conversation;
    if (phase !== 'auth') return 'the session was not ready in time';
    const { connectionTimeout } = this.#settings;
    const unanswered = awaited === undefined ? 'the login was not answered' : `${awaited} did not answer`;
    return `${unanswered} within the setting ConnectionTimeout (${connectionTimeout} s)`;
  }

  /** The connection has ended without an error of nodemailer. */
  ended(): SmtpLibraryError {
    return Object.assign(new Error('the server closed the connection'), { code: 'ECONNECTION' });
  }

  /** The server has said something that is no reply of SMTP. */
  invalidReply(text: string): SmtpLibraryError {
    return Object.assign(new Error(`the server said what is no SMTP reply: ${text}`), { code: 'EPROTOCOL' });
  }

  /** The server asks for a message in a way that is none (RFC 5321 4.1.1.4). */
  wrongGoAhead(): SmtpLibraryError {
    return Object.assign(new Error('the server answered DATA with something else than 354'), {
      code: 'EPROTOCOL',
    });
  }

  /** We refuse to go on. */
  refusal(code: MailDeliveryErrorCode, phase: MailDeliveryPhase, reason: string): MailDeliveryError {
    const { transcript } = this.#conversation;
    return new MailDeliveryError(code, `${reason}.`, { phase, retryable: false, transcript });
  }

  /**
   * The login never came to the server: there is nothing to sign in with.
   *
   * @param reason sentence without its full stop and without secrets
   */
  noLogin(
    reason: string,
    { retryable, cause, messageId }: { retryable: boolean; cause?: unknown; messageId: string | undefined },
  ): MailDeliveryError {
    const { host, port } = this.#settings;
    const { transcript } = this.#conversation;
    return new MailDeliveryError('EMAILAUTH', `${HEADLINES.auth} ${host}:${port}: ${reason}.`, {
      phase: 'auth',
      retryable,
      transcript,
      ...(messageId !== undefined && { messageId }),
      ...(cause !== undefined && { cause: plainCause(cause, this.#redact) }),
    });
  }

  /** The server has accepted the message before it had the whole of it. */
  tooEarly(messageId: string): MailDeliveryError {
    const { transcript } = this.#conversation;
    return new MailDeliveryError(
      'EMAILUNKNOWN',
      'The mail server answered before the message was complete.',
      { phase: 'data', retryable: 'unknown', transcript, messageId },
    );
  }

  /** Whether TLS from the first byte is being established, over a TCP connection that is open. */
  get #inHandshake(): boolean {
    return this.#implicit && this.#connection.handshaking;
  }
}

/** With several addresses tried, an AggregateError holds what became of each. */
function isConnectError(error: unknown): boolean {
  return isErrorLike(error) && ('errors' in error || ('syscall' in error && error.syscall === 'connect'));
}
