/** How a template's types differ from those that a file has. */
export interface DeclarationChange {
  /** Name of the template; undefined for what stands around the templates. */
  readonly template?: string;
  /** Whether the template is new, gone, or needs something else. */
  readonly kind: 'added' | 'removed' | 'changed';
  /** Lines that only the file has. */
  readonly old: readonly string[];
  /** Lines that it would have. */
  readonly new: readonly string[];
}

const ENTRY = /^ {4}(?:'((?:[^'\\]|\\.)+)'|([\w$]+)): /;
const HEAD = '';

/** What differs between a file and what it should be; empty when they are the same. */
export function declarationChanges(old: string, wanted: string): DeclarationChange[] {
  const [before, after] = [blocksOf(old), blocksOf(wanted)];
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names.flatMap(name => {
    const [was, is] = [before.get(name), after.get(name)];
    if (was && is && isSameText(was.join('\n'), is.join('\n'))) return [];
    return {
      ...(name !== HEAD && { template: name }),
      kind: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed',
      ...linesThatDiffer(was ?? [], is ?? []),
    };
  });
}

/** Whether two texts differ in nothing but what version control and formatters change: line ends and semicolons. */
export function isSameText(one: string, other: string): boolean {
  return withUnixLines(one).replaceAll(/;$/gm, '') === withUnixLines(other).replaceAll(/;$/gm, '');
}

function withUnixLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** The lines of each template with its comment, and under '' those around them. */
function blocksOf(text: string): Map<string, string[]> {
  const blocks = new Map<string, string[]>();
  let name = HEAD;
  let comment: string[] = [];
  for (const line of withUnixLines(text).split('\n')) {
    const match = ENTRY.exec(line);
    if (match) name = match[1]?.replaceAll(/\\(.)/g, '$1') ?? match[2] ?? HEAD;
    if (name === HEAD && /^ {4} ?[/*]/.test(line)) {
      comment.push(line);
      continue;
    }
    blocks.set(name, [...(blocks.get(name) ?? []), ...comment, line]);
    comment = [];
    // An entry ends on the line it begins on, or where its indentation comes back.
    if (match ? line.endsWith(';') : /^ {4}(?:\}|\| ).*;$/.test(line)) name = HEAD;
  }
  return blocks;
}

/** The lines that stand in one text alone, by the longest sequence that both have. */
function linesThatDiffer(
  old: readonly string[],
  wanted: readonly string[],
): { old: string[]; new: string[] } {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(wanted.length + 1));
  const at = (row: number, column: number): number => lengths[row]?.[column] ?? 0;
  for (let row = old.length - 1; row >= 0; row--) {
    for (let column = wanted.length - 1; column >= 0; column--) {
      const length =
        old[row] === wanted[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
      lengths[row]?.fill(length, column, column + 1);
    }
  }
  const lines: { old: string[]; new: string[] } = { old: [], new: [] };
  let [row, column] = [0, 0];
  while (row < old.length || column < wanted.length) {
    const [one, other] = [old[row], wanted[column]];
    if (one === other) [row, column] = [row + 1, column + 1];
    else if (column === wanted.length || (row < old.length && at(row + 1, column) >= at(row, column + 1))) {
      if (one !== undefined) lines.old.push(one.trim());
      row++;
    } else {
      if (other !== undefined) lines.new.push(other.trim());
      column++;
    }
  }
  return lines;
}
