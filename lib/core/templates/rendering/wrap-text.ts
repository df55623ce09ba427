/** Columns of a line that every mail client shows whole (RFC 5322 2.1.1: 78 at most). */
const WIDTH = 76;
/** Characters of a longer value that may be broken like the words around it. */
const LONGEST_WHOLE = 60;
/** Stands for a blank at which no line ends; no character of any text (Unicode 23.7, noncharacters). */
const FIRM_BLANK = '\uFDD0';

/** A text, such as a date, whose blanks are kept together by {@link wrapText}. */
export function unbroken(text: string): string {
  return text.replaceAll(' ', FIRM_BLANK);
}

/** A text in which blanks that were kept together are blanks again. */
export function withBlanks(text: string): string {
  return text.includes(FIRM_BLANK) ? text.replaceAll(FIRM_BLANK, ' ') : text;
}

/**
 * Breaks the lines of a text part at blanks. What has no blank, such as a link, stays whole, and so does a line that is
 * laid out with several blanks.
 *
 * @param context whose short texts, such as names, stay whole too
 */
export function wrapText(text: string, context: object): string {
  const names = Object.values(context).filter(
    (value: unknown): value is string =>
      typeof value === 'string' && value.includes(' ') && value.length <= LONGEST_WHOLE,
  );
  return text
    .split('\n')
    .map(line => (line.length <= WIDTH || /^\s|\S {2,}\S/.test(line) ? line : wrapLine(line, names)))
    .join('\n');
}

function wrapLine(line: string, names: readonly string[]): string {
  const firm = names.reduce((kept, name) => kept.replaceAll(name, () => unbroken(name)), line);
  const lines: string[] = [];
  let current = '';
  let width = 0;
  const widthOf = /[\ud800-\udbff]/.test(firm) ? characters : codeUnits;
  for (const word of firm.split(' ')) {
    const more = widthOf(word);
    if (current !== '' && width + 1 + more > WIDTH) {
      lines.push(current);
      current = word;
      width = more;
    } else {
      width += current === '' ? more : 1 + more;
      current = current === '' ? word : `${current} ${word}`;
    }
  }
  return [...lines, current].join('\n');
}

function codeUnits(word: string): number {
  return word.length;
}

/** Characters, of which some are two code units. */
function characters(word: string): number {
  return [...word].length;
}
