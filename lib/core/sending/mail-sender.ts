import { Readable } from 'node:stream';
import type { MailboxRules } from '../address/parse-mailbox.js';
import { abortedError } from '../delivery/aborted-error.js';
import type { MailDelivery } from '../delivery/mail-delivery.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import { checkAttachments } from '../message/check-attachments.js';
import type { MailMessage } from '../message/mail-message.js';
import type { MailContent, OutgoingMail } from '../message/outgoing-mail.js';
import { isTemplateRequest } from '../message/outgoing-mail.js';
import { readMessage } from '../message/read-message.js';
import type { DroppedRecipient, PolicyResult } from '../message/recipient-policy.js';
import { applyRecipientPolicy } from '../message/recipient-policy.js';
import { listRecipients } from '../message/recipients.js';
import type { AttachmentSource } from '../mime/attachment-source.js';
import { openAttachments } from '../mime/attachment-source.js';
import { composeMail, envelopeSender, newMessageId } from '../mime/compose-mail.js';
import type { ComposedMail } from '../mime/composed-mail.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import { joinLanguages } from '../templates/rendering/join-languages.js';
import type { RenderedMail, TemplateRenderer } from '../templates/template-renderer.js';
import { deliverGroups } from './deliver-groups.js';
import type { UpcomingRetry } from './deliver-mail.js';
import type { MailVeto } from './mail-hook.js';
import type { MailTelemetry } from './mail-telemetry.js';
import type { RetryPolicy } from './retry-policy.js';
import type { SendProgress } from './send-limits.js';
import type { SendListeners } from './send-listeners.js';
import type { SendLog } from './send-log.js';
import type { SendRecord } from './send-record.js';
import { sendFacts } from './telemetry-facts.js';

/** What a sender works with. */
export interface MailSenderParts {
  readonly delivery: MailDelivery;
  readonly renderer: TemplateRenderer;
  readonly settings: ResolvedMailSettings;
  readonly audience: SendListeners;
  readonly retry: RetryPolicy;
  readonly addresses: MailboxRules;
  readonly log: SendLog;
  readonly telemetry: MailTelemetry;
}

/** Runs a send under its signal and time limit. */
export type BoundedSend = (send: (progress: SendProgress) => Promise<MailReceipt>) => Promise<MailReceipt>;

/** What the module itself knows of a message beyond what the message says. */
export interface SendDetails {
  /** Several languages for one mail; otherwise the message's own culture counts. */
  readonly cultures?: readonly string[] | undefined;
  /** Texts in the mail that no error or log may show. */
  readonly secrets?: readonly string[];
}

/** A send that is ready to be delivered, or that has its receipt already because nobody is to get the mail. */
type PreparedSend =
  | { readonly receipt: MailReceipt }
  | { readonly mails: readonly ComposedMail[]; readonly dropped: readonly DroppedRecipient[] };

/** Subject and bodies, and what the HTML shows. */
type RenderedContent = MailContent & Pick<RenderedMail, 'attachments'>;

/** The one way through: message, render, recipient policy, compose, deliver, receipt. */
export class MailSender {
  readonly #parts: MailSenderParts;

  constructor(parts: MailSenderParts) {
    this.#parts = parts;
  }

