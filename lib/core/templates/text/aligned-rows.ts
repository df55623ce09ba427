import { textWidth } from './text-width.js';

/** A cell of one line of text. */
export interface AlignedCell {
  readonly text: string;
  readonly header: boolean;
  readonly right: boolean;
  readonly columns: number;
  readonly rows: number;
}

/** More columns do not fit into a line anyway. */
const MOST_COLUMNS = 38;
const BETWEEN = '  ';

interface Placed {
  readonly cell: AlignedCell;
  readonly column: number;
}

/** The rows of a table as lines whose columns stand below each other; undefined when they are wider than a line. */
export function alignedRows(rows: readonly (readonly AlignedCell[])[], room: number): string[] | undefined {
  const placed = place(rows);
  if (!placed) return undefined;
  const widths = widthsOf(placed);
  const shown = widths.filter(width => width > 0);
  const whole = shown.reduce((sum, width) => sum + width, 0) + BETWEEN.length * Math.max(0, shown.length - 1);
  if (whole > room) return undefined;
  const right = rightColumns(placed, widths.length);
  return placed.map(cells => lineOf(cells, widths, right));
}

/** Puts each cell into its column, beside those that reach down from rows above. */
function place(rows: readonly (readonly AlignedCell[])[]): Placed[][] | undefined {
  const taken: number[] = [];
  const placed: Placed[][] = [];
  for (const row of rows) {
    const cells: Placed[] = [];
    let column = 0;
    for (const cell of row) {
      while ((taken[column] ?? 0) > 0) column++;
      if (column + cell.columns > MOST_COLUMNS) return undefined;
      cells.push({ cell, column });
      for (let index = 0; index < cell.columns; index++) taken[column + index] = cell.rows;
      column += cell.columns;
    }
    for (const [index, count = 0] of taken.entries()) taken[index] = Math.max(0, count - 1);
    placed.push(cells);
  }
  return placed;
}

function widthsOf(rows: readonly (readonly Placed[])[]): number[] {
  const widths: number[] = [];
  const wider: Placed[] = [];
  for (const placed of rows.flat()) {
    const { cell, column } = placed;
    for (let index = 0; index < cell.columns; index++) widths[column + index] ??= 0;
    if (cell.columns === 1) widths[column] = Math.max(widths[column] ?? 0, textWidth(cell.text));
    else wider.push(placed);
  }
  for (const { cell, column } of wider) {
    const { columns, text } = cell;
    const last = column + columns - 1;
    const missing = textWidth(text) - spanWidth(widths, column, columns);
    if (missing > 0) widths[last] = (widths[last] ?? 0) + missing;
  }
  return widths;
}

/** The width of several columns and of what stands between them. */
function spanWidth(widths: readonly number[], column: number, columns: number): number {
  const shown = widths.slice(column, column + columns).filter(width => width > 0);
  return shown.reduce((sum, width) => sum + width, 0) + BETWEEN.length * Math.max(0, shown.length - 1);
}

/** The columns whose cells all stand at the right; headers stand as their column does. */
function rightColumns(rows: readonly (readonly Placed[])[], count: number): boolean[] {
  const right = Array.from({ length: count }, () => false);
  const left = Array.from({ length: count }, () => false);
  for (const { cell, column } of rows.flat()) {
    if (cell.header || cell.columns > 1 || cell.text === '') continue;
    (cell.right ? right : left)[column] = true;
  }
  return right.map((atRight, column) => atRight && !left[column]);
}

function lineOf(cells: readonly Placed[], widths: readonly number[], right: readonly boolean[]): string {
  let line = '';
  let width = 0;
  for (const { cell, column } of cells) {
    const { columns, text, right: own } = cell;
    if (text === '') continue;
    const before = spanWidth(widths, 0, column);
    const start = before === 0 ? 0 : before + BETWEEN.length;
    const spare = spanWidth(widths, column, columns) - textWidth(text);
    const atRight = columns > 1 ? own : right[column] === true;
    const at = start + (atRight ? Math.max(0, spare) : 0);
    line += ' '.repeat(Math.max(0, at - width)) + text;
    width = at + textWidth(text);
  }
  return line;
}
