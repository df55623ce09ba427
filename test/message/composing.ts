import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import { MailMessageError } from '../../lib/errors/mail-message-error.js';
import { openAttachments } from '../../lib/message/attachment-source.js';
import type { ComposedMail } from '../../lib/message/composed-mail.js';
import type { CompositionParts } from '../../lib/message/compose-mail.js';
import { composeMail, newMessageId } from '../../lib/message/compose-mail.js';
import type { MailMessage } from '../../lib/message/mail-message.js';
import { isTemplateRequest } from '../../lib/message/outgoing-mail.js';
import { readMessage } from '../../lib/message/read-message.js';
import { assertWellFormedMail } from '../support/eml.js';

const FROM = 'no-reply@contoso.com';

/** Reads, opens and composes one message, as a send does, without policy and templates. */
export async function compose(
  message: MailMessage,
  extra: Partial<CompositionParts> = {},
): Promise<ComposedMail> {
  const mail = readMessage(message, FROM);
  if (isTemplateRequest(mail.content)) throw new Error('These tests compose content, not templates.');
  return composeMail({
    mail,
    content: mail.content,
    recipients: mail.recipients,
    attachments: await openAttachments(mail.attachments, { inMemory: false }),
    messageId: mail.messageId ?? newMessageId(mail),
    automatic: false,
    ...extra,
  });
}

/** The bytes of a message, checked to be well formed, and what mailparser makes of them. */
export async function composed(
  message: MailMessage,
  extra: Partial<CompositionParts> = {},
): Promise<{ bytes: Buffer; parsed: ParsedMail; mail: ComposedMail }> {
  const mail = await compose(message, extra);
  const bytes = await mail.bytes();
  assertWellFormedMail(bytes);
  return { bytes, parsed: await simpleParser(bytes, { skipTextToHtml: true, skipHtmlToText: true }), mail };
}

/** The MailMessageError that an action ends with; fails the test when there is none. */
export async function messageErrorOf(action: () => unknown): Promise<MailMessageError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof MailMessageError) return error;
    throw error;
  }
  throw new Error('No MailMessageError was thrown.');
}

/** What reading a message of any shape ends with; messages from JavaScript need not keep to the types. */
export function readAnything(message: unknown): unknown {
  return Reflect.apply(readMessage, undefined, [message, FROM]);
}
