import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a room of `lib/` may import, as its row on the architecture page says. */
export interface RoomRow {
  /** Such as `core/mime`, `relay` or `index.ts`. */
  readonly room: string;
  /** Rooms by their whole names; `core` stands for every room of the core. */
  readonly mayImport: readonly string[];
}

/** Where a package may be imported. */
export interface PackageRow {
  readonly name: string;
  /** Files, or folders that end in a slash, below `lib/`. */
  readonly places: readonly string[];
}

const page = readFileSync(join(process.cwd(), 'docs', 'architecture.md'), 'utf8');

/** The cells of the first table whose head begins with a word, without its head. */
function table(head: string): string[][] {
  const rows = new RegExp(`^\\| ${head}\\b.*\\n\\|[-| ]+\\|\\n((?:\\|.*\\n)+)`, 'm').exec(page)?.[1];
  if (rows === undefined) throw new Error(`The architecture page has no table that begins with "${head}".`);
  return rows
    .trim()
    .split('\n')
    .map(row =>
      row
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map(cell => cell.trim()),
    );
}

const codeIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** The rooms of `lib/`, from the top floor to the ground. */
export function roomRows(): RoomRow[] {
  return table('room of').map(([first, , last = '']) => {
    const room = (codeIn(first)[0] ?? '').replace(/\/$/, '');
    const names = last === 'nothing' ? [] : last.split(', ');
    const whole = (name: string): string => (room.startsWith('core/') ? `core/${name}` : name);
    return { room, mayImport: names.map(whole) };
  });
}

/** Pairs of folders that never import each other. */
export function strangers(): (readonly [string, string])[] {
  return table('one').map(([one, other]) => [codeIn(one)[0] ?? '', codeIn(other)[0] ?? '']);
}

/** Packages and where each may be imported. */
export function packageRows(): PackageRow[] {
  return table('package').map(([name, places]) => ({ name: codeIn(name)[0] ?? '', places: codeIn(places) }));
}

/** The words that the page explains. */
export function glossary(): string[] {
  return table('word').map(([word = '']) => word);
}
