import type { MailErrorCode } from './mail-error-code.js';
import { MailError } from './mail-error.js';

/** The codes that a {@link MailDeliveryError} can carry. */
export type MailDeliveryErrorCode = Extract<
  MailErrorCode,
  | 'EMAILCONNECT'
  | 'EMAILTLS'
  | 'EMAILAUTH'
  | 'EMAILENVELOPE'
  | 'EMAILDATA'
  | 'EMAILUNKNOWN'
  | 'EMAILWRITE'
  | 'EMAILABORTED'
  | 'EMAILTIMEOUT'
  | 'EMAILCLOSED'
>;

/** How far a delivery had come. `after-data`: the message was handed over and the reply is not known. */
export type MailDeliveryPhase = 'connect' | 'tls' | 'auth' | 'envelope' | 'data' | 'after-data' | 'write';

/** A recipient that the server refused, with the server's reason. */
export interface RejectedRecipient {
  /** The address as it stood in the envelope. */
  readonly address: string;
  /** SMTP reply code (RFC 5321 4.2), where the server gave one. */
  readonly code?: number;
  /** Enhanced status code (RFC 3463), where the server gave one. */
  readonly enhancedCode?: string;
  /** What the server said, shortened, control characters shown escaped. */
  readonly response?: string;
  /** Whether another try can succeed; `'unknown'` when the message may already have been accepted. */
  readonly retryable: boolean | 'unknown';
}

/** What is known about a failed delivery. */
export interface MailDeliveryErrorDetails {
  phase: MailDeliveryPhase;
  retryable: boolean | 'unknown';
  responseCode?: number;
  enhancedCode?: string;
  response?: string;
  recipients?: readonly RejectedRecipient[];
  transcript?: readonly string[];
  messageId?: string;
  cause?: unknown;
}

/** The message could not be delivered. Says how far it came and whether another try can succeed. */
export class MailDeliveryError extends MailError {
  declare readonly code: MailDeliveryErrorCode;
  /** How far the delivery had come. */
  readonly phase: MailDeliveryPhase;
  /** `true`: surely not delivered, a later try can succeed. `false`: a retry is pointless. `'unknown'`: it may have been delivered; a retry must keep the Message-ID. */
  readonly retryable: boolean | 'unknown';
  /** SMTP reply code (RFC 5321 4.2), or undefined. */
  readonly responseCode: number | undefined;
  /** Enhanced status code (RFC 3463), or undefined. */
  readonly enhancedCode: string | undefined;
  /** What the server said, without secrets, shortened, control characters shown escaped. */
  readonly response: string | undefined;
  /** The refused recipients, in the order of the envelope, when some were refused; for the others {@link retryable} counts. */
  readonly recipients: readonly RejectedRecipient[] | undefined;
  /** The SMTP conversation (C: client, S: server), without passwords and without the message. */
  readonly transcript: readonly string[] | undefined;
  /** Message-ID of the mail, to be kept by a retry. */
  readonly messageId: string | undefined;

  constructor(code: MailDeliveryErrorCode, message: string, details: MailDeliveryErrorDetails) {
    super(code, message, { cause: details.cause });
    this.phase = details.phase;
    this.retryable = details.retryable;
    this.responseCode = details.responseCode;
    this.enhancedCode = details.enhancedCode;
    this.response = details.response;
    this.recipients = details.recipients;
    this.transcript = details.transcript;
    this.messageId = details.messageId;
  }
}
