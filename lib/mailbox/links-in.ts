// No `<` on the way: a search that begins at each of a million tags must not go through all the others.
const HREF = /<a\b[^<>]*?\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;
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
  const inHtml = [...(html ?? '').matchAll(HREF)].map(([, double, single, bare]) =>
    decoded(double ?? single ?? bare ?? '').trim(),
  );
  const inText = [...(text ?? '').matchAll(BARE_LINK)].map(([link]) => withoutEnd(link));
  return [...new Set([...inHtml, ...inText])].filter(link => link !== '');
}

function withoutEnd(link: string): string {
  let end = link.length;
  while (end > 0 && TRAILING.has(link[end - 1] ?? '')) end--;
  return link.slice(0, end);
}

function decoded(attribute: string): string {
  return attribute.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
