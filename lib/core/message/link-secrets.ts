import { parseUrl } from '../address/parse-url.js';

/** Characters from which on a part of a link is taken for a token; shorter ones are languages and names of pages. */
const SHORTEST_TOKEN = 16;

/**
 * What must not be shown of a text that lets somebody in: the text and, of a link, the tokens in it in every form that the
 * link has them in.
 */
export function linkSecrets(text: string): string[] {
  const url = /^https?:/i.test(text) ? parseUrl(text) : undefined;
  if (!url) return [text];
  const { search, hash, pathname, href } = url;
  const values = search
    .slice(1)
    .split('&')
    .map(pair => pair.slice(pair.indexOf('=') + 1));
  const written = [...values, hash.slice(1), ...hash.split(/[#/?&=]/), ...pathname.split('/')];
  const parts = [...written, ...written.map(part => decoded(part))];
  // Removing a short part would garble what a server says.
  const likely = parts.filter(part => part.length >= SHORTEST_TOKEN);
  // The mail holds the link in its normal form.
  return [...new Set([text, href, ...likely])];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
