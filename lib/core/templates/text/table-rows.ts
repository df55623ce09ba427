import { BLOCKS, CELLS, NEVER_SHOWN } from './element-kinds.js';
import type { HtmlElement, HtmlNode } from './html-element.js';
import { isElement } from './html-element.js';
import type { Look } from './look.js';
import { lookOf } from './look.js';

/** A cell of a table. */
export interface TableCell {
  readonly children: readonly HtmlNode[];
  readonly look: Look;
  readonly header: boolean;
  readonly columns: number;
  readonly rows: number;
}

/** What a table shows. */
export interface TableContent {
  readonly captions: readonly TableCell[];
  readonly rows: readonly (readonly TableCell[])[];
}

/** No table that people read has more columns, or cells over more rows. */
const MOST_SPANNED = 1000;

/** The rows of a table that are shown, in the order in which they are written. */
export function tableContent(table: HtmlElement, look: Look): TableContent {
  const captions: TableCell[] = [];
  const rows: TableCell[][] = [];
  // Cells that no row holds stand in one together.
  let loose: TableCell[] | undefined;
  const visit = (nodes: readonly HtmlNode[], around: Look): void => {
    for (const node of nodes) {
      if (typeof node === 'string') {
        if (/[^\s]/.test(node)) rows.push([plainCell([node], around)]);
        continue;
      }
      const own = NEVER_SHOWN.has(node.name) ? undefined : lookOf(node, around);
      if (!own) continue;
      if (node.name === 'caption') captions.push(cellOf(node, own));
      else if (CELLS.has(node.name)) {
        if (!loose) rows.push((loose = []));
        loose.push(cellOf(node, own));
        continue;
      } else if (node.name === 'tr') rows.push(cellsOf(node, own));
      else if (node.children.some(child => isElement(child, PARTS))) visit(node.children, own);
      else rows.push([plainCell([node], around)]);
      loose = undefined;
    }
  };
  visit(table.children, look);
  return { captions, rows: rows.filter(({ length }) => length > 0) };
}

const PARTS: ReadonlySet<string> = new Set([...CELLS, 'tr', 'thead', 'tbody', 'tfoot']);

function cellsOf(row: HtmlElement, look: Look): TableCell[] {
  return row.children.flatMap(node => {
    if (typeof node === 'string') return /[^\s]/.test(node) ? [plainCell([node], look)] : [];
    if (NEVER_SHOWN.has(node.name)) return [];
    if (!CELLS.has(node.name))
      return BLOCKS.has(node.name) || node.children.length > 0 ? [plainCell([node], look)] : [];
    const own = lookOf(node, look);
    return own ? [cellOf(node, own)] : [];
  });
}

function cellOf({ name, attributes, children }: HtmlElement, look: Look): TableCell {
  return {
    children,
    look,
    header: name === 'th',
    columns: spanned(attributes.get('colspan')),
    rows: spanned(attributes.get('rowspan')),
  };
}

function plainCell(children: readonly HtmlNode[], look: Look): TableCell {
  return { children, look, header: false, columns: 1, rows: 1 };
}

function spanned(text = '1'): number {
  const number = Number.parseInt(text, 10);
  return number > 0 ? Math.min(number, MOST_SPANNED) : 1;
}
