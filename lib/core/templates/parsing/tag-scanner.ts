import { isHtmlBlank } from './html-characters.js';
import type { HtmlAttribute, HtmlPlace, HtmlTag } from './html-tag.js';

type State =
  | 'tag-name'
  | 'before-attribute'
  | 'attribute-name'
  | 'after-attribute-name'
  | 'before-value'
  | 'double-quoted'
  | 'single-quoted'
  | 'unquoted';

/** What stands behind the name of an attribute in each state. */
const BEHIND_NAME: Readonly<Record<Exclude<State, 'tag-name' | 'before-attribute'>, string>> = {
  'attribute-name': '',
  'after-attribute-name': ' ',
  'before-value': '=',
  'double-quoted': '="',
  'single-quoted': "='",
  unquoted: '=x',
};

const BLANKS = ' \n\t\r\f';
const NAME_ENDS = `${BLANKS}/>`;
const ATTRIBUTE_NAME_ENDS = `${BLANKS}/>=`;
const UNQUOTED_ENDS = `${BLANKS}>`;

/** Where a tag begins. */
export interface TagStart {
  readonly closing: boolean;
  /** Where its `<` stands, counted from the beginning of the document. */
  readonly at: number;
  /** Its name, where that was read already. @default what comes next is its name */
  readonly name?: string;
}

/** Reads one tag after another from its name to its `>`, piece by piece (HTML standard, 13.2.5.8 and 13.2.5.32 to .39). */
export class TagScanner {
  #state: State = 'tag-name';
  #tag = { name: '', closing: false, at: 0 };
  #attributes: HtmlAttribute[] = [];
  readonly #names = new Set<string>();
  #name = '';
  #value = '';
  #nameAt = 0;
  #valueAt = 0;

  /** How many attributes the tag has as far as it was read. */
  get attributeCount(): number {
    return this.#attributes.length;
  }

  /** Where the next character stands. */
  get place(): HtmlPlace {
    const value = { tag: this.#tag.name, attribute: this.#name, before: this.#value };
    switch (this.#state) {
      case 'double-quoted':
      case 'single-quoted':
        return { kind: 'value', ...value };
      case 'before-value':
      case 'unquoted':
        return { kind: 'unquoted', ...value };
      default:
        return { kind: this.#state === 'tag-name' ? 'name' : 'tag' };
    }
  }

  /** A text that brings a new scanner to the same place. */
  get resume(): string {
    const begun = `<${this.#tag.closing ? '/' : ''}${this.#tag.name}`;
    switch (this.#state) {
      case 'tag-name':
        return begun;
      case 'before-attribute':
        return `${begun} `;
      default:
        return `${begun} ${this.#name}${BEHIND_NAME[this.#state]}`;
    }
  }

  /** Begins a tag. */
  begin({ closing, at, name }: TagStart): void {
    this.#tag = { name: name ?? '', closing, at };
    this.#attributes = [];
    this.#names.clear();
    this.#name = '';
    this.#state = name === undefined ? 'tag-name' : 'before-attribute';
  }

  /**
   * Reads on from a place, to the end of the tag or of the text.
   *
   * @param offset where the text begins, counted from the beginning of the document
   * @returns the tag; undefined when the text ends before it
   */
  read(text: string, index: number, offset: number): HtmlTag | undefined {
    let next = index;
    while (next < text.length) {
      if (text[next] === '>' && (this.#state === 'tag-name' || this.#state === 'before-attribute'))
        return { ...this.#tag, attributes: this.#attributes, end: offset + next + 1 };
      next = this.#step(text, next, offset);
    }
    return undefined;
  }

  /** Reads from a place on as far as one state goes, and returns where to go on. */
  #step(text: string, index: number, offset: number): number {
    const character = text[index] ?? '';
    switch (this.#state) {
      case 'tag-name': {
        const end = endOfRun(text, index, NAME_ENDS);
        this.#tag.name += text.slice(index, end).toLowerCase();
        if (end < text.length) this.#state = 'before-attribute';
        return end;
      }
      case 'attribute-name': {
        const end = endOfRun(text, index, ATTRIBUTE_NAME_ENDS);
        this.#name += text.slice(index, end).toLowerCase();
        if (end < text.length) this.#state = 'after-attribute-name';
        return end;
      }
      case 'after-attribute-name':
        if (isHtmlBlank(character)) return index + 1;
        if (character !== '=') return this.#bare(index);
        this.#value = '';
        this.#state = 'before-value';
        return index + 1;
      case 'before-value':
        if (isHtmlBlank(character)) return index + 1;
        if (character === '>') return this.#bare(index);
        return this.#beginValue(character, index, offset);
      case 'double-quoted':
        return this.#quoted(text, index, '"');
      case 'single-quoted':
        return this.#quoted(text, index, "'");
      case 'unquoted': {
        const end = endOfRun(text, index, UNQUOTED_ENDS);
        this.#value += text.slice(index, end);
        if (end < text.length) this.#keep(true);
        return end;
      }
      case 'before-attribute':
        if (isHtmlBlank(character) || character === '/') return index + 1;
        // An equals sign here begins a name.
        this.#name = character.toLowerCase();
        this.#nameAt = offset + index;
        this.#state = 'attribute-name';
        return index + 1;
    }
  }

  #beginValue(character: string, index: number, offset: number): number {
    const quoted = character === '"' || character === "'";
    this.#value = '';
    this.#valueAt = offset + index + Number(quoted);
    this.#state = character === '"' ? 'double-quoted' : quoted ? 'single-quoted' : 'unquoted';
    return quoted ? index + 1 : index;
  }

  #quoted(text: string, index: number, mark: string): number {
    const found = text.indexOf(mark, index);
    const end = found < 0 ? text.length : found;
    this.#value += text.slice(index, end);
    if (found < 0) return end;
    this.#keep(true);
    return found + 1;
  }

  /** An attribute without a value has ended; what comes next is read again. */
  #bare(index: number): number {
    this.#value = '';
    this.#valueAt = this.#nameAt;
    this.#keep(false);
    return index;
  }

  #keep(valued: boolean): void {
    const [name, value, at, valueAt] = [this.#name, this.#value, this.#nameAt, this.#valueAt];
    // The first of two with one name counts.
    if (!this.#names.has(name)) this.#attributes.push({ name, value, valued, at, valueAt });
    this.#names.add(name);
    this.#name = '';
    this.#state = 'before-attribute';
  }
}

/** The place of the first of some characters, or the end of the text. */
function endOfRun(text: string, index: number, ends: string): number {
  let end = index;
  while (end < text.length && !ends.includes(text[end] ?? '')) end++;
  return end;
}
