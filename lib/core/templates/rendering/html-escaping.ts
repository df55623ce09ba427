/** Name of the hidden helper that stands before what is printed at a place where values need more escaping. */
export const CLOSE = '.close';
/** Name of the one that stands before a partial within a value: it depends on the partial. */
export const WITHIN = '.within';
/** Name of the one that stands behind either. */
export const REOPEN = '.reopen';

/** What a text in HTML must not hold as it is. */
export const MARKS = /[&<>"']/;
const MARK = /[&<>"']/g;
const EVERY_MARK = /[&<>"'`=]/g;
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  '=': '&#x3D;',
};

/**
 * Escapes what the html parts of one environment print. Text and values in quotation marks are left by none of the five
 * characters that are escaped there; `=` stays, because click trackers and filters look for addresses in the source. Anywhere
 * else, as in `<td width={{x}}>`, a value could begin another attribute: there, and where the place is not known, `=` and the
 * backtick are escaped as well.
 */
export class HtmlEscaping {
  readonly #isPlain: (partial: string) => boolean;
  /** What is known of partials, by name. */
  readonly #plain = new Map<string, boolean>();
  readonly #outer: boolean[] = [];
  #closed = false;
  #closedForGood = false;

  /** @param isPlain whether a partial or layout of the environment can be read as part of a value: it prints only what stays within quotation marks */
  constructor(isPlain: (partial: string) => boolean) {
    this.#isPlain = isPlain;
  }

  /** The hidden helpers; no template calls them by accident, and none gets less escaping by them. */
  get helpers(): Record<string, (...args: unknown[]) => string> {
    return {
      [CLOSE]: () => this.#enter(true),
      [WITHIN]: name => this.#enter(typeof name !== 'string' || !this.#knownPlain(name)),
      [REOPEN]: () => {
        this.#closed = this.#outer.pop() ?? this.#closed;
        return '';
      },
    };
  }

  /** What is printed for a text. */
  escape(text: string): string {
    if (this.#closed || this.#closedForGood)
      return text.replace(EVERY_MARK, mark => REFERENCES[mark] ?? mark);
    return MARKS.test(text) ? text.replace(MARK, mark => REFERENCES[mark] ?? mark) : text;
  }

  /**
   * Begins a mail, or one within another.
   *
   * @returns what {@link end} takes
   */
  begin(): number {
    return this.#outer.push(this.#closed);
  }

  /** Ends a mail, also one that has failed somewhere. */
  end(begun: number): void {
    this.#closed = this.#outer[begun - 1] ?? false;
    this.#outer.length = begun - 1;
  }

  /** Escapes everywhere from now on as where the place is not known: behind a file that ends within a tag no place is. */
  closeForGood(): void {
    this.#closedForGood = true;
  }

  #knownPlain(name: string): boolean {
    const known = this.#plain.get(name);
    if (known !== undefined) return known;
    const plain = this.#isPlain(name);
    this.#plain.set(name, plain);
    return plain;
  }

  #enter(closed: boolean): string {
    this.#outer.push(this.#closed);
    this.#closed ||= closed;
    return '';
  }
}
