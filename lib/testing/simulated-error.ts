import { timeoutError } from '../core/concurrency/timeout-error.js';
import { abortedError } from '../core/delivery/aborted-error.js';
import type { DeliveryOutcome } from '../core/delivery/mail-delivery.js';
import { writeFailure } from '../core/delivery/pickup/write-failure.js';
import type { EnvelopeReplies } from '../core/delivery/smtp/envelope-replies.js';
import type { SmtpLibraryError } from '../core/delivery/smtp/nodemailer/nodemailer-error.js';
import { rejectedRecipient } from '../core/delivery/smtp/rejected-recipients.js';
import { SessionRedactor } from '../core/delivery/smtp/session-redactor.js';
import type { ConversationState } from '../core/delivery/smtp/smtp-conversation.js';
import { deliveryError } from '../core/delivery/smtp/smtp-failure.js';
import type { MailDeliveryPhase } from '../core/errors/mail-delivery-error.js';
import { MailDeliveryError } from '../core/errors/mail-delivery-error.js';
import type { ComposedMail } from '../core/mime/composed-mail.js';
import type { Redactor } from '../core/redaction/redact.js';
import { resolveMailSettings } from '../core/settings/resolve-mail-settings.js';
import type { FailurePlan } from './simulated-failure.js';

/** The errors of nodemailer for a connection that breaks before the server replies. */
const BREAKS: Readonly<Record<Exclude<MailDeliveryPhase, 'write'>, { code: string; message: string }>> = {
  connect: { code: 'ECONNECTION', message: 'the connection is refused, as the test demands' },
  tls: { code: 'ETLS', message: 'the handshake fails, as the test demands' },
  auth: { code: 'ECONNECTION', message: 'the connection breaks, as the test demands' },
  envelope: { code: 'ECONNECTION', message: 'the connection breaks, as the test demands' },
  data: { code: 'ECONNECTION', message: 'the connection breaks, as the test demands' },
  'after-data': { code: 'ECONNECTION', message: 'the connection breaks, as the test demands' },
};
/** The codes that nodemailer gives to the refusals of a server. */
const REFUSALS: Readonly<Record<Exclude<MailDeliveryPhase, 'write' | 'after-data'>, string>> = {
  connect: 'EPROTOCOL',
  tls: 'ETLS',
  auth: 'EAUTH',
  envelope: 'EENVELOPE',
  data: 'EMESSAGE',
};

/** The error that a real delivery would fail with: made by the same code, of the error that nodemailer would throw. */
export function simulatedError(plan: FailurePlan, mail: ComposedMail): MailDeliveryError {
  const error = endedError(plan, mail) ?? realError(plan, mail);
  const { code = error.code, retryable = error.retryable } = plan;
  if (code === error.code && retryable === error.retryable) return error;
  return new MailDeliveryError(code, error.message, { ...error, retryable, cause: error.cause });
}

/** What becomes of a mail of which some recipients are refused. */
export function partialOutcome(plan: FailurePlan, mail: ComposedMail): DeliveryOutcome {
  const refused = new Set(plan.recipients);
  return {
    status: 'accepted',
    accepted: mail.envelope.to.filter(address => !refused.has(address)),
    rejected: mail.envelope.to
      .filter(address => refused.has(address))
      .map(recipient => rejectedRecipient(recipient, plan.reply ?? '', redactorFor(mail))),
  };
}

/** The error of a send that was aborted, timed out or shut down; undefined for any other code. */
function endedError(
  { code, phase }: FailurePlan,
  { messageId }: ComposedMail,
): MailDeliveryError | undefined {
  const details = { phase, messageId, retryable: phase === 'after-data' ? ('unknown' as const) : true };
  switch (code) {
    case 'EMAILABORTED':
      return abortedError(AbortSignal.abort(), details);
    case 'EMAILTIMEOUT':
      return abortedError(AbortSignal.abort(timeoutError('The send', 'it may')), details);
    case 'EMAILCLOSED':
      return new MailDeliveryError(
        'EMAILCLOSED',
        'The mailer is shutting down, as the test demands.',
        details,
      );
    default:
      return undefined;
  }
}

function realError(plan: FailurePlan, mail: ComposedMail): MailDeliveryError {
  const { messageId, envelope } = mail;
  if (plan.phase === 'write') {
    const cause = Object.assign(new Error('ENOSPC: no space left, as the test demands'), { code: 'ENOSPC' });
    return writeFailure(cause, 'the pickup directory of the test', messageId);
  }
  const conversation: ConversationState = {
    phase: plan.phase,
    transcript: [],
    closingReply: undefined,
    lastRefusal: undefined,
    envelope: repliesOf(plan, envelope.to),
    loginTried: false,
    introduction: undefined,
    offers: () => false,
  };
  const settings = resolveMailSettings({ Host: 'mailbox.test', FromAddress: 'mailbox@mailbox.test' });
  const failure = plan.reply === undefined ? Object.assign(new Error(), BREAKS[plan.phase]) : refusalOf(plan);
  return deliveryError(failure, {
    settings,
    conversation,
    redact: redactorFor(mail),
    messageId,
    offered: envelope.to,
    inImplicitHandshake: plan.phase === 'tls',
  });
}

/** What the server answers to the envelope: one that refuses it refuses every recipient, one that leaves (421) none. */
function repliesOf({ phase, reply, responseCode }: FailurePlan, to: readonly string[]): EnvelopeReplies {
  if (phase !== 'envelope' || reply === undefined) return { recipients: [] };
  return responseCode === 421 ? { mail: reply, recipients: [] } : { recipients: to.map(() => reply) };
}

function refusalOf({ phase, responseCode, reply = '' }: FailurePlan): SmtpLibraryError {
  const code =
    responseCode === 421
      ? 'ECONNECTION'
      : REFUSALS[phase === 'write' || phase === 'after-data' ? 'data' : phase];
  return Object.assign(new Error(reply), {
    code,
    response: reply,
    ...(responseCode !== undefined && { responseCode }),
  });
}

/** As in a session that carries the mail; there is no login whose secrets could stand in what a test plans. */
function redactorFor(mail: ComposedMail): Redactor {
  const redactor = new SessionRedactor(text => text);
  redactor.carry(mail);
  return redactor.redact;
}
