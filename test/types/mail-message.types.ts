import type { MailMessage, MailNotification, MailService, ResetPasswordMail } from 'nest-mailroom';

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

export const invitation: MailMessage = {
  ...content,
  envelopeFrom: null,
  dsn: { notify: ['success'], ret: 'full', envid: '42' },
  alternatives: [{ contentType: 'text/calendar; method=REQUEST', content: 'BEGIN:VCALENDAR' }],
  unsubscribe: { url: 'https://contoso.com/off', mailto: 'off@contoso.com' },
  automatic: true,
};
export const ownSubject: MailMessage = { ...template, subject: 'Own', text: false, timeZone: 'Asia/Tokyo' };
export const reset: ResetPasswordMail = {
  to: 'a@b.com',
  displayName: 'Ann',
  envelopeFrom: 'b@b.com',
  subject: 's',
};
export const notification: MailNotification = {
  to: 'a@b.com',
  title: 't',
  lines: [],
  dsn: { notify: ['never'] },
};

// @ts-expect-error reports are asked for by these four words
export const badNotify: MailMessage = { ...content, dsn: { notify: ['always'] } };
// @ts-expect-error dates are written by templates alone
export const zoneAlone: MailMessage = {
  to: 'ann@contoso.com',
  subject: 's',
  text: 'x',
  timeZone: 'Asia/Tokyo',
};
// @ts-expect-error an alternative says what it is
export const untyped: MailMessage = { ...content, alternatives: [{ content: 'x' }] };
export const notificationWithHtml: MailNotification = {
  to: 'a@b.com',
  title: 't',
  lines: [],
  // @ts-expect-error a built-in mail brings its own html
  html: '<p>x</p>',
};
