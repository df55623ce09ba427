import { directionOf } from '../culture.js';
import type { LanguageNotice, RenderedAttachment, RenderedMail } from '../template-renderer.js';

const TEXT_RULE = `\n\n${'_'.repeat(60)}\n\n`;
const HTML_RULE = '<hr style="border:0;border-top:1px solid #d1d5db;margin:24px auto;max-width:600px">';

/** The built-in layout's preview words for lists of mails; of several, lists would show one behind the other. */
const PREHEADER = /<div\b[^>]*\bclass="m-preheader"[^>]*>[^]*?<\/div\s*>/gi;

/** The landmark of the built-in layout, of which a page has one. */
const MAIN = /(<div\b[^>]*?) role="main"/gi;

/**
 * Makes one mail of the same mail in several languages: each in order, one subject joined by ` / `. Languages that fell
 * back to the same one stand once.
 *
 * @param notices say at the top, in each of the other languages, that it stands below. @default nothing is said
 */
export function joinLanguages(
  rendered: readonly RenderedMail[],
  notices: readonly LanguageNotice[] = [],
): RenderedMail {
  const mails = rendered.filter(
    (mail, index) => rendered.findIndex(({ culture }) => culture === mail.culture) === index,
  );
  const [first] = mails;
  if (!first) throw new RangeError('at least one language is needed');
  if (mails.length === 1) return first;
  const subject = [...new Set(mails.map(mail => mail.subject))].join(' / ');
  const follow = notices.map(notice => `${notice.text.trim()}\n`).join('');
  const texts = mails.map(mail => mail.text.trim()).join(TEXT_RULE);
  const text = `${follow === '' ? '' : `${follow}\n`}${texts}\n`;
  const anyHtml = mails.some(mail => mail.html !== undefined);
  const attachments = joinAttachments(mails);
  return {
    subject,
    text,
    culture: first.culture,
    ...(anyHtml && { html: joinPages(mails, notices) }),
    ...(attachments.length > 0 && { attachments }),
  };
}

/** What several languages show travels once. */
function joinAttachments(mails: readonly RenderedMail[]): RenderedAttachment[] {
  const all = mails.flatMap(mail => mail.attachments ?? []);
  return [...new Map(all.map(attachment => [attachment.cid, attachment])).values()];
}

/** Puts all bodies into the first document; a language without html shows its text. */
function joinPages(mails: readonly RenderedMail[], notices: readonly LanguageNotice[]): string {
  const follow = notices.map(({ html }) => html).join('\n');
  const sections = mails.map(({ html, text, culture }, index) => {
    const content =
      html === undefined
        ? `<p style="white-space:pre-wrap">${escapeHtml(text.trim())}</p>`
        : bodyOf(html).content;
    const shown = index === 0 ? withNotices(content, follow) : content.replace(PREHEADER, '');
    return `<div lang="${culture}" dir="${directionOf(culture)}">${shown}</div>`;
  });
  const { before, after } = bodyOf(mails.find(mail => mail.html !== undefined)?.html ?? '');
  const all = sections.join(`\n${HTML_RULE}\n`);
  const content = all.replace(MAIN, '$1');
  return `${before}${content === all ? all : `<div role="main">\n${content}\n</div>`}${after}`;
}

/** Puts the notices at the top, but behind the preview words, which lists of mails take from what stands first. */
function withNotices(content: string, notices: string): string {
  if (notices === '') return content;
  const [preheader] = content.matchAll(PREHEADER);
  const end = preheader ? preheader.index + preheader[0].length : 0;
  return `${content.slice(0, end)}${notices}${content.slice(end)}`;
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
