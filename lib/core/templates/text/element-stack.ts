import {
  CELLS,
  ENDS_PARAGRAPH,
  ENDS_SIBLING,
  FORMATTING,
  ROW_GROUPS,
  SCOPES,
  SPECIAL,
} from './element-kinds.js';
import type { HtmlElement, HtmlNode } from './html-element.js';

/** A table or cell that is open, and where the elements of each name stand that are open in it. */
interface Scope {
  readonly element: HtmlElement;
  /** How many elements were open before it. */
  readonly below: number;
  readonly places: Map<string, number[]>;
}

/** Stands for all elements that the end tag of an inline element does not reach over; no element has such a name. */
const ANY_SPECIAL = '<special>';

/**
 * The elements of a page that are open, and which of them a tag ends: the tree construction of the HTML standard
 * (13.2.6), as far as it makes a difference to the order of words and lines. No tag costs more when more elements are open.
 */
export class ElementStack {
  /** Undefined in place of one that was ended before those in it. */
  readonly #elements: (HtmlElement | undefined)[] = [];
  readonly #scopes: Scope[];

  /** @param root what holds the page; never ended */
  constructor(root: HtmlElement) {
    this.#elements.push(root);
    this.#scopes = [{ element: root, below: 0, places: new Map() }];
  }

  /** The element that holds what comes next. */
  get top(): HtmlElement {
    return this.#elements.at(-1) ?? this.#scope.element;
  }

  /** Whether an element of a name is open in the current table or cell. */
  has(name: string): boolean {
    return this.#placeOf(name) >= 0;
  }

  /** Opens an element, which stands in the top one. */
  push(element: HtmlElement): void {
    const place = this.#elements.push(element) - 1;
    this.#note(element.name, place);
    if (SPECIAL.has(element.name)) this.#note(ANY_SPECIAL, place);
    if (!SCOPES.has(element.name)) return;
    if (element.name === 'table') this.#noteTable();
    this.#scopes.push({ element, below: place, places: new Map() });
  }

  /** Ends what the start of an element ends. */
  beforeStart(name: string): void {
    if (ENDS_PARAGRAPH.has(name) && this.has('p')) this.#endThrough('p');
    if (CELLS.has(name) || name === 'tr' || name === 'colgroup' || ROW_GROUPS.has(name))
      this.#endRowsFor(name);
    if (name === 'a' && this.has('a')) this.#endLink();
    if (isHeading(name) && isHeading(this.top.name)) this.#pop();
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
    if (name === 'a') return this.#endLink();
    if (FORMATTING.has(name)) return this.#remove(name);
    if (SPECIAL.has(name) || this.#placeOf(name) > this.#placeOf(ANY_SPECIAL)) this.#endThrough(name);
  }

  get #scope(): Scope {
    const scope = this.#scopes.at(-1);
    if (!scope) throw new RangeError('the root of a page is always open');
    return scope;
  }

  /** Where the last element of a name stands; -1 when none is open in the current table or cell. */
  #placeOf(name: string): number {
    return this.#scope.places.get(name)?.at(-1) ?? -1;
  }

  #note(name: string, place: number): void {
    const { places } = this.#scope;
    const known = places.get(name);
    if (known) known.push(place);
    else places.set(name, [place]);
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

  /** Ends the last of some elements, unless one stands in it that keeps them apart. */
  #endSibling(ended: readonly string[], within: readonly string[]): void {
    for (const name of ended) {
      const place = this.#placeOf(name);
      if (place >= 0 && within.every(other => this.#placeOf(other) < place)) this.#endThrough(name);
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
    if (SPECIAL.has(name)) this.#forget(ANY_SPECIAL);
    this.#dropEnded();
    return name;
  }

  /** Ends the last link; what is open in it goes on behind it, and what that holds so far stays a link. */
  #endLink(): void {
    const place = this.#placeOf('a');
    const link = this.#elements[place];
    const around = this.#elements.findLast((element, at) => at < place && element !== undefined);
    if (link && around) leaveLink(lastWithin(around, link), link, this.top);
    this.#remove('a');
  }

  /** Ends the last element of a name; those in it stay open. */
  #remove(name: string): void {
    this.#elements[this.#placeOf(name)] = undefined;
    this.#forget(name);
    this.#dropEnded();
  }

  #forget(name: string): void {
    this.#scope.places.get(name)?.pop();
  }

  #dropEnded(): void {
    while (this.#elements.length > 0 && this.#elements.at(-1) === undefined) this.#elements.pop();
  }
}

/** The element that holds another one, which is open: all that are open are the last of those around them. */
function lastWithin(around: HtmlElement, inner: HtmlElement): HtmlElement {
  let holder = around;
  for (let last = lastOf(holder); last && last !== inner; last = lastOf(holder)) holder = last;
  return holder;
}

/**
 * Puts what is open in a link behind it; what that holds so far still belongs to the link, whose address the last piece
 * that shows something keeps.
 */
function leaveLink(holder: HtmlElement, link: HtmlElement, top: HtmlElement): void {
  const first = link === top ? undefined : lastOf(link);
  if (!first) return;
  link.children.pop();
  const pieces: { readonly parent: HtmlElement; readonly at: number; readonly children: HtmlNode[] }[] = [
    { parent: holder, at: holder.children.length - 1, children: link.children },
  ];
  holder.children.push(first);
  for (let element: HtmlElement | undefined = first; element;) {
    const inner: HtmlElement | undefined = element === top ? undefined : lastOf(element);
    const children = element.children.splice(0, element.children.length - (inner ? 1 : 0), '');
    pieces.push({ parent: element, at: 0, children });
    element = inner;
  }
  const addressed = pieces.findLast(({ children }) => children.some(shows)) ?? pieces[0];
  for (const piece of pieces) {
    const { parent, at, children } = piece;
    if (piece === addressed) parent.children[at] = { ...link, children };
    else if (children.length > 0) parent.children[at] = { ...link, name: 'span', children };
  }
}

/** Whether a node may show something. */
function shows(node: HtmlNode): boolean {
  return typeof node !== 'string' ? node.name === 'img' || node.children.some(shows) : /\S/.test(node);
}

function lastOf({ children }: HtmlElement): HtmlElement | undefined {
  const last = children.at(-1);
  return typeof last === 'string' ? undefined : last;
}

function isHeading(name: string): boolean {
  return /^h[1-6]$/.test(name);
}
