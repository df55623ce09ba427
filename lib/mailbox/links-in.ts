/** Where a link begins, or a comment that nobody sees; Outlook sees those of its own. */
const LINK_OR_COMMENT = /<!--(?!\[if)|<a(?=[\s/])/gi;
const ATTRIBUTE = /[\s/]*(?:([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?|["'=])/y;
const BARE_LINK = /\b(?:https?:\/\/|mailto:)[^\s<>"']+/gi;
/** What ends a sentence rather than a link. */
const TRAILING: ReadonlySet<string> = new Set('.,;:!?)]}>»”’');
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

/** Where a mail leads to: the links of its HTML, then those of its text, each once and in the order of the mail. */
export function linksIn({ html, text }: { readonly html?: string; readonly text?: string }): string[] {
  const inHtml = hrefsIn(html ?? '').map(href => decoded(href).trim());
  const inText = [...(text ?? '').matchAll(BARE_LINK)].map(([link]) => withoutEnd(link));
  return [...new Set([...inHtml, ...inText])].filter(link => link !== '');
}

/** Goes over each tag once: a mail that was made to hurt has a million of them. */
function hrefsIn(html: string): string[] {
  const hrefs: string[] = [];
  const starts = new RegExp(LINK_OR_COMMENT);
  for (let start = starts.exec(html); start; start = starts.exec(html)) {
    if (start[0] === '<!--') {
      const end = html.indexOf('-->', start.index + 2);
      if (end === -1) break;
      starts.lastIndex = end;
      continue;
    }
    const attributes = new RegExp(ATTRIBUTE);
    attributes.lastIndex = starts.lastIndex;
    let href: string | undefined;
    for (let found = attributes.exec(html); found; found = attributes.exec(html)) {
      starts.lastIndex = attributes.lastIndex;
      const [, name, double, single, bare] = found;
      if (name?.toLowerCase() === 'href') href ??= double ?? single ?? bare;
    }
    if (href !== undefined) hrefs.push(href);
  }
  return hrefs;
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

function decoded(attribute: string): string {
  return attribute.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
