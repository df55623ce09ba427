const DELIMITERS = new Set([' ', '\t', '\r', '\n', '<', '>', ',', ';', ':', '(', ')']);

/** An address ends its local part here, or was cut short by `printable`. */
const END = /(@|…(?= \(\d+ characters\)))/;

/** Masks the local parts of addresses, for logs: `ann@contoso.com` becomes `a***@contoso.com`. */
export function maskAddresses(text: string): string {
  const pieces = text.split(END);
  // Every other piece is an end.
  return pieces
    .map((piece, index) => {
      const behind = pieces[index + 2];
      if (index % 2 !== 0 || behind === undefined) return piece;
      return isQuotedAlone(piece, behind) ? piece : masked(piece);
    })
    .join('');
}

/** Whether an "@" stands between quotes with nothing beside it, as in our own words about what is no address. */
function isQuotedAlone(before: string, behind: string): boolean {
  return behind.startsWith('"') && /(?:^|[\s(])"$/.test(before.slice(-2));
}

/** Masks the local part at the end of a text, all but its first character. */
function masked(before: string): string {
  const start = before.endsWith('"') ? openingQuote(before) : lastToken(before);
  const first = String.fromCodePoint(before.codePointAt(start) ?? 0);
  return start === before.length ? before : `${before.slice(0, start)}${first === '"' ? '"' : first}***`;
}

function lastToken(text: string): number {
  let start = text.length;
  while (start > 0 && !DELIMITERS.has(text.charAt(start - 1))) start--;
  return start;
}

function openingQuote(text: string): number {
  let open = text.lastIndexOf('"', text.length - 2);
  while (open > 0 && text.charAt(open - 1) === '\\') open = text.lastIndexOf('"', open - 1);
  return open < 0 ? lastToken(text) : open;
}
