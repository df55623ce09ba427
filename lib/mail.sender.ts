import type { Logger } from '@nestjs/common';
import { Readable } from 'node:stream';
import { abortedError } from './delivery/aborted-error.js';
import type { MailDelivery } from './delivery/mail-delivery.js';
import type { MailReceipt } from './delivery/mail-receipt.js';
import { deliverGroups } from './dispatch/deliver-groups.js';
import type { SendProgress } from './mail.send-guard.js';
import { messageOf } from './errors/error-facts.js';
import type { MailHook } from './hooks/mail-hook.js';
import { MailVeto } from './hooks/mail-hook.js';
import type { AttachmentSource } from './message/attachment-source.js';
import { openAttachments } from './message/attachment-source.js';
import type { ComposedMail } from './message/composed-mail.js';
import { composeMail, envelopeSender, newMessageId } from './message/compose-mail.js';
import type { MailMessage } from './message/mail-message.js';
import type { MailContent, OutgoingMail } from './message/outgoing-mail.js';
import { isTemplateRequest } from './message/outgoing-mail.js';
import { readMessage } from './message/read-message.js';
import type { DroppedRecipient, PolicyResult } from './message/recipient-policy.js';
import { applyRecipientPolicy } from './message/recipient-policy.js';
import { listRecipients } from './message/recipients.js';
import type { ResolvedMailSettings } from './settings/resolved-mail-settings.js';
import { joinLanguages } from './templates/join-languages.js';
import type { TemplateRenderer } from './templates/template-renderer.js';

/** What a sender works with. */
export interface MailSenderParts {
  readonly delivery: MailDelivery;
  readonly renderer: TemplateRenderer;
  readonly settings: ResolvedMailSettings;
  readonly hooks: readonly MailHook[];
  readonly logger: Logger;
}

/** Runs a send under its signal and time limit. */
export type BoundedSend = (send: (progress: SendProgress) => Promise<MailReceipt>) => Promise<MailReceipt>;

/** The one way through: message, render, recipient policy, compose, deliver, receipt. */
export class MailSender {
  readonly #parts: MailSenderParts;

  constructor(parts: MailSenderParts) {
    this.#parts = parts;
  }

  /**
   * Sends one message. Hooks hear of the outcome outside the bounds: what is known by then must not be lost to a time
   * limit.
   *
   * @param bounded runs the send under its signal and time limit
   * @param cultures several languages for one mail; otherwise the message's own culture counts
   */
  async send(message: MailMessage, bounded: BoundedSend, cultures?: readonly string[]): Promise<MailReceipt> {
    const streams = new Set<Readable>();
    hold(streams, message);
    let receipt: MailReceipt;
    try {
      receipt = await bounded(progress => this.#send(message, progress, cultures, streams));
    } catch (error) {
      await this.#tell(hook => hook.onFailure?.(error, message));
      throw error;
    } finally {
      for (const stream of streams) stream.destroy();
    }
    await this.#tell(hook => hook.afterSend?.(receipt, message));
    return receipt;
  }

  async #send(
    message: MailMessage,
    progress: SendProgress,
    cultures: readonly string[] | undefined,
    streams: Set<Readable>,
  ): Promise<MailReceipt> {
    const { settings, delivery } = this.#parts;
    const asked = await this.#askHooks(message);
    hold(streams, asked.message);
    const mail = readMessage(asked.message, settings.fromAddress, { fromRequired: settings.enabled });
    const messageId = mail.messageId ?? newMessageId(mail);
    if (asked.veto) return this.#suppressed(mail, messageId, vetoed(mail, asked.veto));
    const content = await this.#render(mail, cultures);
    const policy = applyRecipientPolicy(settings, mail.recipients);
    if (policy.dropped.length > 0) this.#parts.logger.warn(describeDropped(policy.dropped));
    if (policy.groups.length === 0) return this.#suppressed(mail, messageId, policy.dropped);
    const attachments = await openAttachments(mail.attachments, { inMemory: policy.groups.length > 1 });
    const mails = this.#compose(mail, content, policy, attachments, messageId);
    const { signal } = progress;
    if (signal.aborted) throw abortedError(signal, { phase: 'connect', retryable: true, messageId });
    progress.delivering = true;
    return deliverGroups(delivery, mails, policy.dropped, signal);
  }

  #compose(
    mail: OutgoingMail,
    content: MailContent,
    policy: PolicyResult,
    attachments: readonly AttachmentSource[],
    messageId: string,
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
      }),
    );
  }

  async #render(mail: OutgoingMail, cultures: readonly string[] | undefined): Promise<MailContent> {
    const { content } = mail;
    if (!isTemplateRequest(content)) return content;
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
    const { subject, html, text } = joinLanguages(rendered);
    return { subject, text, ...(html !== undefined && { html }) };
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

  async #askHooks(message: MailMessage): Promise<{ message: MailMessage; veto?: MailVeto }> {
    let current = message;
    for (const hook of this.#parts.hooks) {
      const answer = await hook.beforeSend?.(current);
      if (answer instanceof MailVeto) return { message: current, veto: answer };
      current = answer ?? current;
    }
    return { message: current };
  }

  async #tell(call: (hook: MailHook) => void | Promise<void>): Promise<void> {
    for (const hook of this.#parts.hooks) {
      try {
        await call(hook);
      } catch (error) {
        this.#parts.logger.error(
          `The mail hook ${hook.constructor.name} failed and is ignored: ${messageOf(error)}`,
        );
      }
    }
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

function describeDropped(dropped: readonly DroppedRecipient[]): string {
  const counts = new Map<string, number>();
  for (const { rule } of dropped) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return `Recipients dropped: ${[...counts].map(([rule, count]) => `${count} by ${rule}`).join(', ')}`;
}

/** The streams of a message are read or destroyed, never left open, and their errors never crash the process. */
function hold(streams: Set<Readable>, message: MailMessage): void {
  const attachments: unknown = message?.attachments;
  const contents = Array.isArray(attachments)
    ? attachments.map((item: { content?: unknown } | null) => item?.content)
    : [];
  for (const content of contents) {
    if (!(content instanceof Readable) || streams.has(content)) continue;
    content.on('error', () => {});
    streams.add(content);
  }
}
