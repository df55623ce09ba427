import type { MailMessage, MailService } from 'nest-mailroom';

/* Checked by `npm run typecheck`: each `@ts-expect-error` fails when the line below it compiles. */

export const content: MailMessage = { to: 'ann@contoso.com', subject: 's', html: '<p>x</p>', text: 'x' };
export const template: MailMessage = {
  to: [{ name: 'Ann', address: 'ann@contoso.com' }],
  template: 't',
  context: { a: 1 },
  culture: 'fr',
};

// @ts-expect-error a template brings its own html
export const templateWithHtml: MailMessage = { to: 'ann@contoso.com', template: 't', html: '<p>x</p>' };
// @ts-expect-error a template brings its own text
export const templateWithText: MailMessage = { to: 'ann@contoso.com', template: 't', text: 'x' };
// @ts-expect-error a context without a template is for nothing
export const contextAlone: MailMessage = { to: 'ann@contoso.com', text: 'x', context: {} };
// @ts-expect-error nodemailer's raw would reach the file system
export const raw: MailMessage = { to: 'ann@contoso.com', text: 'x', raw: { path: '/etc/passwd' } };
export const attachment: MailMessage = {
  to: 'ann@contoso.com',
  text: 'x',
  // @ts-expect-error an attachment is either content or a path
  attachments: [{ filename: 'x', content: 'x', path: '/x' }],
};

/** The receipt's status is one of four words. */
export async function status(mail: MailService): Promise<'accepted' | 'written' | 'queued' | 'suppressed'> {
  return (await mail.send(content)).status;
}
