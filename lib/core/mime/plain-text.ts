import { withoutEscapes } from './html-tags.js';

const UNSHOWN: ReadonlySet<string> = new Set(['script', 'style', 'head', 'title', 'template']);
const BLOCKS = /^(?:p|div|table|tr|td|th|li|ul|ol|h[1-6]|hr|br|blockquote|pre|section|article|center|dt|dd)$/;

/**
 * The words of a page that somebody else wrote, for a reader that wants text. Each character is read a fixed number of times,
 * however broken the page is.
 */
export function plainText(html: string): string {
  const lower = html.toLowerCase();
  const pieces: string[] = [];
  let at = 0;
  while (at < html.length) {
    const tag = html.indexOf('<', at);
    pieces.push(html.slice(at, tag < 0 ? html.length : tag).replace(/[\t-\r ]+/g, ' '));
    if (tag < 0) break;
    const comment = html.startsWith('<!--', tag);
    const end = html.indexOf(comment ? '-->' : '>', tag);
    if (end < 0) break;
    at = end + (comment ? 3 : 1);
    const [, slash, name = ''] = /^<(\/?)([a-z][a-z\d]{0,20})/.exec(lower.slice(tag, tag + 24)) ?? [];
    if (BLOCKS.test(name)) pieces.push('\n');
    if (slash !== '' || !UNSHOWN.has(name)) continue;
    const close = lower.indexOf(`</${name}`, at);
    if (close < 0) break;
    at = close;
  }
  const lines = withoutEscapes(pieces.join(''))
    .split('\n')
    .map(line => line.trim());
  return lines.filter((line, index) => line !== '' || (index > 0 && lines[index - 1] !== '')).join('\n');
}
