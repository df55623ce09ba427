import { isErrorLike } from '../../errors/error-facts.js';
import type {
  MailDeliveryErrorCode,
  MailDeliveryPhase,
  RejectedRecipient,
} from '../../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { plainCause, reasonOf } from '../../errors/plain-cause.js';
import type { Redactor } from '../../redaction/redact.js';
import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';
import type { EnvelopeVerdict, RecipientRefusal } from './envelope-replies.js';
import { judgeEnvelope, refusalsIn } from './envelope-replies.js';
import type { SmtpLibraryError } from './nodemailer/nodemailer-error.js';
import { rejectedRecipient } from './rejected-recipients.js';
import { CLOSING, codeOf, enhancedCodeOf, isRefusal, isTemporaryReply } from './reply-codes.js';
import { adviceFor } from './smtp-advice.js';
import type { ConversationState } from './smtp-conversation.js';

/** Where a failure came up. */
export interface FailureContext {
  readonly settings: ResolvedMailSettings;
  readonly conversation: ConversationState;
  readonly redact: Redactor;
  /** Whether TLS from the first byte was being established over an open TCP connection. */
  readonly inImplicitHandshake?: boolean;
  readonly messageId?: string;
  /** The recipients that were offered to the server, in this order. */
  readonly offered?: readonly string[];
}

const CODES: Readonly<Record<MailDeliveryPhase, MailDeliveryErrorCode>> = {
  connect: 'EMAILCONNECT',
  tls: 'EMAILTLS',
  auth: 'EMAILAUTH',
  envelope: 'EMAILENVELOPE',
  data: 'EMAILDATA',
  'after-data': 'EMAILUNKNOWN',
  write: 'EMAILWRITE',
};
const CERTIFICATE =
  /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/;
const TLS_PROTOCOL = /^(?:EPROTO|ERR_SSL_|ERR_TLS_)/;
/** Codes of network errors, as a token endpoint of OAuth2 may meet them. */
const NETWORK = /^(?:ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)/;
const BROKEN: ReadonlySet<string> = new Set(['ECONNECTION', 'ESOCKET', 'ETIMEDOUT', 'EDNS', 'EPROXY']);

/** Classifies an error of nodemailer by how far the conversation had come, not by its code, which says little. */
export function deliveryError(error: unknown, context: FailureContext): MailDeliveryError {
  const failure: SmtpLibraryError = isErrorLike(error) ? error : new Error(String(error));
  const judged = judgement(context);
  const phase = judged ? PHASES[judged.by] : phaseOf(failure, context);
  const { responseCode, response } = replyOf(failure, judged, context);
  const enhancedCode = enhancedCodeOf(response);
  const own = judged
    ? isTemporaryReply(codeOf(judged.reply))
    : retryableOf(failure, responseCode, phase, context);
  const { recipients, retryable } = withRecipients(own, response, judged, context);
  const decided = Object.assign(new Error(failure.message), failure, {
    ...(responseCode !== undefined && { responseCode }),
    ...(response !== undefined && { response }),
  });
  const advice = adviceFor(decided, phase, context);
  const answer =
    response ?? (isIdle(failure) ? idleMessage(context) : context.redact(plainMessage(reasonOf(failure))));
  // A server that closed the connection, or sent no SMTP reply, has refused nothing.
  const lost = responseCode === undefined || isConnectionLoss({ responseCode });
  const headline = lost && phase in LOST ? LOST_HEADLINE : HEADLINES[phase];
  return new MailDeliveryError(
    CODES[phase],
    `${headline} ${context.settings.host}:${context.settings.port}: ${oneLine(answer)}${advice === undefined ? '' : `. ${advice}`}`,
    {
      phase,
      retryable,
      ...(responseCode !== undefined && { responseCode }),
      ...(enhancedCode !== undefined && { enhancedCode }),
      ...(response !== undefined && { response }),
      ...(recipients.length > 0 && { recipients }),
      transcript: context.conversation.transcript,
      ...(context.messageId !== undefined && { messageId: context.messageId }),
      cause: plainCause(failure, context.redact),
    },
  );
}

const PHASES: Readonly<Record<EnvelopeVerdict['by'], MailDeliveryPhase>> = {
  MAIL: 'envelope',
  RCPT: 'envelope',
  DATA: 'data',
};

/** Which reply has refused the envelope, whatever nodemailer has failed with; undefined when none has. */
function judgement({ conversation, offered = [] }: FailureContext): EnvelopeVerdict | undefined {
  return conversation.phase === 'envelope' ? judgeEnvelope(conversation.envelope, offered.length) : undefined;
}

/** A reply of the server that has decided, redacted. */
interface DecidingReply {
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
}

/** What the server answered to the command that failed, or said before the connection was closed. */
function replyOf(
  failure: SmtpLibraryError,
  judged: EnvelopeVerdict | undefined,
  { conversation, redact }: FailureContext,
): DecidingReply {
  if (judged) return { responseCode: codeOf(judged.reply), response: redact(judged.reply) };
  if (failure.responseCode !== undefined && failure.response !== undefined)
    return { responseCode: failure.responseCode, response: redact(failure.response) };
  // Behind the last reply there was only the end of the connection.
  const last = isSettingUp(conversation.phase) && isLoss(failure) ? conversation.lastRefusal : undefined;
  const said = last ?? conversation.closingReply;
  return said === undefined ? {} : { responseCode: codeOf(said), response: said };
}

