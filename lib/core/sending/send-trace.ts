import type { MailMessage } from '../message/mail-message.js';
import type { DroppedRecipient } from '../message/recipient-policy.js';
import type { ComposedMail } from '../mime/composed-mail.js';
import { redactorOf } from '../mime/redact-for.js';
import type { Redactor } from '../redaction/redact.js';
import type { GivenValue } from './given-message.js';
import type { QueueRequest } from './queue-request.js';

/** How far a send has come. From `deliver` on the mail may have left. */
export type SendStep = 'hooks' | 'read' | 'render' | 'compose' | 'finish' | 'deliver';

/** What the module itself knows of a message beyond what the message says. */
export interface SendDetails {
  /** Several languages for one mail; otherwise the message's own culture counts. */
  readonly cultures?: readonly string[] | undefined;
  /** Texts in the message that no error or log may show. */
  readonly secrets?: readonly string[];
  /** Whether nobody waits for the outcome, so that the log is where a failure is seen. @default false */
  readonly background?: boolean;
  /** What the application gave, where that is not the message. @default the message */
  readonly given?: GivenValue | undefined;
}

/** One send while it runs: what it works on, and what hooks, the log and the telemetry are told of it afterwards. */
export interface SendTrace extends SendDetails {
  /** What of the message must not be shown, as far as it has been read. */
  secrets: readonly string[];
  /** The finished mail, which knows what else a server can only have out of it. */
  composed: Pick<ComposedMail, 'secrets' | 'redact'> | undefined;
  /** In milliseconds since 1970. */
  readonly begunAt: number;
  step: SendStep;
  /** Whom of the application the send waits for, in a sentence that the error of a send that is cut then ends with. */
  awaiting: string | undefined;
  /** What is asked of a queue. @default nothing */
  queue: QueueRequest | undefined;
  /** The message as the caller, and then the hooks, left it. */
  message: MailMessage;
  messageId: string | undefined;
  /** The envelope sender of the mail. */
  sender: string | undefined;
  /** Name of the template as the message has it. */
  template: string | undefined;
  /** Cultures that it was rendered in. */
  culture: string | undefined;
  /** Addresses that the message names, blind ones included. */
  recipients: readonly string[];
  /** Who of them does not get the mail, by policy or by the veto of a hook. */
  dropped: readonly DroppedRecipient[];
  /** The finished mails; kept only where somebody observes the send. */
  mails: readonly ComposedMail[];
  /** Tries to deliver it beyond the first. */
  retries: number;
}

/** Begins the trace of a send. */
export function sendTrace(
  message: MailMessage,
  { cultures, secrets = [], background = false, given }: SendDetails = {},
): SendTrace {
  // All fields from the beginning: objects that get them one by one, in turns, are slow to read and larger.
  return {
    cultures,
    secrets,
    background,
    given,
    awaiting: undefined,
    queue: undefined,
    messageId: undefined,
    sender: undefined,
    template: undefined,
    culture: undefined,
    composed: undefined,
    begunAt: Date.now(),
    step: 'hooks',
    message,
    recipients: [],
    dropped: [],
    mails: [],
    retries: 0,
  };
}

/** Hides what must not be shown of a send: its secrets, and once the mail is composed whatever a server can only have out of it. */
export function traceRedactor(trace: SendTrace): Redactor {
  return redactorOf(trace.composed ?? trace);
}
