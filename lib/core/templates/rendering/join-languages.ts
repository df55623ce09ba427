import { directionOf } from '../culture.js';
import type { RenderedAttachment, RenderedMail } from '../template-renderer.js';

const TEXT_RULE = `\n\n${'_'.repeat(60)}\n\n`;
const HTML_RULE = '<hr style="border:0;border-top:1px solid #d1d5db;margin:24px auto;max-width:600px">';

/**
 * Makes one mail of the same mail in several languages: each in order, one subject joined by ` / `. Languages that fell
 * back to the same one stand once.
 */
export function joinLanguages(rendered: readonly RenderedMail[]): RenderedMail {
  const mails = rendered.filter(
    (mail, index) => rendered.findIndex(({ culture }) => culture === mail.culture) === index,
  );
  const [first] = mails;
  if (!first) throw new RangeError('at least one language is needed');
  if (mails.length === 1) return first;
  const subject = [...new Set(mails.map(mail => mail.subject))].join(' / ');
  const text = `${mails.map(mail => mail.text.trim()).join(TEXT_RULE)}\n`;
  const anyHtml = mails.some(mail => mail.html !== undefined);
  const attachments = joinAttachments(mails);
  return {
    subject,
    text,
    culture: first.culture,
    ...(anyHtml && { html: joinPages(mails) }),
    ...(attachments.length > 0 && { attachments }),
  };
}

/** What several languages show travels once. */
function joinAttachments(mails: readonly RenderedMail[]): RenderedAttachment[] {
  const all = mails.flatMap(mail => mail.attachments ?? []);
  return [...new Map(all.map(attachment => [attachment.cid, attachment])).values()];
}

/** Puts all bodies into the first document; a language without html shows its text. */
function joinPages(mails: readonly RenderedMail[]): string {
  const sections = mails.map(({ html, text, culture }) => {
    const content =
      html === undefined
        ? `<p style="white-space:pre-wrap">${escapeHtml(text.trim())}</p>`
        : bodyOf(html).content;
    return `<div lang="${culture}" dir="${directionOf(culture)}">${content}</div>`;
  });
  const { before, after } = bodyOf(mails.find(mail => mail.html !== undefined)?.html ?? '');
  return `${before}${sections.join(`\n${HTML_RULE}\n`)}${after}`;
}

/** Splits a document at its body; a fragment is all content. */
function bodyOf(html: string): { before: string; content: string; after: string } {
  const open = /<body\b[^>]*>/i.exec(html);
  const close = [...html.matchAll(/<\/body\b/gi)].at(-1)?.index ?? -1;
  if (!open || close < open.index) return { before: '', content: html, after: '' };
  const start = open.index + open[0].length;
  return { before: html.slice(0, start), content: html.slice(start, close), after: html.slice(close) };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
