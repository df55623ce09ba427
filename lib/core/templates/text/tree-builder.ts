import type { TokenizerCallbacks } from 'htmlparser2';
import { VOID } from './element-kinds.js';
import { ElementStack } from './element-stack.js';
import type { HtmlElement } from './html-element.js';
import { HtmlToTextError } from './html-to-text-error.js';

/** The text of a page is made by functions that call each other once for each element around. */
const DEEPEST_HTML = 1000;
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();
/** Tags that make no difference to the text. */
const TRANSPARENT: ReadonlySet<string> = new Set(['html', 'head', 'body']);

/** Makes the tree of a page of what htmlparser2's tokenizer finds in it, character references decoded. */
export class TreeBuilder implements TokenizerCallbacks {
  readonly root: HtmlElement = { name: '', attributes: new Map(), children: [], depth: 0, hasTable: false };
  readonly #html: string;
  readonly #stack = new ElementStack(this.root);
  #text = '';
  #name = '';
  #attributes: Map<string, string> | undefined;
  #attribute = '';
  #value = '';

  /** @param html the page that the tokenizer gets, as one piece */
  constructor(html: string) {
    this.#html = html;
  }

  ontext(start: number, end: number): void {
    this.#text += this.#html.slice(start, end);
  }

  ontextentity(codePoint: number): void {
    this.#text += String.fromCodePoint(codePoint);
  }

  onopentagname(start: number, end: number): void {
    this.#name = this.#html.slice(start, end).toLowerCase();
    this.#attributes = undefined;
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.#html.slice(start, end).toLowerCase();
    this.#value = '';
  }

  onattribdata(start: number, end: number): void {
    this.#value += this.#html.slice(start, end);
  }

  onattribentity(codePoint: number): void {
    this.#value += String.fromCodePoint(codePoint);
  }

  onattribend(): void {
    // The first of two with one name counts.
    this.#attributes ??= new Map();
    if (!this.#attributes.has(this.#attribute)) this.#attributes.set(this.#attribute, this.#value);
  }

  onopentagend(): void {
    this.#open(VOID.has(this.#name));
  }

  onselfclosingtag(): void {
    // `<o:p/>` is what Word writes; HTML itself knows no such ends.
    const foreign = this.#name.includes(':') || this.#stack.has('svg') || this.#stack.has('math');
    this.#open(foreign || VOID.has(this.#name));
  }

  onclosetag(start: number, end: number): void {
    const name = this.#html.slice(start, end).toLowerCase();
    if (TRANSPARENT.has(name)) return;
    this.#flush();
    // The two end tags that browsers take for elements.
    if (name === 'br' || (name === 'p' && !this.#stack.has('p'))) this.#append(name, NO_ATTRIBUTES);
    else this.#stack.end(name);
  }

  oncomment(): void {}
  oncdata(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}

  onend(): void {
    this.#flush();
  }

  #open(empty: boolean): void {
    const name = this.#name;
    if (TRANSPARENT.has(name)) return;
    this.#flush();
    this.#stack.beforeStart(name);
    const element = this.#append(name, this.#attributes ?? NO_ATTRIBUTES);
    if (!empty) this.#stack.push(element);
  }

  #append(name: string, attributes: ReadonlyMap<string, string>): HtmlElement {
    const { top } = this.#stack;
    const depth = top.depth + 1;
    if (depth > DEEPEST_HTML)
      throw new HtmlToTextError(`its elements are nested more than ${DEEPEST_HTML} deep`);
    const element: HtmlElement = { name, attributes, children: [], depth, hasTable: false };
    top.children.push(element);
    return element;
  }

  #flush(): void {
    if (this.#text !== '') this.#stack.top.children.push(this.#text);
    this.#text = '';
  }
}
