import type { CssFault } from './css-faults.js';
import { declarationsFault, styleSheetFault } from './css-faults.js';
import { HtmlScanner } from './html-scanner.js';
import type { HtmlTag } from './html-tag.js';
import type { MaskedSource } from './masked-source.js';

/** A style sheet in a page. */
export interface StyleSheetInSource {
  /** Where its text begins. */
  readonly at: number;
  readonly css: string;
}

/** All tags of a page. */
export function tagsOf(html: string): HtmlTag[] {
  const tags: HtmlTag[] = [];
  new HtmlScanner(tag => tags.push(tag)).feed(html);
  return tags;
}

/** The style sheets in a page. */
export function styleSheetsOf(html: string, tags: readonly HtmlTag[]): StyleSheetInSource[] {
  return tags.flatMap((tag, index) => {
    if (tag.name !== 'style' || tag.closing) return [];
    const css = html.slice(tag.end, tags[index + 1]?.at ?? html.length);
    return [{ at: tag.end, css }];
  });
}

/** The faults in the style sheets and style attributes of a template; places in them are offsets in the source. */
export function cssFaultsOf({ text, hasBlocks }: MaskedSource, tags: readonly HtmlTag[]): CssFault[] {
  const sheets = styleSheetsOf(text, tags).map(({ at, css }) => ({ at, css, find: styleSheetFault }));
  const attributes = tags.flatMap(tag =>
    tag.attributes
      .filter(({ name }) => name === 'style')
      .map(({ valueAt, value }) => ({ at: valueAt, css: unquoted(value), find: declarationsFault })),
  );
  return [...sheets, ...attributes].flatMap(({ at, css, find }) => {
    // What a condition leaves out may hold the bracket that seems to be missing.
    if (hasBlocks(at, at + css.length)) return [];
    const fault = find(css);
    return fault ? [{ at: at + fault.at, reason: fault.reason }] : [];
  });
}

/** The value of a style attribute with plain quotation marks for those that are written as references, in equal length. */
export function unquoted(value: string): string {
  return value.replace(/&(?:quot|apos|#0*3[49]|#x0*2[27]);/gi, reference =>
    (/apos|39|27/.test(reference) ? "'" : '"').padEnd(reference.length),
  );
}
