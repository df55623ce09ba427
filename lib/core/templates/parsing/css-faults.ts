/** What makes a reader of CSS drop a part of it, and where in the text. */
export interface CssFault {
  readonly at: number;
  readonly reason: string;
}

/** Stands in a masked text for what a template prints. */
const PRINTED = '\uE002';

/**
 * The first fault in a style sheet after which rules are dropped silently: brackets, comments and texts without an end,
 * rules without a selector, declarations without a colon. It is no full check.
 */
export function styleSheetFault(css: string): CssFault | undefined {
  return new FaultFinder(css, false).find();
}

/** The first fault in the content of a `style` attribute. */
export function declarationsFault(css: string): CssFault | undefined {
  return new FaultFinder(css, true).find();
}

class FaultFinder {
  readonly #css: string;
  readonly #inline: boolean;
  /** Where the blocks that are open begin. */
  readonly #open: number[] = [];
  /** Where the current selector or declaration begins. */
  #start = 0;
  #fault: CssFault | undefined;

  constructor(css: string, inline: boolean) {
    this.#css = css;
    this.#inline = inline;
  }

  find(): CssFault | undefined {
    let index = 0;
    while (index < this.#css.length && !this.#fault) index = this.#step(index);
    if (this.#fault) return this.#fault;
    const open = this.#open.at(-1);
    if (open !== undefined) return { at: open, reason: 'a block that begins here has no end: } is missing' };
    this.#declared(this.#css.length);
    return this.#fault;
  }

  #step(index: number): number {
    const character = this.#css[index];
    if (this.#css.startsWith('/*', index))
      return this.#skip(index, '*/', 'a comment that begins here has no end');
    switch (character) {
      case '"':
      case "'":
        return this.#text(index, character);
      case '(':
        return this.#brackets(index);
      case '\\':
        return index + 2;
      case '{':
        if (this.#inline) return this.#report(index, 'a style attribute holds declarations only, no {');
        if (this.#segment(index) === '') this.#report(index, 'a rule has no selector before its {');
        this.#open.push(index);
        break;
      case '}':
        if (this.#open.pop() === undefined) return this.#report(index, 'a } ends no block');
        this.#open.push(index);
        this.#declared(index);
        this.#open.pop();
        break;
      case ';':
        this.#declared(index);
        break;
      default:
        return index + 1;
    }
    this.#start = index + 1;
    return index + 1;
  }

  /** A selector or declaration, without comments and what old pages put around style sheets. */
  #segment(end: number): string {
    return this.#css
      .slice(this.#start, end)
      .replace(/\/\*[^]*?\*\/|<!--|-->/g, ' ')
      .trim();
  }

  #declared(end: number): void {
    const text = this.#segment(end);
    if (text === '' || text.includes(PRINTED) || text.startsWith('@')) return;
    const lead = /^(?:\s|\/\*[^]*?\*\/)*/.exec(this.#css.slice(this.#start, end));
    const at = this.#start + (lead?.[0].length ?? 0);
    if (this.#open.length === 0 && !this.#inline) this.#report(at, 'a selector has no block behind it');
    else if (!text.includes(':')) this.#report(at, 'a declaration has no colon');
  }

  #skip(index: number, end: string, reason: string): number {
    const found = this.#css.indexOf(end, index + end.length);
    return found < 0 ? this.#report(index, reason) : found + end.length;
  }

  #text(index: number, mark: string): number {
    for (let at = index + 1; at < this.#css.length; at++) {
      const character = this.#css[at];
      if (character === mark) return at + 1;
      if (character === '\\') at++;
      else if (character === '\n') break;
    }
    return this.#report(index, `a text that begins here has no end: ${mark} is missing`);
  }

  /** In brackets stand addresses, which may hold anything. */
  #brackets(index: number): number {
    for (let at = index + 1; at < this.#css.length;) {
      const character = this.#css[at];
      if (character === ')') return at + 1;
      if (character === '(') at = this.#brackets(at);
      else if (character === '"' || character === "'") at = this.#text(at, character);
      else if (character === '{' || character === '}') break;
      else at += character === '\\' ? 2 : 1;
    }
    return this.#report(index, 'a bracket that begins here has no end: ) is missing');
  }

  #report(at: number, reason: string): number {
    this.#fault ??= { at, reason };
    return this.#css.length;
  }
}
