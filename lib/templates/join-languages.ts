import { directionOf } from './culture.js';
import type { RenderedMail } from './template-renderer.js';

const TEXT_RULE = `\n\n${'_'.repeat(60)}\n\n`;
const HTML_RULE = '<hr style="border:0;border-top:1px solid #d1d5db;margin:24px auto;max-width:600px">';

/** Makes one mail of the same mail in several languages: each in order, one subject joined by ` / `. */
export function joinLanguages(mails: readonly RenderedMail[]): RenderedMail {
  const [first] = mails;
  if (!first) throw new RangeError('at least one language is needed');
  if (mails.length === 1) return first;
  const subject = [...new Set(mails.map(mail => mail.subject))].join(' / ');
  const text = `${mails.map(mail => mail.text.trim()).join(TEXT_RULE)}\n`;
  const pages = mails.flatMap(mail =>
    mail.html === undefined ? [] : [{ html: mail.html, culture: mail.culture }],
  );
  return { subject, text, culture: first.culture, ...(pages.length > 0 && { html: joinPages(pages) }) };
}

function joinPages(pages: readonly { html: string; culture: string }[]): string {
  const sections = pages.map(
    ({ html, culture }) =>
      `<div lang="${culture}" dir="${directionOf(culture)}">${bodyOf(html).content}</div>`,
  );
  const { before, after } = bodyOf(pages[0]?.html ?? '');
  return `${before}${sections.join(`\n${HTML_RULE}\n`)}${after}`;
}

/** Splits a document at its body; a fragment is all content. */
function bodyOf(html: string): { before: string; content: string; after: string } {
  const open = /<body\b[^>]*>/i.exec(html);
  const close = html.toLowerCase().lastIndexOf('</body');
  if (!open || close < open.index) return { before: '', content: html, after: '' };
  const start = open.index + open[0].length;
  return { before: html.slice(0, start), content: html.slice(start, close), after: html.slice(close) };
}
