/** Elements that hold nothing, and those whose end may be left out (HTML 13.1.2.4), which the next of their kind ends. */
const NEVER_DEEP: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta param source track wbr li dt dd p rt rp optgroup option colgroup caption thead tbody tfoot tr td th'.split(
    ' ',
  ),
);

/**
 * How deep the elements of a page nest at most; a little more where ends are left out that must not be. Takes time in
 * proportion to the page, as parsers do not.
 */
export function htmlDepth(html: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [, end, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]{0,20})/gi)) {
    if (NEVER_DEEP.has(name.toLowerCase())) continue;
    depth = Math.max(0, depth + (end === '/' ? -1 : 1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
