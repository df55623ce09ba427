/** What stands in an element: elements and text. */
export type HtmlNode = HtmlElement | string;

/** An element of a page whose text is made. */
export interface HtmlElement {
  /** In lower case. */
  readonly name: string;
  /** By their names in lower case, with character references decoded. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: HtmlNode[];
  /** How many elements it stands in. */
  readonly depth: number;
  /** Whether a table stands in it; known of tables alone. */
  hasTable: boolean;
}

/** Whether a node is an element, of one of some names. */
export function isElement(node: HtmlNode, names?: ReadonlySet<string>): node is HtmlElement {
  return typeof node !== 'string' && (names === undefined || names.has(node.name));
}
