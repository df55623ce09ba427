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
  #name = '';
  #value = '';
  #nameAt = 0;
  #valueAt = 0;

  /** Where the next character stands. */
  get place(): HtmlPlace {
    if (this.#state === 'double-quoted' || this.#state === 'single-quoted')
      return { kind: 'value', tag: this.#tag.name, attribute: this.#name };
    return { kind: this.#state === 'tag-name' ? 'name' : 'tag' };
  }

  /** Begins a tag. */
  begin({ closing, at, name }: TagStart): void {
    this.#tag = { name: name ?? '', closing, at };
    this.#attributes = [];
    this.#name = '';
    this.#state = name === undefined ? 'tag-name' : 'before-attribute';
  }

  /**
   * Reads from a place on as far as one state goes.
   *
   * @param offset where the text begins, counted from the beginning of the document
   * @returns the place to go on at, or the tag when it has ended at this place, with a `>`
   */
  step(text: string, index: number, offset: number): number | HtmlTag {
    switch (this.#state) {
      case 'double-quoted':
        return this.#quoted(text, index, '"');
      case 'single-quoted':
        return this.#quoted(text, index, "'");
      default:
        return this.#character(text[index] ?? '', index, offset);
    }
  }

  #character(character: string, index: number, offset: number): number | HtmlTag {
    const blank = isHtmlBlank(character);
    const at = offset + index;
    switch (this.#state) {
      case 'tag-name':
        if (character === '>') return this.#end(at);
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
        return index;
      default:
        if (character === '>') return this.#end(at);
        if (blank || character === '/') return index + 1;
        this.#name = character.toLowerCase();
        this.#nameAt = at;
        this.#state = 'attribute-name';
        return index + 1;
    }
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
    if (!this.#attributes.some(known => known.name === name))
      this.#attributes.push({ name, value, valued, at, valueAt });
    this.#name = '';
    this.#state = 'before-attribute';
  }

  #end(at: number): HtmlTag {
    return { ...this.#tag, attributes: this.#attributes, end: at + 1 };
  }
}
