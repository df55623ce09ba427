import type { NumberedMail } from './numbered-mails.js';

/** A mail as a file of a pickup directory; the file has the name of the mail's id. */
export function pickupFile({ id, to, subject, text, messageId }: NumberedMail): readonly [string, string] {
  return [
    `${id}.eml`,
    [
      'X-Sender: no-reply@contoso.test',
      `X-Receiver: ${to}`,
      'From: no-reply@contoso.test',
      `To: ${to}`,
      `Subject: ${subject}`,
      `Message-ID: ${messageId}`,
      'Date: Mon, 02 Nov 2026 10:00:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=us-ascii',
      '',
      text,
      '',
    ].join('\r\n'),
  ];
}