  /**
   * Sends one message. Hooks hear of the outcome after the bounded send: what is known by then must not be lost to a
   * time limit.
   *
   * @param bounded runs the send under its signal and time limit
   */
  async send(message: MailMessage, bounded: BoundedSend, details: SendDetails = {}): Promise<MailReceipt> {
    const { log, telemetry, audience } = this.#parts;
    const streams: Readable[] = [];
    hold(streams, message);
    const { secrets = [] } = details;
    const record: SendRecord = {
      message,
      secrets,
      begunAt: Date.now(),
      recipients: [],
      mails: [],
      retries: 0,
    };
    let receipt: MailReceipt;
    try {
      receipt = await telemetry.observe(
        () => bounded(progress => this.#send(record, progress, details.cultures, streams)),
        result => sendFacts(record, this.#parts.delivery.name, result),
      );
    } catch (error) {
      log.failed(record, error);
      await audience.tell(record, { error });
      throw error;
    } finally {
      destroy(streams);
    }
    log.sent(record, receipt);
    await audience.tell(record, { receipt });
    return receipt;
  }

  async #send(
    record: SendRecord,
    progress: SendProgress,
    cultures: readonly string[] | undefined,
    streams: Readable[],
  ): Promise<MailReceipt> {
    const { delivery, retry, log } = this.#parts;
    const { signal } = progress;
    try {
      const prepared = await this.#prepare(record, cultures, streams);
      if ('receipt' in prepared) return prepared.receipt;
      if (signal.aborted)
        throw abortedError(signal, { phase: 'connect', retryable: true, messageId: record.messageId });
      progress.delivering = true;
      progress.messageId = record.messageId;
      const onRetry = (upcoming: UpcomingRetry): void => log.retrying(record, upcoming);
      const onFurtherTry = (): void => void record.retries++;
      const options = { signal, retry, onRetry, onFurtherTry };
      const receipt = await deliverGroups(delivery, prepared.mails, options);
      return prepared.dropped.length === 0 ? receipt : { ...receipt, dropped: prepared.dropped };
    } finally {
      // Once more than after the bounded send: a hook may attach something after its send was cut.
      destroy(streams);
    }
  }

  /**
   * Does everything that comes before the delivery. A function of its own, so that what the mail was made of is free
   * again while thousands of finished ones wait.
   */
  async #prepare(
    record: SendRecord,
    cultures: readonly string[] | undefined,
    streams: Readable[],
  ): Promise<PreparedSend> {
    const { settings, addresses, log, audience } = this.#parts;
    const veto = await audience.ask(record, () => hold(streams, record.message));
    const mail = readMessage(record.message, settings.fromAddress, {
      fromRequired: settings.enabled,
      addresses,
    });
    const messageId = mail.messageId ?? newMessageId(mail);
    record.messageId = messageId;
    record.recipients = listRecipients(mail.recipients).map(({ mailbox }) => mailbox.address);
    if (veto) return { receipt: this.#suppressed(mail, messageId, vetoed(mail, veto)) };
    const { attachments: embedded = [], ...content } = await this.#render(mail, cultures, record);
    const policy = applyRecipientPolicy(settings, mail.recipients);
    if (policy.dropped.length > 0) log.dropped(policy.dropped);
    const nobody = policy.groups.length === 0;
    if (nobody && !audience.observes) return { receipt: this.#suppressed(mail, messageId, policy.dropped) };
    // A stream can be read once, and the delivery is to be the one that does.
    const all =
      embedded.length === 0 ? mail.attachments : [...mail.attachments, ...checkAttachments(embedded)];
    const attachments = await openAttachments(all, {
      inMemory: policy.groups.length > 1 || audience.observes,
    });
    const shown = nobody ? { ...policy, groups: [mail.recipients] } : policy;
    const mails = this.#compose(mail, content, shown, attachments, record);
    if (audience.observes) record.mails = mails;
    return nobody
      ? { receipt: this.#suppressed(mail, messageId, policy.dropped) }
      : { mails, dropped: policy.dropped };
  }

  #compose(
    mail: OutgoingMail,
    content: MailContent,
    policy: PolicyResult,
    attachments: readonly AttachmentSource[],
    { messageId = '', secrets, template }: SendRecord,
  ): ComposedMail[] {
    return policy.groups.map((recipients, index) =>
      composeMail({
        mail,
        content,
        recipients,
        ...(policy.original && { original: policy.original }),
        attachments,
        messageId: index === 0 ? messageId : messageId.replace('@', `.${index + 1}@`),
        automatic: isTemplateRequest(mail.content),
        secrets,
        ...(template !== undefined && { template }),
      }),
    );
  }

  async #render(
    mail: OutgoingMail,
    cultures: readonly string[] | undefined,
    record: SendRecord,
  ): Promise<RenderedContent> {
    const { content } = mail;
    if (!isTemplateRequest(content)) return content;
    record.template = content.template;
    const wanted = cultures && cultures.length > 1 ? cultures : [content.culture];
    const rendered = [];
    for (const culture of wanted) {
      rendered.push(
        await this.#parts.renderer.render(
          content.template,
          content.context,
          culture === undefined ? {} : { culture },
        ),
      );
    }
    record.culture = rendered.map(({ culture }) => culture).join(', ');
    const { subject, html, text, attachments } = joinLanguages(rendered);
    return { subject, text, ...(html !== undefined && { html }), ...(attachments && { attachments }) };
  }

  #suppressed(mail: OutgoingMail, messageId: string, dropped: readonly DroppedRecipient[]): MailReceipt {
    return {
      status: 'suppressed',
      messageId,
      via: this.#parts.delivery.name,
      envelope: { from: envelopeSender(mail), to: [] },
      accepted: [],
      rejected: [],
      dropped,
    };
  }
}

function vetoed(mail: OutgoingMail, veto: MailVeto): DroppedRecipient[] {
  return listRecipients(mail.recipients).map(({ field, mailbox }) => ({
    address: mailbox.address,
    field,
    rule: 'hook',
    reason: veto.reason,
  }));
}

function destroy(streams: readonly Readable[]): void {
  for (const stream of streams) stream.destroy();
}

/** The streams of a message are read or destroyed, never left open, and their errors never crash the process. */
function hold(streams: Readable[], message: MailMessage): void {
  const attachments: unknown = message?.attachments;
  const contents = Array.isArray(attachments)
    ? attachments.map((item: { content?: unknown } | null) => item?.content)
    : [];
  for (const content of contents) {
    if (!(content instanceof Readable) || streams.includes(content)) continue;
    content.on('error', () => {});
    streams.push(content);
  }
}
