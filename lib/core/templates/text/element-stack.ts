import {
  CELLS,
  ENDS_PARAGRAPH,
  ENDS_SIBLING,
  FORMATTING,
  ROW_GROUPS,
  SCOPES,
  SPECIAL,
} from './element-kinds.js';
import type { HtmlElement } from './html-element.js';

/** A table or cell that is open, and how many elements of each name are open in it. */
interface Scope {
  readonly element: HtmlElement;
  /** How many elements were open before it. */
  readonly below: number;
  readonly open: Map<string, number>;
}

/**
 * The elements of a page that are open, and which of them a tag ends: the tree construction of the HTML standard
 * (13.2.6), as far as it makes a difference to the order of words and lines.
 */
export class ElementStack {
  readonly #elements: HtmlElement[] = [];
  readonly #scopes: Scope[];

  /** @param root what holds the page; never ended */
  constructor(root: HtmlElement) {
    this.#elements.push(root);
    this.#scopes = [{ element: root, below: 0, open: new Map() }];
  }

  /** The element that holds what comes next. */
  get top(): HtmlElement {
    const top = this.#elements.at(-1);
    if (!top) throw new RangeError('the root of a page is always open');
    return top;
  }

  /** Whether an element of a name is open in the current table or cell. */
  has(name: string): boolean {
    return this.#scope.open.has(name);
  }

  /** Opens an element, which stands in the top one. */
  push(element: HtmlElement): void {
    const { open } = this.#scope;
    this.#elements.push(element);
    open.set(element.name, (open.get(element.name) ?? 0) + 1);
    if (!SCOPES.has(element.name)) return;
    if (element.name === 'table') this.#noteTable();
    this.#scopes.push({ element, below: this.#elements.length - 1, open: new Map() });
  }

  /** Ends what the start of an element ends. */
  beforeStart(name: string): void {
    if (ENDS_PARAGRAPH.has(name) && this.has('p')) this.#endThrough('p');
    if (CELLS.has(name) || name === 'tr' || name === 'colgroup' || ROW_GROUPS.has(name))
      this.#endRowsFor(name);
    if (name === 'a' && this.has('a')) this.#remove('a');
    if (/^h[1-6]$/.test(name) && /^h[1-6]$/.test(this.top.name)) this.#pop();
    const sibling = ENDS_SIBLING.get(name);
    if (sibling) this.#endSibling(...sibling);
  }

  /** Ends what an end tag ends. */
  end(name: string): void {
    if (name === 'table') return this.#endTable();
    if (name === 'tr' || ROW_GROUPS.has(name)) {
      if (CELLS.has(this.#scope.element.name)) this.#endScope();
      if (this.has(name)) this.#endThrough(name);
      return;
    }
    if (SCOPES.has(name)) {
      if (this.#scope.element.name === name) this.#endScope();
      return;
    }
    if (!this.has(name)) return;
    if (FORMATTING.has(name)) return this.#remove(name);
    if (SPECIAL.has(name) || !this.#isCovered(name)) this.#endThrough(name);
  }

  get #scope(): Scope {
    const scope = this.#scopes.at(-1);
    if (!scope) throw new RangeError('the root of a page is always open');
    return scope;
  }

  #noteTable(): void {
    const around = this.#scopes.findLast(({ element }) => element.name === 'table');
    if (around) around.element.hasTable = true;
  }

  #endRowsFor(name: string): void {
    if (CELLS.has(this.#scope.element.name)) this.#endScope();
    if (CELLS.has(name)) return;
    if (this.has('tr')) this.#endThrough('tr');
    if (name === 'tr') return;
    for (const group of ROW_GROUPS) if (this.has(group)) this.#endThrough(group);
  }

  #endTable(): void {
    const table = this.#scopes.findLastIndex(({ element }) => element.name === 'table');
    if (table < 0) return;
    while (this.#scopes.length > table) this.#endScope();
  }

  /** Ends the current table or cell and all in it. */
  #endScope(): void {
    const { below } = this.#scope;
    while (this.#elements.length > below) this.#pop();
  }

  #endSibling(ended: ReadonlySet<string>, within: ReadonlySet<string>): void {
    if (![...ended].some(name => this.has(name))) return;
    for (let index = this.#elements.length - 1; index > this.#scope.below; index--) {
      const name = this.#elements[index]?.name ?? '';
      if (within.has(name)) return;
      if (ended.has(name)) return this.#endThrough(name);
    }
  }

  #endThrough(name: string): void {
    while (this.#pop() !== name);
  }

  #pop(): string {
    const element = this.#elements.pop();
    const name = element?.name ?? '';
    if (this.#scope.element === element) this.#scopes.pop();
    this.#forget(name);
    return name;
  }

  /** Takes the last element of a name out of the open ones; those in it stay open. */
  #remove(name: string): void {
    this.#elements.splice(
      this.#elements.findLastIndex(element => element.name === name),
      1,
    );
    this.#forget(name);
  }

  #forget(name: string): void {
    const { open } = this.#scope;
    const count = (open.get(name) ?? 0) - 1;
    if (count > 0) open.set(name, count);
    else open.delete(name);
  }

  /** Whether the last element of a name holds an open element that its end tag does not reach over. */
  #isCovered(name: string): boolean {
    for (let index = this.#elements.length - 1; index > this.#scope.below; index--) {
      const other = this.#elements[index]?.name ?? '';
      if (other === name) return false;
      if (SPECIAL.has(other)) return true;
    }
    return false;
  }
}
