import { page } from './pages.js';

/** The rows of the tables below a heading, as cells, without the head of each table. */
export function tableBelow(path: string, heading: string, index = 0): string[][] {
  const { text } = page(path);
  const section = text.split(/^#+ +/m).find(part => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${path} has no heading "${heading}"`);
  const table = [...section.matchAll(/(?:^\|.*\n)+/gm)][index]?.[0];
  if (table === undefined) throw new Error(`${path} has no table ${index + 1} below "${heading}"`);
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map(row =>
      row
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map(cell => cell.trim()),
    );
}

/** What stands between code marks in a cell. */
export function codeIn(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** The code of the first column of a table. */
export function firstColumn(path: string, heading: string, index = 0): string[] {
  return tableBelow(path, heading, index).flatMap(([cell]) => codeIn(cell));
}
