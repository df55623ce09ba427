import { htmlTags, nextOf } from './html-tags.js';

const BARE_LINK = /\b(?:https?:\/\/|mailto:)(?=[^\s<>"'])/gi;
/** What ends a sentence rather than a link. */
const TRAILING: ReadonlySet<string> = new Set('.,;:!?)]}>»”’');
/** Where a mail leads to: the links of its HTML, then those of its text, each once and in the order of the mail. */
export function linksIn({ html, text }: { readonly html?: string; readonly text?: string }): string[] {
  const inHtml = hrefsIn(html ?? '').map(href => href.trim());
  const inText = bareLinksIn(text ?? '').map(withoutEnd);
  return [...new Set([...inHtml, ...inText])].filter(link => link !== '');
}

function hrefsIn(html: string): string[] {
  const hrefs: string[] = [];
  for (const { name, attributes } of htmlTags(html)) {
    if (name !== 'a') continue;
    const href = attributes.find(attribute => attribute[0] === 'href');
    if (href) hrefs.push(href[1]);
  }
  return hrefs;
}

function bareLinksIn(text: string): string[] {
  const links: string[] = [];
  const starts = new RegExp(BARE_LINK);
  for (let start = starts.exec(text); start; start = starts.exec(text)) {
    const end = nextOf(text, /[\s<>"']/g, starts.lastIndex);
    links.push(text.slice(start.index, end));
    starts.lastIndex = end;
  }
  return links;
}

/** A bracket that was opened in the link belongs to it. */
function withoutEnd(link: string): string {
  let end = link.length;
  let open = link.split('(').length - link.split(')').length;
  while (end > 0 && TRAILING.has(link[end - 1] ?? '')) {
    if (link[end - 1] === ')' && open++ >= 0) break;
    end--;
  }
  return link.slice(0, end);
}
