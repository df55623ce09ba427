/** Where a link begins, or a comment, whose links are not shown; Outlook shows what is in its conditional comments. */
const LINK_OR_COMMENT = /<!--(?!\[if)|<a(?=[\s/])/gi;
const BARE_LINK = /\b(?:https?:\/\/|mailto:)(?=[^\s<>"'])/gi;
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
  const inText = bareLinksIn(text ?? '').map(withoutEnd);
  return [...new Set([...inHtml, ...inText])].filter(link => link !== '');
}

/** Reads each tag once: a mail that is made to exhaust a parser has a million of them. */
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
    const { href, end } = attributesFrom(html, starts.lastIndex);
    starts.lastIndex = end;
    if (href !== undefined) hrefs.push(href);
  }
  return hrefs;
}

/** The first href of a tag behind an offset within it, and where its attributes end. */
function attributesFrom(html: string, from: number): { href: string | undefined; end: number } {
  let href: string | undefined;
  let at = from;
  for (;;) {
    const begin = nextOf(html, /[^\s/]/g, at);
    if (begin >= html.length || html[begin] === '<' || html[begin] === '>') return { href, end: at };
    const nameEnd = nextOf(html, /[\s"'<>/=]/g, begin);
    at = Math.max(nameEnd, begin + 1);
    const equals = nextOf(html, /\S/g, nameEnd);
    if (nameEnd === begin || html[equals] !== '=') continue;
    const value = nextOf(html, /\S/g, equals + 1);
    const quote = html[value];
    const quoted = quote === '"' || quote === "'";
    const first = quoted ? value + 1 : value;
    const end = quoted ? html.indexOf(quote, first) : nextOf(html, /[\s"'>]/g, first);
    // Without its second quote it has no value; an unquoted one is never empty.
    if (end === -1 || (!quoted && end === first)) continue;
    if (html.slice(begin, nameEnd).toLowerCase() === 'href') href ??= html.slice(first, end);
    at = quoted ? end + 1 : end;
  }
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

/**
 * Where the next character of a kind is, or the end. A pattern that repeats such a class keeps a state for every character
 * it has passed, and fails on megabytes.
 */
function nextOf(text: string, kind: RegExp, from: number): number {
  kind.lastIndex = from;
  return kind.exec(text)?.index ?? text.length;
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
