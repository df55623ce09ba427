import { simpleParser } from 'mailparser';
import { attachedBytes } from './mail/attachments.mjs';
import { bareTemplates } from './mail/bare-templates.mjs';
import { contextOf, recipientsOf } from './mail/reset-mail.mjs';

/**
 * Holds that a contestant has sent what all have to send: nobody is fast because of what is missing.
 *
 * @param {string} name name of the contestant
 * @param {{ recipients: string[], raw: string }[]} mails what the sink has taken
 * @param {{ count: number, recipients: number, attachmentSize?: number, streamSize?: number }} wanted what it should have
 */
export async function verifyMails(name, mails, { count, recipients, ...load }) {
  const attached = attachedBytes(load);
  const fail = what => {
    throw new Error(`${name} does not send what it should: ${what}`);
  };
  if (mails.length !== count) fail(`${mails.length} mails instead of ${count}`);
  const parsed = await Promise.all(mails.map(({ raw }) => simpleParser(Buffer.from(raw, 'latin1'))));
  for (let n = 0; n < count; n++) {
    const to = recipientsOf(n, recipients);
    const at = mails.findIndex(mail => mail.recipients[0] === to[0]);
    if (at < 0) fail(`no mail to ${to[0]}`);
    if (mails[at].recipients.join() !== to.join()) fail(`mail ${n} has other recipients`);
    verifyMail(parsed[at], n, { to, attached, fail });
  }
}

/**
 * Holds that a contestant that has no text to send has sent the attachment, to whom it should.
 *
 * @param {string} name name of the contestant
 * @param {{ recipients: string[], raw: string }[]} mails what the sink has taken
 * @param {{ count: number, recipients: number, attachmentSize?: number, streamSize?: number }} wanted what it should have
 */
export async function verifyAttachments(name, mails, { count, recipients, ...load }) {
  const attached = attachedBytes(load);
  const fail = what => {
    throw new Error(`${name} does not send what it should: ${what}`);
  };
  if (mails.length !== count) fail(`${mails.length} mails instead of ${count}`);
  const sent = mails.map(mail => mail.recipients.join()).toSorted();
  const wanted = Array.from({ length: count }, (_, n) => recipientsOf(n, recipients).join()).toSorted();
  if (sent.join(';') !== wanted.join(';')) fail('the mails have other recipients');
  for (const { raw } of mails)
    verifyAttachment(await simpleParser(Buffer.from(raw, 'latin1')), attached, fail);
}

/**
 * Holds that what a contestant has rendered is what all have to render.
 *
 * @param {string} name name of the contestant
 * @param {{ subject: string, html: string, text: string }} mail what it has rendered
 * @param {number} n which mail it is
 */
export function verifyRendered(name, mail, n) {
  verifyContent(mail, n, what => {
    throw new Error(`${name} does not render what it should: ${what}`);
  });
}

function verifyContent(mail, n, fail) {
  const { subject, html, text } = bareTemplates();
  const context = contextOf(n);
  if (mail.subject !== subject(context)) fail(`subject "${mail.subject}"`);
  // email-templates escapes in text as in HTML.
  if (words(unescaped(mail.text)) !== words(text(context))) fail(`its text part is\n${mail.text}`);
  // Inlining changes the tags; what a reader sees, and where the link leads, it must not.
  if (seen(mail.html) !== seen(html(context))) fail(`its HTML part is\n${mail.html}`);
  if (!linksOf(mail.html).includes(context.url)) fail('the link is missing in the HTML part');
}

function verifyMail(mail, n, { to, attached, fail }) {
  verifyContent(mail, n, fail);
  const addressed = mail.to.value.map(({ address }) => address);
  if (addressed.join() !== to.join()) fail(`To is ${mail.to.text}`);
  if (attached) verifyAttachment(mail, attached, fail);
}

function verifyAttachment(mail, attached, fail) {
  const [file] = mail.attachments;
  if (mail.attachments.length !== 1 || !attached.equals(file.content)) fail('the attachment is another one');
}

function words(text) {
  return text.replace(/\s+/g, ' ').trim();
}

function seen(html) {
  return words(html.replace(/<(style|title)[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' '));
}

function linksOf(html) {
  return [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) => unescaped(link));
}

function unescaped(text) {
  return text.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
}
