import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import type {
  ContentMailMessage,
  MailAttachment,
  MailMessage,
} from '../../../lib/core/message/mail-message.js';
import { isTemplateRequest } from '../../../lib/core/message/outgoing-mail.js';
import { readMessage } from '../../../lib/core/message/read-message.js';
import { openAttachments } from '../../../lib/core/mime/attachment-source.js';
import type { CompositionParts } from '../../../lib/core/mime/compose-mail.js';
import { composeMail, newMessageId } from '../../../lib/core/mime/compose-mail.js';
import type { ComposedMail } from '../../../lib/core/mime/composed-mail.js';
import { assertWellFormedMail } from '../../support/eml.js';

const FROM = 'no-reply@contoso.com';

/** A message of which a test may leave the subject out, because it is about something else. */
export type ComposedMessage =
  MailMessage | (Omit<ContentMailMessage, 'subject'> & Partial<Pick<ContentMailMessage, 'subject'>>);

/** Reads, opens and composes one message, as a send does, without policy and templates. */
export async function compose(
  message: ComposedMessage,
  extra: Partial<CompositionParts> = {},
): Promise<ComposedMail> {
  const mail = readMessage(
    message.template === undefined ? { ...message, subject: message.subject ?? '' } : message,
    FROM,
  );
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

/** The bytes of a message, checked to be well formed, what mailparser makes of them, and the mail that they came from. */
export interface ReadMail {
  readonly bytes: Buffer;
  readonly parsed: ParsedMail;
  readonly mail: ComposedMail;
}

/** A way from a message to its bytes. Whatever holds for one must hold for the other. */
export interface CompositionPath {
  readonly path: string;
  /** Whether octets of attachments come from streams, so that the size of the mail is not known. */
  readonly streams: boolean;
  /** Composes and reads a message, and checks that it is well formed. */
  composed(message: ComposedMessage, extra?: Partial<CompositionParts>): Promise<ReadMail>;
}

/** Both ways: all in memory, and as a stream of a mail whose attachments are streams. */
export const PATHS: readonly CompositionPath[] = [
  {
    path: 'in memory',
    streams: false,
    composed: async (message, extra) => {
      const mail = await compose(message, extra);
      return readBack(mail, await mail.bytes());
    },
  },
  {
    path: 'as a stream',
    streams: true,
    composed: async (message, extra) => {
      const mail = await compose(withStreams(message), extra);
      return readBack(mail, await buffer(mail.stream()));
    },
  },
];

async function readBack(mail: ComposedMail, bytes: Buffer): Promise<ReadMail> {
  assertWellFormedMail(bytes);
  return { bytes, parsed: await simpleParser(bytes, { skipTextToHtml: true, skipHtmlToText: true }), mail };
}

/** The same message with octets handed over as streams, cut in an odd place. */
function withStreams(message: ComposedMessage): ComposedMessage {
  return { ...message, attachments: message.attachments?.map(asStream) };
}

function asStream(attachment: MailAttachment): MailAttachment {
  const { content, path, ...description } = attachment;
  if (path !== undefined || !(content instanceof Uint8Array)) return attachment;
  const middle = Math.ceil(content.length / 3);
  return { ...description, content: Readable.from([content.subarray(0, middle), content.subarray(middle)]) };
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
