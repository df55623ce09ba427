import { buffer } from 'node:stream/consumers';
import { checkAttachments } from '../../core/message/check-attachments.js';
import type { MailAttachment } from '../../core/message/mail-message.js';
import { readMessage } from '../../core/message/read-message.js';
import { openAttachments } from '../../core/mime/attachment-source.js';
import { composeMail, newMessageId } from '../../core/mime/compose-mail.js';
import type { ComposedMail } from '../../core/mime/composed-mail.js';
import type { RenderedMail } from '../../core/templates/template-renderer.js';

/** An image as a page of the preview embeds it. */
export interface EmbeddedImageContent {
  readonly contentType: string;
  readonly content: Buffer;
}

/**
 * Puts a rendered template together as the mailer would, from and to addresses that lead nowhere where nothing says
 * better.
 *
 * @param from the setting `FromAddress`
 * @throws MailMessageError when a mail of it could not be sent
 */
export async function exampleMail(rendered: RenderedMail, from: string | undefined): Promise<ComposedMail> {
  const { subject, html, text } = rendered;
  const content = { subject, text, ...(html !== undefined && { html }) };
  const mail = readMessage(
    { to: 'recipient@example.com', attachments: attachmentsOf(rendered), ...content },
    from ?? 'sender@example.com',
  );
  const attachments = await openAttachments(mail.attachments, { inMemory: true });
  return composeMail({
    mail,
    content,
    recipients: mail.recipients,
    attachments,
    messageId: newMessageId(mail),
    automatic: true,
    languages: [rendered.culture],
  });
}

/** The images that travel with a rendered template, by their Content-ID. */
export async function embeddedImages(rendered: RenderedMail): Promise<Map<string, EmbeddedImageContent>> {
  const sources = await openAttachments(attachmentsOf(rendered), { inMemory: true });
  const images = new Map<string, EmbeddedImageContent>();
  for (const { cid, contentType, content } of sources) {
    if (cid === undefined) continue;
    images.set(cid, {
      contentType,
      content: Buffer.isBuffer(content) ? content : await buffer(content.open()),
    });
  }
  return images;
}

function attachmentsOf(rendered: RenderedMail): readonly MailAttachment[] {
  const given: object = rendered;
  return checkAttachments('attachments' in given ? given.attachments : undefined);
}
