const ATTRIBUTES = `((?:[^>"']|"[^"]*"|'[^']*'){0,5000})>`;
const ROOT = new RegExp(`<html(?=[\\s/>])${ATTRIBUTES}`, 'iy');
const FIRST_TAG = new RegExp(`\\s*<[a-z][^\\s/>]{0,50}${ATTRIBUTES}`, 'iy');
const DOCUMENT = /<(?:!doctype|html|head|body)\b/i;
const DIRECTION = /\sdir\s*=/i;

/** What may stand before the root element: how it begins, and how it ends. */
const PROLOGUE = [
  ['<!--', '-->'],
  ['<!', '>'],
  ['<?', '>'],
] as const;

/**
 * Says in the HTML of a mail that it is written from right to left, where the template does not say it: on the root
 * element, or around a fragment.
 *
 * @param culture the language of the mail, as a BCP 47 tag
 */
export function rightToLeft(html: string, culture: string): string {
  const start = afterPrologue(html);
  const root = matchAt(ROOT, html, start);
  if (root !== undefined) {
    if (DIRECTION.test(root)) return html;
    const end = start + '<html'.length;
    return `${html.slice(0, end)} dir="rtl"${html.slice(end)}`;
  }
  const first = matchAt(FIRST_TAG, html, start);
  const itself = first !== undefined && DIRECTION.test(first);
  if (itself || DOCUMENT.test(html) || !/\S/.test(html)) return html;
  return `<div lang="${culture}" dir="rtl">${html}</div>`;
}

/** The attributes of the tag that begins at a place. */
function matchAt(tag: RegExp, html: string, start: number): string | undefined {
  const sticky = new RegExp(tag);
  sticky.lastIndex = start;
  return sticky.exec(html)?.[1];
}

function afterPrologue(html: string): number {
  let place = 0;
  for (;;) {
    place += /^\s*/.exec(html.slice(place, place + 1000))?.[0].length ?? 0;
    const known = PROLOGUE.find(([open]) => html.startsWith(open, place));
    const end = known ? html.indexOf(known[1], place + known[0].length) : -1;
    if (!known || end < 0) return place;
    place = end + known[1].length;
  }
}
