import { HtmlScanner } from '../parsing/html-scanner.js';
import type { HtmlPlace } from '../parsing/html-tag.js';
import type { ValueTokens } from './value-tokens.js';

/** Elements within which the HTML parser follows other rules; pages that hold one are inlined with all values in place. */
const OTHER_RULES =
  /<(?:svg|math|plaintext|noscript|noframes|noembed|iframe|xmp|frameset|template|select|script)\b/i;
/** What Word and Outlook write, `<![if !mso]>`; a parser makes comments of it, which hide nothing and show nothing. */
const REVEALED = /(<!\[(?:if\b[^\]>]{0,200}|endif)\]>)/i;
/** A character reference that has not ended, so that what follows may belong to it. */
const OPEN_REFERENCE = /&[#a-z0-9]*$/i;
/** Attributes by which selectors find elements, and those that the inliner reads or writes. */
const SEEN = ['class', 'id', 'style', 'data-css-inline'];

/** A page that is the same for all mails in which the visible values are the same. */
export interface PageSkeleton {
  /** The page; what cannot be seen by a style sheet is a token. */
  readonly html: string;
  /** Numbers of the values that stand in it, because a style sheet or the parser can see them. */
  readonly visible: readonly number[];
  /** The most attributes that one of its tags has. */
  readonly attributes: number;
  /** What stands in it as comments of {@link ValueTokens}, by their numbers. */
  readonly revealed: readonly string[];
}

/** Finds out which values of a page make no difference to its style, and leaves tokens for them alone. */
export function skeletonOf(text: string, values: readonly string[], tokens: ValueTokens): PageSkeleton {
  const pieces = tokens.split(text);
  const styles = tokens.restore(styleSheetsOf(text), values);
  const inStyles = new Set(tokens.split(styleSheetsOf(text)).filter(piece => typeof piece === 'number'));
  const seen = new Set([...SEEN, ...attributesOf(styles)]);
  const whole = OTHER_RULES.test(text) || seen.has('*');
  const careful = (index: number, place: HtmlPlace, tail: string): boolean =>
    inStyles.has(index) || isVisible(place, seen, tail);
  const skeleton = whole ? undefined : build(pieces, values, tokens, careful);
  // A value that is part of a tag's name may begin any element.
  if (skeleton && !skeleton.named) return skeleton;
  return build(pieces, values, tokens, () => true);
}

function build(
  pieces: readonly (string | number)[],
  values: readonly string[],
  tokens: ValueTokens,
  isSeen: (index: number, place: HtmlPlace, tail: string) => boolean,
): PageSkeleton & { readonly named: boolean } {
  let attributes = 0;
  const scanner = new HtmlScanner(tag => {
    attributes = Math.max(attributes, tag.attributes.length);
  });
  const visible = new Set<number>();
  const revealed: string[] = [];
  let html = '';
  let named = false;
  for (const piece of pieces) {
    if (typeof piece === 'number') {
      const { place } = scanner;
      named ||= place.kind === 'name';
      const seen = isSeen(piece, place, scanner.tail);
      if (seen) visible.add(piece);
      scanner.feed(seen ? (values[piece] ?? '') : 'x');
      html += seen ? (values[piece] ?? '') : tokens.token(piece);
      continue;
    }
    for (const [index, part] of piece.split(REVEALED).entries()) {
      const hidden = index % 2 === 1 && scanner.place.kind === 'text';
      html += hidden ? tokens.comment(revealed.length) : part;
      if (hidden) revealed.push(part);
      scanner.feed(part);
    }
  }
  attributes = Math.max(attributes, scanner.attributeCount);
  return { html, visible: [...visible], revealed, attributes, named };
}

function isVisible(place: HtmlPlace, seen: ReadonlySet<string>, tail: string): boolean {
  switch (place.kind) {
    case 'comment':
      return false;
    case 'text':
    case 'plain-text':
      return OPEN_REFERENCE.test(tail);
    case 'value':
      return (
        seen.has(place.attribute) ||
        place.tag === 'style' ||
        place.tag === 'link' ||
        OPEN_REFERENCE.test(tail)
      );
    default:
      return true;
  }
}

/** What stands in the `style` elements of a page. Each character is looked at once, however often `<style` comes without its end. */
function styleSheetsOf(html: string): string {
  const open = /<style\b/gi;
  const close = /<\/style|$/gi;
  const sheets: string[] = [];
  while (open.test(html)) {
    const begin = html.indexOf('>', open.lastIndex);
    if (begin < 0) break;
    close.lastIndex = begin + 1;
    const end = close.exec(html)?.index ?? html.length;
    sheets.push(html.slice(begin + 1, end));
    open.lastIndex = end;
  }
  return sheets.join('\n');
}

/** The attributes that the selectors of a style sheet match; `*` when they may match any. */
function attributesOf(css: string): string[] {
  const names = [...css.matchAll(/\[\s*([^\]=~|^$*\s]*)(\|?)/g)].map(([, name = '', bar]) =>
    name === '' || bar !== '' || name.includes('\\') || name.includes('/*') ? '*' : name.toLowerCase(),
  );
  return [...names, ...(/:(?:lang|dir)\b/i.test(css) ? ['lang', 'xml:lang', 'dir'] : [])];
}