function isSettingUp(phase: MailDeliveryPhase): boolean {
  return phase === 'connect' || phase === 'tls' || phase === 'auth';
}

/**
 * The recipients that the server had refused, whether or not that is what failed. The error's own `retryable` counts for
 * the others; where it would contradict a recipient, all are named.
 */
function withRecipients(
  retryable: boolean | 'unknown',
  response: string | undefined,
  judged: EnvelopeVerdict | undefined,
  { conversation, redact, offered = [] }: FailureContext,
): { recipients: RejectedRecipient[]; retryable: boolean | 'unknown' } {
  const refusals = refusalsIn(conversation.envelope);
  const recipients = refusals.map(({ index, reply }) =>
    rejectedRecipient(offered[index] ?? '', reply, redact),
  );
  const contradicts = retryable === false && recipients.some(recipient => recipient.retryable === true);
  if (!contradicts || judged?.by === 'RCPT' || response === undefined) return { recipients, retryable };
  const named = new Map(recipients.map(recipient => [recipient.address, recipient]));
  return {
    retryable: true,
    recipients: offered.map(address => named.get(address) ?? rejectedRecipient(address, response, redact)),
  };
}

/** Whether an error means that the connection is gone, and not that the server refused something. */
export function isConnectionLoss(failure: {
  responseCode?: number | undefined;
  code?: string | undefined;
}): boolean {
  return (
    failure.responseCode === CLOSING || (failure.responseCode === undefined && BROKEN.has(failure.code ?? ''))
  );
}

/** Whether a TLS error is about the certificate: another try meets the same one. */
function isCertificateError(error: SmtpLibraryError): boolean {
  return CERTIFICATE.test(error.originalCode ?? '') || CERTIFICATE.test(error.code ?? '');
}

const LOST: Partial<Record<MailDeliveryPhase, true>> = { envelope: true, data: true };
const LOST_HEADLINE = 'Before the message was taken, the connection was lost to the mail server';

/** The message of an error is written to logs, where it must stay one line. */
function oneLine(text: string): string {
  return text.replace(/\n/g, ' ');
}

/** How the message of an error begins; the server follows. */
export const HEADLINES: Readonly<Record<MailDeliveryPhase, string>> = {
  connect: 'No usable connection to the mail server',
  tls: 'No TLS with the mail server',
  auth: 'No login at the mail server',
  envelope: 'Sender or recipients refused by the mail server',
  data: 'Message not taken by the mail server',
  'after-data': 'The message was handed over, but no usable reply came from the mail server',
  write: 'Not written for',
};

/** The idle timer of the socket has fired; nodemailer says only "Timeout". */
function isIdle(failure: SmtpLibraryError): boolean {
  return failure.code === 'ETIMEDOUT' && failure.message === 'Timeout';
}

function idleMessage({ settings: { socketTimeout } }: FailureContext): string {
  return `nothing moved within the setting SocketTimeout (${socketTimeout} s)`;
}

/** OpenSSL puts addresses and source files around its reason, and a line end behind it. */
function plainMessage(message: string): string {
  return message.replace(/^[0-9A-F]+:error:[^:]*:[^:]*:[^:]*:([^:]+):.*$/s, '$1').trim();
}

function phaseOf(error: SmtpLibraryError, context: FailureContext): MailDeliveryPhase {
  const reached = context.conversation.phase;
  if (error.command === 'MAIL FROM' || error.command === 'RCPT TO') return 'envelope';
  // Only a refusal says that the message was not taken; anything else leaves it open.
  if (reached === 'after-data') return isRefusal(error.responseCode) ? 'data' : 'after-data';
  if (reached !== 'connect') return error.code === 'EAUTH' ? 'auth' : reached;
  if (error.code === 'EAUTH') return 'auth';
  const tls =
    error.code === 'ETLS' || isCertificateError(error) || TLS_PROTOCOL.test(error.originalCode ?? '');
  return tls || context.inImplicitHandshake ? 'tls' : 'connect';
}

function retryableOf(
  error: SmtpLibraryError,
  responseCode: number | undefined,
  phase: MailDeliveryPhase,
  { conversation, offered = [] }: FailureContext,
): boolean | 'unknown' {
  if (phase === 'after-data') return 'unknown';
  const refusals = refusalsIn(conversation.envelope);
  // That some recipients were refused before the connection broke is no reason to keep the mail from the others.
  if (isLoss(error) && refusals.length > 0) return refusals.length < offered.length || anyTemporary(refusals);
  // A server that goes on asking, or says what ends no login (RFC 4954 4), would do so each time, and get the password each time.
  if (phase === 'auth' && responseCode !== undefined && !isRefusal(responseCode)) return false;
  // An old token was refused, and there was no room for a new one.
  if (error.retryable === true) return true;
  if (responseCode !== undefined) return isTemporaryReply(responseCode);
  if (isCertificateError(error) || TLS_PROTOCOL.test(error.originalCode ?? '')) return false;
  if (error.code === 'EAUTH' && NETWORK.test(error.originalCode ?? '')) return true;
  return isLoss(error) || error.code === 'ETLS';
}

function anyTemporary(refusals: readonly RecipientRefusal[]): boolean {
  return refusals.some(({ reply }) => isTemporaryReply(codeOf(reply)));
}

/** Whether the connection broke, or said what is no SMTP reply. */
function isLoss({ code }: SmtpLibraryError): boolean {
  return BROKEN.has(code ?? '') || code === 'EPROTOCOL';
}
