import type { HtmlValue } from '../view/html.js';
import { html } from '../view/html.js';

const MOST_LINKS = 500;

/** A plain text whose web addresses can be followed. */
export function linkedText(text: string): HtmlValue {
  const pieces: HtmlValue[] = [];
  let from = 0;
  for (const match of text.matchAll(/\bhttps?:\/\/[^\s<>"'“”]{1,2000}/gi)) {
    if (pieces.length > 2 * MOST_LINKS) break;
    const [found] = match;
    // What ends a sentence does not belong to a link.
    const url = found.replace(/[.,;:!?)\]}]{1,5}$/, '');
    pieces.push(
      text.slice(from, match.index),
      html`<a href="${url}" target="_blank" rel="noopener noreferrer">${url}</a>`,
    );
    from = match.index + url.length;
  }
  return [...pieces, text.slice(from)];
}
