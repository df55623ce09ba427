import type { AlignedCell } from './aligned-rows.js';
import { alignedRows } from './aligned-rows.js';
import type { HtmlElement, HtmlNode } from './html-element.js';
import type { Look } from './look.js';
import type { TableCell } from './table-rows.js';
import { tableContent } from './table-rows.js';
import type { TextLine } from './text-line.js';
import { LINE_WIDTH } from './text-line.js';
import { textWidth } from './text-width.js';
import { TextWriter } from './text-writer.js';

/** Writes what stands in an element. */
export type WriteNodes = (writer: TextWriter, nodes: readonly HtmlNode[], look: Look) => void;

/** A cell with more text holds paragraphs, whatever is said of its table. */
const LONGEST_VALUE = 300;
/** A value of more lines is no value. */
const MOST_LINES = 3;

/** A cell and the lines that it comes to. */
interface WrittenCell extends TableCell {
  readonly lines: readonly TextLine[];
}

/**
 * Writes a table: data as rows, their columns below each other as far as a line is wide enough; what a table only lays
 * out, cell by cell.
 */
export function writeTable(writer: TextWriter, table: HtmlElement, look: Look, writeNodes: WriteNodes): void {
  const { captions, rows } = tableContent(table, look);
  writer.apart();
  for (const { children, look: own } of captions) {
    writeNodes(writer, children, own);
    writer.endLine();
  }
  if (table.hasTable) {
    for (const { children, look: own } of rows.flat()) {
      writer.apart();
      writeNodes(writer, children, own);
    }
  } else {
    const written = rows.map(cells =>
      cells.map(cell => {
        const inner = new TextWriter();
        writeNodes(inner, cell.children, cell.look);
        const { children, look: own, header, columns, rows: down } = cell;
        return { children, look: own, header, columns, rows: down, lines: inner.finish() };
      }),
    );
    writeRows(writer, written, /^\s*(?:presentation|none)\s*$/i.test(table.attributes.get('role') ?? ''));
  }
  writer.apart();
}

function writeRows(writer: TextWriter, rows: readonly (readonly WrittenCell[])[], layout: boolean): void {
  const room = LINE_WIDTH - writer.indentation;
  const shown = rows.filter(cells => cells.some(({ lines }) => lines.length > 0));
  const kinds = new Set(shown.flat().flatMap(({ lines, header }) => (lines.length > 0 ? [header] : [])));
  // A table of headers alone is the grid of a layout.
  const headed = !layout && kinds.size > 1;
  const data = isData(shown, layout, headed) ? shown.map(cells => cells.map(flat)) : undefined;
  const lines = data && alignedRows(data, room);
  if (lines) for (const line of lines) writer.addLine(line, { fixed: true });
  else if (data && !layout && (headed || data.length > 1))
    for (const cells of data) writer.addLine(joined(cells, headed), { hanging: '  ' });
  else writeCells(writer, shown.flat(), room);
}

/** Whether a table holds values, one line each, and does not lay out a page. */
function isData(rows: readonly (readonly WrittenCell[])[], layout: boolean, headed: boolean): boolean {
  const cells = rows.flat().filter(({ lines }) => lines.length > 0);
  if (cells.some(({ lines }) => lengthOf(lines) > LONGEST_VALUE)) return false;
  if (headed) return true;
  if (cells.some(({ lines }) => lines.some(({ first }) => first !== ''))) return false;
  const counts = rows.map(row => row.filter(({ lines }) => lines.length > 0).length);
  if (cells.some(({ lines }) => lines.length > 1))
    return !layout && counts.every(count => count > 1) && isList(rows);
  // What says that it lays out a page may still be a grid of values, as in many receipts.
  if (layout) return rows.length > 1 && counts.every(count => count > 1 && count === counts[0]);
  return counts.some(count => count > 1);
}

/** Whether each row has the same columns and one value at most of a few short lines: an item with its colour, and what it costs. */
function isList(rows: readonly (readonly WrittenCell[])[]): boolean {
  const widths = new Set(rows.map(cells => cells.reduce((sum, { columns }) => sum + columns, 0)));
  return (
    rows.length > 1 &&
    widths.size === 1 &&
    rows.every(cells => cells.filter(({ lines }) => lines.length > 1).length < 2) &&
    rows.flat().every(({ lines }) => lines.length <= MOST_LINES && lines.every(isShort))
  );
}

function isShort({ text }: TextLine): boolean {
  return text !== '' && textWidth(text) <= LINE_WIDTH / 2;
}

/** The cells of a layout, one after the other; those of one line each close together. */
function writeCells(writer: TextWriter, cells: readonly WrittenCell[], room: number): void {
  const close = cells.every(
    ({ lines }) => lines.length < 2 && lines.every(line => textWidth(line.text) <= room),
  );
  for (const { lines } of cells) {
    if (!close) writer.apart();
    writer.addLines(lines);
  }
}

function flat({ lines, look, header, columns, rows }: WrittenCell): AlignedCell {
  const bulleted = lines.length > 1 && lines.every(({ first }) => first.trim() === '*');
  const words = lines
    .map(({ first, text }) => (bulleted ? text : `${first.trim()} ${text}`.trim()))
    .filter(line => line !== '');
  return { text: words.join(bulleted ? ', ' : ' '), header, right: look.right, columns, rows };
}

function joined(cells: readonly AlignedCell[], headed: boolean): string {
  const texts = cells.map(({ text }) => text);
  return (headed ? texts : texts.filter(text => text !== '')).join(' | ').trim();
}

function lengthOf(lines: readonly TextLine[]): number {
  return lines.reduce((sum, { text }) => sum + text.length, 0);
}
