import { printed } from './flow-text.js';
import { textWidth } from './text-width.js';

/** How many columns a line has; what must not be broken may be longer. */
export const LINE_WIDTH = 76;
/** However far a text is indented, so many columns are its own. */
const LEAST_WIDTH = 24;

/** A line before it is wrapped. */
export interface TextLine {
  /** What stands in front of its first line, such as the marker of a list. */
  readonly first: string;
  /** What stands in front of the lines that it is wrapped into. */
  readonly rest: string;
  /** The line, with marks for what must not be broken. */
  text: string;
  /** Whether it stays one line with its blanks, as in tables. */
  readonly fixed: boolean;
}

/** The lines that a line is wrapped into, as they are printed. */
export function wrapped({ first, rest, text, fixed }: TextLine): string[] {
  const room = Math.max(LEAST_WIDTH, LINE_WIDTH - Math.max(first.length, rest.length));
  if (fixed || text.length <= room / 2) return [ended(first + text)];
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const word of text.split(' ')) {
    const more = textWidth(word);
    if (width > 0 && width + 1 + more > room) {
      lines.push(ended((lines.length === 0 ? first : rest) + line));
      line = word;
      width = more;
    } else {
      line = width === 0 ? word : `${line} ${word}`;
      width += more + (width === 0 ? 0 : 1);
    }
  }
  lines.push(ended((lines.length === 0 ? first : rest) + line));
  return lines;
}

function ended(line: string): string {
  return printed(line).trimEnd();
}
