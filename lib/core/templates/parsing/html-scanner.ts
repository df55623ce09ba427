import { isHtmlBlank, isHtmlLetter } from './html-characters.js';
import type { HtmlPlace, HtmlTag } from './html-tag.js';
import { TagScanner } from './tag-scanner.js';

type State =
  | 'data'
  | 'tag-open'
  | 'end-tag-open'
  | 'tag'
  | 'markup'
  | 'comment'
  | 'until-gt'
  | 'raw'
  | 'raw-end'
  | 'rest';

/** Elements whose content is text alone, with character references in it. */
const TEXT_ELEMENTS: ReadonlySet<string> = new Set(['title', 'textarea']);
/** Elements whose content is text alone, taken as it is. */
const RAW_ELEMENTS: ReadonlySet<string> = new Set([
  'style',
  'script',
  'xmp',
  'iframe',
  'noembed',
  'noframes',
]);

const PLACES: Readonly<Partial<Record<State, 'text' | 'comment' | 'name'>>> = {
  data: 'text',
  comment: 'comment',
  'tag-open': 'name',
  'end-tag-open': 'name',
  markup: 'name',
};

/** How many of the characters read last are remembered. */
const LONGEST_TAIL = 64;

/**
 * Reads HTML into tags as browsers do (the tokenizer of the HTML standard, without scripts, SVG and MathML), piece by
 * piece, and says where each piece ends.
 */
export class HtmlScanner {
  readonly #onTag: (tag: HtmlTag) => void;
  readonly #tags = new TagScanner();
  #state: State = 'data';
  #offset = 0;
  #tail = '';
  /** The element whose raw content is being read. */
  #raw = '';
  /** What was read last of a comment, or of what may become an end tag or a comment. */
  #word = '';
  /** Where the `<` stands, or the comment begins, that is being read. */
  #openAt = 0;

  /** @param onTag gets each tag that has ended */
  constructor(onTag: (tag: HtmlTag) => void = () => {}) {
    this.#onTag = onTag;
  }

  /** Where the next character stands. */
  get place(): HtmlPlace {
    switch (this.#state) {
      case 'tag':
        return this.#tags.place;
      case 'raw':
      case 'raw-end':
      case 'rest':
        return { kind: TEXT_ELEMENTS.has(this.#raw) ? 'plain-text' : 'raw', tag: this.#raw };
      default:
        return { kind: PLACES[this.#state] ?? 'tag' };
    }
  }

  /** A text, as short as can be, that brings a new scanner to the same place. */
  get resume(): string {
    switch (this.#state) {
      case 'data':
        return '';
      case 'tag-open':
        return '<';
      case 'end-tag-open':
        return '</';
      case 'tag':
        return this.#tags.resume;
      case 'markup':
        return `<!${this.#word}`;
      case 'comment':
        return `<!--${this.#word === '' ? '' : `xx${this.#word}`}`;
      case 'until-gt':
        return '<!x';
      case 'raw':
      case 'rest':
        return `<${this.#raw}>`;
      case 'raw-end':
        return `<${this.#raw}><${this.#word}`;
    }
  }

  /** How many attributes the tag has that was read last, perhaps not to its end. */
  get attributeCount(): number {
    return this.#tags.attributeCount;
  }

  /** The characters that were read last. */
  get tail(): string {
    return this.#tail;
  }

  /** Reads on. */
  feed(text: string): void {
    this.#tail = (this.#tail + text.slice(-LONGEST_TAIL)).slice(-LONGEST_TAIL);
    let index = 0;
    while (index < text.length) index = this.#step(text, index);
    this.#offset += text.length;
  }

  /** Reads from a place on as far as one state goes, and returns where to go on. */
  #step(text: string, index: number): number {
    const character = text[index] ?? '';
    switch (this.#state) {
      case 'data':
        return this.#until(text, index, '<', 'tag-open');
      case 'tag-open':
        return this.#open(character, index);
      case 'end-tag-open':
        if (isHtmlLetter(character)) return this.#begin(true, index);
        this.#state = character === '>' ? 'data' : 'until-gt';
        return character === '>' ? index + 1 : index;
      case 'tag':
        return this.#inTag(text, index);
      case 'markup':
        return this.#markup(character, index);
      case 'comment':
        return this.#comment(text, index);
      case 'until-gt':
        return this.#until(text, index, '>', 'data');
      case 'raw':
        this.#word = '';
        return this.#until(text, index, '<', 'raw-end');
      case 'raw-end':
        return this.#rawEnd(character, index);
      case 'rest':
        return text.length;
    }
  }

  #until(text: string, index: number, mark: string, next: State): number {
    const found = text.indexOf(mark, index);
    if (found < 0) return text.length;
    if (mark === '<') this.#openAt = this.#offset + found;
    this.#state = next;
    return found + 1;
  }

  #open(character: string, index: number): number {
    if (isHtmlLetter(character)) return this.#begin(false, index);
    this.#word = '';
    const next: Readonly<Record<string, State>> = { '/': 'end-tag-open', '!': 'markup', '?': 'until-gt' };
    this.#state = next[character] ?? 'data';
    return this.#state === 'data' ? index : index + 1;
  }

  #begin(closing: boolean, index: number): number {
    this.#tags.begin({ closing, at: this.#openAt });
    this.#state = 'tag';
    return index;
  }

  #inTag(text: string, index: number): number {
    const tag = this.#tags.read(text, index, this.#offset);
    if (!tag) return text.length;
    const { name, closing, end } = tag;
    this.#onTag(tag);
    this.#raw = name;
    if (closing) this.#state = 'data';
    else if (name === 'plaintext') this.#state = 'rest';
    else this.#state = TEXT_ELEMENTS.has(name) || RAW_ELEMENTS.has(name) ? 'raw' : 'data';
    return end - this.#offset;
  }

  #markup(character: string, index: number): number {
    if (character !== '-') {
      // Doctypes and whatever else is no comment end at the next `>`.
      this.#state = 'until-gt';
      return index;
    }
    this.#word += character;
    if (this.#word !== '--') return index + 1;
    this.#word = '';
    this.#openAt = this.#offset + index + 1;
    this.#state = 'comment';
    return index + 1;
  }

  #comment(text: string, index: number): number {
    const found = text.indexOf('>', index);
    const end = found < 0 ? text.length : found;
    this.#word = (this.#word + text.slice(Math.max(index, end - 3), end)).slice(-3);
    if (found < 0) return end;
    // `<!-->` and `<!--->` end at once.
    const atOnce = this.#offset + found - this.#openAt < 2;
    const ends = atOnce ? /^-?$/.test(this.#word) : /--!?$/.test(this.#word);
    this.#word = `${this.#word}>`.slice(-3);
    if (ends) this.#state = 'data';
    return found + 1;
  }

  #rawEnd(character: string, index: number): number {
    const wanted = `/${this.#raw}`;
    if (this.#word.length < wanted.length) {
      this.#word += character.toLowerCase();
      if (wanted.startsWith(this.#word)) return index + 1;
      this.#state = 'raw';
      return index;
    }
    if (!isHtmlBlank(character) && character !== '/' && character !== '>') {
      this.#state = 'raw';
      return index;
    }
    this.#tags.begin({ closing: true, at: this.#openAt, name: this.#raw });
    this.#state = 'tag';
    return index;
  }
}
