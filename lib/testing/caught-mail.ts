import type { Mailbox as MailboxAddress } from '../core/address/mailbox.js';
import type { QueuedDeliverOptions } from '../core/delivery/mail-delivery.js';
import type { MailReceipt } from '../core/delivery/mail-receipt.js';
import type { ComposedMail, MailEnvelope } from '../core/mime/composed-mail.js';
import { linksIn } from '../core/mime/links-in.js';
import type { ReadUnsubscribe } from '../core/mime/read-list-unsubscribe.js';
import type { MailFile, MailPart, ReadMail } from '../core/mime/read-mail.js';
import { readMail } from '../core/mime/read-mail.js';
import type { QueueSendOptions } from '../core/sending/queue-options.js';

/** What is known of a mail beside what stands in it. */
export interface MailOrigin {
  /** Name of the template, where the content came from one. */
  readonly template?: string | undefined;
  /** The cultures it was rendered in, joined by a comma. */
  readonly culture?: string | undefined;
  /** Name of the mailer; undefined for the one without a name. */
  readonly mailer?: string | undefined;
  /** What the send asked of a queue. */
  readonly queue?: QueuedDeliverOptions | undefined;
}

/** What a send has asked of the queue of its mailer, which under the test kit nothing waits in. */
export interface CaughtQueueOptions extends Pick<QueueSendOptions, 'idempotencyKey' | 'priority'> {
  /** When it was to leave at the earliest, by `sendAt` or `delayMs`; undefined for at once. */
  readonly sendAt?: Date;
  /** Whether it was put into a transaction of the caller. */
  readonly inTransaction: boolean;
}

/** A mail as it was put together, read back as its recipients would read it. */
export class CaughtMail implements ReadMail {
  /** One line; empty when the mail has none. */
  readonly subject: string;
  /** Author. */
  readonly from?: MailboxAddress;
  /** Recipients that the header names. */
  readonly to: readonly MailboxAddress[];
  /** Recipients of a copy that the header names. */
  readonly cc: readonly MailboxAddress[];
  /** Addresses of the envelope that no header names. */
  readonly bcc: readonly string[];
  readonly replyTo: readonly MailboxAddress[];
  /** Message-ID with its angle brackets, as in the receipt. */
  readonly messageId: string;
  readonly date?: Date;
  /** Every header field in the order of the mail, decoded. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly html?: string;
  readonly text?: string;
  /** Every file that came with it, inline ones too. */
  readonly attachments: readonly MailFile[];
  /** Forms of the bodies beside text and HTML, such as a calendar. */
  readonly alternatives: readonly MailPart[];
  /** How to get no more of these mails, as the header says it; undefined when it does not. */
  readonly unsubscribe?: ReadUnsubscribe;
  /** Why it can be read in part only; undefined when it is sound. */
  readonly problem?: string;
  /** Sender (empty for `<>`), recipients, blind ones included, and `dsn` as the delivery got them. */
  readonly envelope: MailEnvelope;
  /** Name of the template; undefined when the message brought its own words. */
  readonly template?: string;
  /** The cultures it was rendered in, joined by a comma. */
  readonly culture?: string;
  /**
   * Name of the mailer; undefined for the one without a name. Unknown where the mailbox stands in for a `MailDelivery`.
   */
  readonly mailer?: string;
  /** What its send asked of a queue; undefined when it asked nothing. */
  readonly queue?: CaughtQueueOptions;
  /** Where it leads to: the links of the HTML, then those of the text, each once. */
  readonly links: readonly string[];
  readonly #raw: Buffer;

  constructor(read: ReadMail, composed: ComposedMail, raw: Buffer, origin: MailOrigin) {
    const { from, date, html, text, problem } = read;
    const { template = composed.template, culture = composed.culture, mailer, queue } = origin;
    this.subject = read.subject;
    if (from) this.from = from;
    this.to = read.to;
    this.cc = read.cc;
    this.bcc = composed.bcc ?? [];
    this.replyTo = read.replyTo;
    this.messageId = composed.messageId;
    if (date) this.date = date;
    this.headers = read.headers;
    if (html !== undefined) this.html = html;
    if (text !== undefined) this.text = text;
    this.attachments = read.attachments;
    this.alternatives = read.alternatives;
    if (read.unsubscribe) this.unsubscribe = read.unsubscribe;
    if (problem !== undefined) this.problem = problem;
    this.envelope = composed.envelope;
    if (template !== undefined) this.template = template;
    if (culture !== undefined) this.culture = culture;
    if (mailer !== undefined) this.mailer = mailer;
    if (queue) this.queue = asked(queue);
    this.links = linksIn(read);
    this.#raw = raw;
  }

  /** The whole message, octet for octet. No field of the object: runners print mails. */
  get raw(): Buffer {
    return this.#raw;
  }

  /** The first header field of a name, in any case; undefined when the mail has none. */
  header(name: string): string | undefined {
    const wanted = name.toLowerCase();
    return this.headers.find(field => field.name.toLowerCase() === wanted)?.value;
  }
}

function asked({ idempotencyKey, priority, dueAt, transaction }: QueuedDeliverOptions): CaughtQueueOptions {
  return {
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(priority !== undefined && { priority }),
    ...(dueAt !== undefined && { sendAt: new Date(dueAt) }),
    inTransaction: transaction !== undefined,
  };
}

/** A mail that was sent, and that its recipients would have got. */
export class SentMail extends CaughtMail {
  /**
   * What became of it: the receipt that `send` returned, of the whole mail where it was split. Where the mailbox stands in
   * for a `MailDelivery`, what that knows: nothing of dropped recipients.
   */
  readonly receipt: MailReceipt;

  constructor(receipt: MailReceipt, ...mail: ConstructorParameters<typeof CaughtMail>) {
    super(...mail);
    this.receipt = receipt;
  }
}

/** A send that the recipient policy or a hook stopped; no recipient would have got it. */
export interface SuppressedMail {
  /** The receipt that `send` returned; its `dropped` says why. */
  readonly receipt: MailReceipt;
  /** The mail as it would have gone to the recipients of the message; undefined when a hook stopped it before rendering. */
  readonly mail?: CaughtMail;
  /** Name of the mailer; undefined for the one without a name. */
  readonly mailer?: string;
}

/** A send that failed. */
export interface FailedMail {
  /** What `send` rejected with. */
  readonly error: unknown;
  /** What would have left; undefined when it failed before it was put together. */
  readonly mail?: CaughtMail;
  /** Name of the template that was to be rendered. */
  readonly template?: string;
  /** Name of the mailer; undefined for the one without a name. */
  readonly mailer?: string;
}

/** Reads back a mail that was suppressed, or that failed. */
export async function openCaught(composed: ComposedMail, origin: MailOrigin): Promise<CaughtMail> {
  const raw = await composed.bytes();
  return new CaughtMail(await readMail(raw), composed, raw, origin);
}

/** Reads back a mail that was sent. */
export async function openSent(
  composed: ComposedMail,
  origin: MailOrigin,
  receipt: MailReceipt,
): Promise<SentMail> {
  const raw = await composed.bytes();
  return new SentMail(receipt, await readMail(raw), composed, raw, origin);
}
