import type { DynamicModule } from '@nestjs/common';
import type { MailDelivery, MailReceipt } from 'nest-mailroom';
import type { CaughtMail, MailCriteria, SentMail } from 'nest-mailroom/testing';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';

/* Checked by `npm run typecheck`: each `@ts-expect-error` fails when the line below it compiles. */

export const delivery: MailDelivery = new Mailbox();
export const modules: DynamicModule[] = [
  MailTestingModule.forRoot(),
  MailTestingModule.forRoot({ settings: { Host: 'localhost' }, name: 'alerts', retry: { attempts: 2 } }),
];

/** What was sent has a receipt; what was suppressed or failed is a mail without one. */
export async function mails(mailbox: Mailbox): Promise<void> {
  const sent: SentMail = mailbox.last();
  const receipt: MailReceipt = mailbox.assertSent({ to: 'ann@contoso.com' }).receipt;
  const waited: SentMail = await mailbox.waitFor(mail => mail.subject.startsWith('Reset'));
  const suppressed: CaughtMail | undefined = mailbox.suppressed[0]?.mail;
  // @ts-expect-error none may be there
  const found: SentMail = mailbox.find({ subject: /reset/ });
  // @ts-expect-error it went to nobody
  void mailbox.failed[0]?.mail?.receipt;
  // @ts-expect-error mails are kept, not put there
  mailbox.mails.push(sent);
  void [receipt, waited, suppressed, found];
}

export const criteria: MailCriteria = {
  to: ['ann@contoso.com', /@contoso\.com$/, ({ name }) => name === 'Ann'],
  subject: text => text.length > 0,
  attachment: { filename: /\.pdf$/, content: Buffer.of(1) },
  header: { 'X-Campaign': 'spring' },
};
// @ts-expect-error a mistyped criterion would let every mail pass
export const mistyped: MailCriteria = { subjekt: 'Reset' };
// @ts-expect-error a subject is no number
export const numbered: MailCriteria = { subject: 7 };

/** How a delivery may fail. */
export function failures(mailbox: Mailbox): void {
  mailbox.failNext();
  mailbox.failNext({ responseCode: 451, times: Infinity });
  mailbox.failNext(new Error('broken'));
  // @ts-expect-error there is no such phase
  mailbox.failNext({ phase: 'later' });
}
