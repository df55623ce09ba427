/** Quotes and lists that are nested deeper get no margin of their own: the text would grow with the square of its depth. */
const WIDEST_MARGIN = 40;

interface Margin {
  readonly marker: string;
  /** This margin and those around it. */
  readonly whole: string;
}

/** The margins that a line stands in, from the outermost to the innermost, and the markers that no line has had yet. */
export class Margins {
  readonly #margins: Margin[] = [];
  /** How many of the innermost margins have not given their marker to a line. */
  #unused = 0;

  /** How many columns they take. */
  get width(): number {
    return this.#whole.length;
  }

  /** Adds a margin. */
  push(marker: string, margin: string): void {
    const around = this.#whole;
    const tooWide = around.length + margin.length > WIDEST_MARGIN;
    this.#margins.push({ marker, whole: tooWide ? around : around + margin });
    this.#unused++;
  }

  /** Takes the innermost margin away, with its marker. */
  pop(): void {
    this.#margins.pop();
    if (this.#unused > 0) this.#unused--;
  }

  /** What stands in front of the next line, and of the lines that it is wrapped into. */
  take(): { readonly first: string; readonly rest: string } {
    const rest = this.#whole;
    if (this.#unused === 0) return { first: rest, rest };
    const known = this.#margins.length - this.#unused;
    const around = this.#margins[known - 1]?.whole ?? '';
    const markers = this.#margins.slice(known).map(({ marker }) => marker);
    this.#unused = 0;
    return { first: (around + markers.join('')).slice(0, WIDEST_MARGIN * 2), rest };
  }

  get #whole(): string {
    return this.#margins.at(-1)?.whole ?? '';
  }
}
