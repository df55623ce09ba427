import MailComposer from 'nodemailer/lib/mail-composer';
import type { Mailbox } from '../../../lib/core/address/mailbox.js';
import type { GeneratedMail, GeneratedMailbox } from './mail-arbitraries.js';

/** The same message as nodemailer puts it together, with its own composer and streams. */
export function composeWithNodemailer(mail: GeneratedMail): Promise<Buffer> {
  const { from, sender, replyTo, to, cc, bcc, attachments, messageId, date, boundary } = mail;
  const mailboxes = (list: readonly GeneratedMailbox[]): { name: string; address: string }[] =>
    list.map(({ mailbox }) => addressOf(mailbox));
  // Nodemailer writes no Sender of its own where there are several authors.
  const submitter = sender ?? (from.length > 1 ? from[0] : undefined);
  return new MailComposer({
    from: mailboxes(from),
    ...(submitter && { sender: addressOf(submitter.mailbox) }),
    replyTo: mailboxes(replyTo),
    to: mailboxes(to),
    cc: mailboxes(cc),
    bcc: mailboxes(bcc),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    inReplyTo: mail.inReplyTo,
    references: [...mail.references],
    messageId: `<${messageId}>`,
    date,
    baseBoundary: boundary,
    attachments: attachments.map(({ filename, contentType, cid, content }, index) => ({
      filename: filename ?? `attachment-${index + 1}`,
      contentType,
      cid,
      content,
      // Nodemailer makes only images inline; which files are is not what is compared.
      contentDisposition: cid === undefined ? 'attachment' : 'inline',
    })),
  })
    .compile()
    .build();
}

function addressOf({ name = '', address }: Mailbox): { name: string; address: string } {
  return { name, address };
}

/** The message without what nodemailer is known to change or to lose. */
export function asNodemailerCan(mail: GeneratedMail): GeneratedMail {
  const text = bodyAsNodemailerCan(mail.text);
  const html = bodyAsNodemailerCan(mail.html);
  const empty = text === undefined && html === undefined && mail.attachments.length === 0;
  return {
    ...mail,
    // Not its composer writes the headers of a priority, but its mailer.
    priority: undefined,
    ...(mail.subject !== undefined && { subject: lineAsNodemailerCan(mail.subject) }),
    html,
    text: empty ? 't' : text,
  };
}

function bodyAsNodemailerCan(body: string | undefined): string | undefined {
  // It sends a blank part, which the module leaves out.
  if (body === undefined || body.trim() === '') return undefined;
  // It lets a bare CR through into the message.
  return body.replace(/\r\n|\r|\n/g, '\n');
}

function lineAsNodemailerCan(line: string): string {
  // It takes what looks like an encoded word for one, and loses blanks at the ends and in runs of plain text.
  return line.replaceAll('=?', '= ?').trim().replace(/\s+/g, ' ');
}
