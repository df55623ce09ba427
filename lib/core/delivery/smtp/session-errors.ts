import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { isErrorLike } from '../../errors/error-facts.js';
import type {
  MailDeliveryErrorCode,
  MailDeliveryPhase,
  RejectedRecipient,
} from '../../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { Redactor } from '../../redaction/redact.js';
import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import { tlsMode } from '../../settings/tls-mode.js';
import { abortedError } from '../aborted-error.js';
import type { SmtpLibraryError } from './nodemailer-error.js';
import type { SmtpConversation } from './smtp-conversation.js';
import { deliveryError } from './smtp-failure.js';

/** Makes the errors of one session, with how far it has come and what was said. */
export class SessionErrors {
  readonly #settings: ResolvedMailSettings;
  readonly #conversation: SmtpConversation;
  readonly #redact: Redactor;
  readonly #connection: SMTPConnection;
  readonly #implicit: boolean;
  #failedInHandshake = false;
  /** The recipients of the message under way that were offered to the server. */
  offered: readonly string[] = [];

  constructor(
    settings: ResolvedMailSettings,
    conversation: SmtpConversation,
    redact: Redactor,
    connection: SMTPConnection,
  ) {
    this.#settings = settings;
    this.#conversation = conversation;
    this.#redact = redact;
    this.#connection = connection;
    this.#implicit = tlsMode(settings.secureSocketOption, settings.port).implicit;
    // Looked at while it fails: a socket that is closed knows no more how far it had come.
    connection.once('error', error => {
      this.#failedInHandshake = this.#inHandshake && !isConnectError(error);
    });
  }

  /** A signal has ended the session. */
  aborted(signal: AbortSignal, messageId: string | undefined): MailDeliveryError {
    const { transcript } = this.#conversation;
    const phase = this.#inHandshake ? 'tls' : this.#conversation.phase;
    return abortedError(signal, {
      phase,
      transcript,
      retryable: phase === 'after-data' ? 'unknown' : true,
      ...(messageId !== undefined && { messageId }),
    });
  }

  /** nodemailer has failed. */
  failure(error: unknown, messageId: string | undefined): MailDeliveryError {
    if (error instanceof MailDeliveryError) return error;
    this.#overhear();
    return deliveryError(error, {
      settings: this.#settings,
      conversation: this.#conversation,
      redact: this.#redact,
      offered: this.offered,
      inImplicitHandshake: this.#failedInHandshake,
      ...(messageId !== undefined && { messageId }),
    });
  }

  /** The connection has ended without an error of nodemailer. */
  ended(): SmtpLibraryError {
    return Object.assign(new Error('the server closed the connection'), { code: 'ECONNECTION' });
  }

  /** The server has said something that is no reply of SMTP. */
  garbage(text: string): SmtpLibraryError {
    return Object.assign(new Error(`the server said what is no SMTP reply: ${text}`), { code: 'EPROTOCOL' });
  }

  #overhear(): void {
    if (!this.#connection.destroyed) return;
    for (const reply of unheardReplies(this.#connection)) this.#conversation.overhear(reply);
  }

  /** We refuse to go on. */
  refusal(code: MailDeliveryErrorCode, phase: MailDeliveryPhase, message: string): MailDeliveryError {
    const { transcript } = this.#conversation;
    return new MailDeliveryError(code, `${message}.`, { phase, retryable: false, transcript });
  }

  /** The server said yes before it had the whole message. */
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
    const { stage, _socket: socket } = this.#connection;
    return this.#implicit && stage !== 'connected' && Boolean(socket && !socket.connecting);
  }
}

/** With several addresses tried, an AggregateError holds what became of each. */
function isConnectError(error: unknown): boolean {
  return isErrorLike(error) && ('errors' in error || ('syscall' in error && error.syscall === 'connect'));
}

/**
 * The whole replies that have come on a connection and that nodemailer has not come to. It takes them one by one, and a
 * connection that is cut takes the rest with it.
 */
function unheardReplies(connection: SMTPConnection): string[] {
  if (!('_responseQueue' in connection) || !Array.isArray(connection._responseQueue)) return [];
  return connection._responseQueue.filter(reply => isWholeReply(reply));
}

function isWholeReply(reply: unknown): reply is string {
  return typeof reply === 'string' && reply.trim() !== '' && !/(?:^|\n)\d+-[^\n]*$/.test(reply);
}

/** Adds the recipients that were not even offered to the server to those that it refused, in the order of `to`. */
export function withRefused(
  error: unknown,
  refused: readonly RejectedRecipient[],
  to: readonly string[],
): unknown {
  if (refused.length === 0 || !(error instanceof MailDeliveryError)) return error;
  return new MailDeliveryError(error.code, error.message, {
    ...error,
    recipients: inOrderOf(to, [...refused, ...(error.recipients ?? [])]),
    cause: error.cause,
  });
}

/** Recipients in the order of the envelope. */
export function inOrderOf(
  addresses: readonly string[],
  rejected: readonly RejectedRecipient[],
): readonly RejectedRecipient[] {
  const place = new Map(addresses.map((address, index) => [address, index]));
  return rejected.toSorted((left, right) => (place.get(left.address) ?? 0) - (place.get(right.address) ?? 0));
}
