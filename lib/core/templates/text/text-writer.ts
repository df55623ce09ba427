import { firm, FIRM_BLANK, flowText, hasInk, SEPARATOR, withoutMarks } from './flow-text.js';
import type { WhiteSpace } from './look.js';
import { Margins } from './margins.js';
import type { TextLine } from './text-line.js';
import { textWidth } from './text-width.js';

/** A link whose text is longer may be broken; its address never is. */
const LONGEST_FIRM_LINK = 60;

/** A place in a text that is being written. */
export interface TextPlace {
  readonly lines: number;
  readonly pieces: number;
}

/** Writes lines: text within them, margins in front of them, blank lines between them. */
export class TextWriter {
  readonly #margins = new Margins();
  readonly #lines: TextLine[] = [];
  /** The line that has not ended. */
  #pieces: string[] = [];
  #inked = false;
  /** Whether a blank line stands in front of the next line. */
  #gap = false;

  /** Where the writer is. */
  get place(): TextPlace {
    return { lines: this.#lines.length, pieces: this.#pieces.length };
  }

  /** The last character of the line; '' at its beginning. */
  get lastCharacter(): string {
    return this.#pieces.at(-1)?.at(-1) ?? '';
  }

  /** How many columns the margin takes. */
  get indentation(): number {
    return this.#margins.width;
  }

  /** Writes text into the line. */
  write(text: string, whiteSpace: WhiteSpace = 'normal'): void {
    const plain = withoutMarks(text);
    if (whiteSpace === 'normal') return this.#add(plain);
    for (const [index, line] of plain.split(/\r\n?|\n/).entries()) {
      if (index > 0) this.#breakFirmly(whiteSpace);
      if (whiteSpace === 'pre') this.#add(firm(line));
      else if (whiteSpace === 'pre-line') this.#add(line);
      // Single blanks may become line ends; others keep things in place.
      else this.#add(line.replace(/^ +| {2,}|\t/g, firm));
    }
  }

  /** Keeps what was written apart from what comes next, when no blank does. */
  separate(): void {
    if (this.#pieces.length > 0) this.#pieces.push(SEPARATOR);
  }

  /** Puts marks around what was written since a place, when it stands in this line. */
  surround(since: TextPlace, mark: string): void {
    const [before, words, after] = this.#take(since);
    if (words === undefined) return;
    this.#pieces.push(`${before}${mark}${words}${mark}${after}`);
  }

  /** Ends the line where `<br>` stands; an empty line becomes a blank one. */
  breakLine(): void {
    if (!this.#inked) this.apart();
    this.endLine();
  }

  /** Ends the line, if there is one. */
  endLine(): void {
    const text = this.#inked ? flowText(this.#pieces.join('')) : '';
    const blank = !this.#inked && this.#pieces.some(piece => piece.includes('\u00a0'));
    this.#pieces = [];
    this.#inked = false;
    if (text !== '') this.addLine(text);
    else if (blank) this.apart();
  }

  /** Puts a blank line in front of the next one. */
  apart(): void {
    this.endLine();
    this.#gap = true;
  }

  /** Adds a line of its own; one that is fixed is not wrapped. */
  addLine(text: string, { fixed = false, hanging = '' } = {}): void {
    const { first, rest } = this.#margins.take();
    this.#push({ first, rest: rest + hanging, text, fixed });
  }

  /** Adds lines that another writer has written. */
  addLines(lines: readonly TextLine[]): void {
    for (const line of lines) {
      const { first, rest } = this.#margins.take();
      this.#push({ ...line, first: first + line.first, rest: rest + line.rest });
    }
  }

  /** Writes in a margin: a marker in front of the first line, and what stands in front of the others. */
  within(marker: string, margin: string, write: () => void): void {
    this.endLine();
    this.#margins.push(marker, margin);
    write();
    this.endLine();
    this.#margins.pop();
  }

  /** Puts the address behind the text of a link. */
  addAddress(since: TextPlace, address: string): void {
    const shown = `<${address}>`;
    const last = this.#lines.at(-1);
    const [before, words, after] = this.#take(since);
    if (words !== undefined) {
      const short = textWidth(words) <= LONGEST_FIRM_LINK;
      this.#pieces.push(
        `${before}${short ? words.replaceAll(' ', FIRM_BLANK) : words}${FIRM_BLANK}${shown}${after}`,
      );
    } else if (this.#inked && this.#lines.length > since.lines) {
      this.#pieces.push(FIRM_BLANK, shown);
    } else if (last && this.#lines.length > since.lines) {
      if (last.fixed) this.addLine(shown);
      else last.text += `${FIRM_BLANK}${shown}`;
    }
  }

  /** What was written since a place of this line, without blanks at its ends; undefined when that is nothing. */
  textSince({ lines, pieces }: TextPlace): string | undefined {
    if (lines !== this.#lines.length) return undefined;
    const text = flowText(this.#pieces.slice(pieces).join(''));
    return hasInk(text) ? text : undefined;
  }

  /** Ends the text. */
  finish(): readonly TextLine[] {
    this.endLine();
    return this.#lines;
  }

  /** Takes back what was written since a place: the blanks before it, the text, and the blanks behind it. */
  #take(since: TextPlace): [before: string, words: string | undefined, after: string] {
    const words = this.textSince(since);
    if (words === undefined) return ['', undefined, ''];
    const raw = this.#pieces.splice(since.pieces).join('');
    return [/^\s/.test(raw) ? ' ' : '', words, /\s$/.test(raw) ? ' ' : ''];
  }

  #add(text: string): void {
    if (text === '') return;
    this.#inked ||= hasInk(text);
    this.#pieces.push(text);
  }

  /** Ends a line where the text itself has a line end; an empty one stays. */
  #breakFirmly(whiteSpace: WhiteSpace): void {
    if (this.#inked || whiteSpace !== 'pre') return this.breakLine();
    this.#pieces = [];
    if (this.#lines.length > 0) this.addLine('', { fixed: true });
  }

  #push(line: TextLine): void {
    const last = this.#lines.at(-1);
    if (this.#gap && last) {
      const margin = commonStart(last.rest, line.rest);
      this.#lines.push({ first: margin, rest: margin, text: '', fixed: true });
    }
    this.#gap = false;
    this.#lines.push(line);
  }
}

/** A blank line between two lines belongs to what both of them stand in. */
function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return one.slice(0, length);
}
