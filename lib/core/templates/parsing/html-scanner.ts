import type { HtmlAttribute, HtmlPlace, HtmlTag } from './html-tag.js';

type State =
  | 'data'
  | 'tag-open'
  | 'end-tag-open'
  | 'tag-name'
  | 'before-attribute'
  | 'attribute-name'
  | 'after-attribute-name'
  | 'before-value'
  | 'double-quoted'
  | 'single-quoted'
  | 'unquoted'
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

const PLACES: Readonly<Partial<Record<State, Exclude<HtmlPlace['kind'], 'value'>>>> = {
  data: 'text',
  comment: 'comment',
  'tag-open': 'name',
  'end-tag-open': 'name',
  'tag-name': 'name',
  markup: 'name',
  rest: 'raw',
  'raw-end': 'raw',
};

const LONGEST_TAIL = 64;

/**
 * Reads HTML into tags as browsers do (the tokenizer of the HTML standard, without scripts, SVG and MathML), piece by
 * piece, and says where each piece ends.
 */
export class HtmlScanner {
  readonly #onTag: (tag: HtmlTag) => void;
  #state: State = 'data';
  #offset = 0;
  #tail = '';
  /** The element whose raw content is being read. */
  #raw = '';
  /** What was read last of a comment, or of what may become an end tag or a comment. */
  #word = '';
  /** How much of a comment was read. */
  #length = 0;
  #tag = { name: '', closing: false, at: 0 };
  #attributes: HtmlAttribute[] = [];
  #name = '';
  #value = '';
  #nameAt = 0;
  #valueAt = 0;

  /** @param onTag gets each tag that has ended */
  constructor(onTag: (tag: HtmlTag) => void = () => {}) {
    this.#onTag = onTag;
  }

  /** Where the next character stands. */
  get place(): HtmlPlace {
    const state = this.#state;
    if (state === 'double-quoted' || state === 'single-quoted')
      return { kind: 'value', tag: this.#tag.name, attribute: this.#name };
    if (state === 'raw') return { kind: TEXT_ELEMENTS.has(this.#raw) ? 'plain-text' : 'raw' };
    return { kind: PLACES[state] ?? 'tag' };
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
        if (isLetter(character)) return this.#begin(true, index);
        this.#state = character === '>' ? 'data' : 'until-gt';
        return character === '>' ? index + 1 : index;
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
      case 'double-quoted':
        return this.#quoted(text, index, '"');
      case 'single-quoted':
        return this.#quoted(text, index, "'");
      default:
        return this.#inTag(character, index);
    }
  }

  #until(text: string, index: number, mark: string, next: State): number {
    const found = text.indexOf(mark, index);
    if (found < 0) return text.length;
    if (mark === '<') this.#tag.at = this.#offset + found;
    this.#state = next;
    return found + 1;
  }

  #open(character: string, index: number): number {
    if (isLetter(character)) return this.#begin(false, index);
    this.#word = '';
    const next: Readonly<Record<string, State>> = { '/': 'end-tag-open', '!': 'markup', '?': 'until-gt' };
    this.#state = next[character] ?? 'data';
    return this.#state === 'data' ? index : index + 1;
  }

  #begin(closing: boolean, index: number): number {
    this.#tag = { name: '', closing, at: this.#tag.at };
    this.#attributes = [];
    this.#name = '';
    this.#state = 'tag-name';
    return index;
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
    this.#length = 0;
    this.#state = 'comment';
    return index + 1;
  }

  #comment(text: string, index: number): number {
    const found = text.indexOf('>', index);
    const end = found < 0 ? text.length : found;
    this.#word = (this.#word + text.slice(Math.max(index, end - 3), end)).slice(-3);
    this.#length += end - index;
    if (found < 0) return end;
    // `<!-->` and `<!--->` end at once.
    const ends = this.#length < 2 ? /^-?$/.test(this.#word) : /--!?$/.test(this.#word);
    this.#word = `${this.#word}>`.slice(-3);
    this.#length++;
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
    if (!isBlank(character) && character !== '/' && character !== '>') {
      this.#state = 'raw';
      return index;
    }
    this.#tag = { name: this.#raw, closing: true, at: this.#tag.at };
    this.#attributes = [];
    this.#name = '';
    this.#state = 'before-attribute';
    return index;
  }

  #quoted(text: string, index: number, mark: string): number {
    const found = text.indexOf(mark, index);
    const end = found < 0 ? text.length : found;
    this.#value += text.slice(index, end);
    if (found < 0) return end;
    this.#keep(true);
    this.#state = 'before-attribute';
    return found + 1;
  }

  #inTag(character: string, index: number): number {
    const blank = isBlank(character);
    const at = this.#offset + index;
    switch (this.#state) {
      case 'tag-name':
        if (character === '>') return this.#end(index);
        if (blank || character === '/') this.#state = 'before-attribute';
        else this.#tag.name += character.toLowerCase();
        return index + 1;
      case 'attribute-name':
        if (blank) this.#state = 'after-attribute-name';
        else if (character === '=') this.#state = 'before-value';
        else if (character === '/' || character === '>') return this.#bare(index);
        else this.#name += character.toLowerCase();
        return index + 1;
      case 'after-attribute-name':
        if (blank) return index + 1;
        if (character !== '=') return this.#bare(index);
        this.#state = 'before-value';
        return index + 1;
      case 'before-value':
        if (blank) return index + 1;
        if (character === '>') return this.#bare(index);
        this.#value = '';
        this.#valueAt = character === '"' || character === "'" ? at + 1 : at;
        this.#state = character === '"' ? 'double-quoted' : character === "'" ? 'single-quoted' : 'unquoted';
        return this.#state === 'unquoted' ? index : index + 1;
      case 'unquoted':
        if (!blank && character !== '>') {
          this.#value += character;
          return index + 1;
        }
        this.#keep(true);
        this.#state = 'before-attribute';
        return index;
      default:
        if (character === '>') return this.#end(index);
        if (blank || character === '/') return index + 1;
        this.#name = character.toLowerCase();
        this.#nameAt = at;
        this.#state = 'attribute-name';
        return index + 1;
    }
  }

  /** An attribute without a value has ended; what comes next is read again. */
  #bare(index: number): number {
    this.#value = '';
    this.#valueAt = this.#nameAt;
    this.#keep(false);
    this.#state = 'before-attribute';
    return index;
  }

  #keep(valued: boolean): void {
    const [name, value, at, valueAt] = [this.#name, this.#value, this.#nameAt, this.#valueAt];
    // The first of two with one name counts.
    if (!this.#attributes.some(known => known.name === name))
      this.#attributes.push({ name, value, valued, at, valueAt });
    this.#name = '';
  }

  #end(index: number): number {
    const { name, closing } = this.#tag;
    this.#onTag({ ...this.#tag, attributes: this.#attributes, end: this.#offset + index + 1 });
    this.#raw = name;
    if (closing) this.#state = 'data';
    else if (name === 'plaintext') this.#state = 'rest';
    else this.#state = TEXT_ELEMENTS.has(name) || RAW_ELEMENTS.has(name) ? 'raw' : 'data';
    return index + 1;
  }
}

function isLetter(character: string): boolean {
  return /^[a-z]$/i.test(character);
}

function isBlank(character: string): boolean {
  return (
    character === ' ' || character === '\n' || character === '\t' || character === '\r' || character === '\f'
  );
}
