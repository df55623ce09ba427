/** A declaration of CSS, in the text that was read. */
export interface CssDeclaration {
  /** In lower case. */
  readonly property: string;
  /** In lower case, with single blanks, without `!important`. */
  readonly value: string;
  /** The value without what stands in quotation marks and addresses. */
  readonly words: string;
  readonly important: boolean;
  /** Where its property begins. */
  readonly at: number;
}

/** The head of an at-rule. */
export interface CssAtRule {
  /** In lower case, without `@`. */
  readonly name: string;
  /** What stands behind the name, such as `(max-width: 600px)`. */
  readonly prelude: string;
  readonly at: number;
  /** The at-rules around it, from the outside. */
  readonly within: readonly CssAtRule[];
}

/** A rule of a style sheet, or the content of a style attribute. */
export interface CssRule {
  /** '' for a style attribute. */
  readonly selector: string;
  readonly at: number;
  readonly declarations: readonly CssDeclaration[];
  /** The at-rules around it, from the outside. */
  readonly within: readonly CssAtRule[];
  /** Whether it stands in another rule. */
  readonly nested: boolean;
}

/** What a text of CSS holds, in the order in which it is written. */
export interface CssContent {
  readonly rules: readonly CssRule[];
  readonly atRules: readonly CssAtRule[];
}

type OpenRule = CssRule & { readonly declarations: CssDeclaration[] };
type Block = { readonly rule: OpenRule } | { readonly atRule: CssAtRule };

/** Reads a style sheet; what is no CSS is passed over, as clients do. */
export function styleSheetRules(css: string): CssContent {
  return new CssReader(css, []).read();
}

/** Reads the content of a style attribute. */
export function styleAttributeRule(css: string): CssRule {
  const rule: OpenRule = { selector: '', at: 0, declarations: [], within: [], nested: false };
  new CssReader(css, [{ rule }]).read();
  return rule;
}

class CssReader {
  readonly #css: string;
  readonly #open: Block[];
  readonly #rules: CssRule[] = [];
  readonly #atRules: CssAtRule[] = [];
  /** Where the selector, at-rule or declaration begins that is being read. */
  #start = 0;

  constructor(css: string, open: Block[]) {
    // Comments, and what old pages put around style sheets, in equal length.
    this.#css = css.replace(/\/\*[^]*?(?:\*\/|$)|<!--|-->/g, cover => ' '.repeat(cover.length));
    this.#open = open;
  }

  read(): CssContent {
    const marks = /\\[^]|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?|[(){};]/g;
    let depth = 0;
    for (const { 0: mark, index } of this.#css.matchAll(marks)) {
      // In brackets stand addresses, which may hold a semicolon.
      if (mark === '(') depth++;
      else if (mark === ')') depth = Math.max(0, depth - 1);
      else if (mark === '{' || mark === '}' || (mark === ';' && depth === 0)) {
        depth = 0;
        this.#end(mark, index);
      }
    }
    this.#declare(this.#css.length);
    return { rules: this.#rules, atRules: this.#atRules };
  }

  #end(mark: '{' | '}' | ';', index: number): void {
    if (mark === '{') this.#begin(index);
    else {
      this.#declare(index);
      if (mark === '}') this.#open.pop();
    }
    this.#start = index + 1;
  }

  #begin(index: number): void {
    const { text, at } = this.#segment(index);
    const [, name, prelude = ''] = /^@([\w-]+)\s*([^]*)$/.exec(text) ?? [];
    const within = this.#open.flatMap(block => ('atRule' in block ? [block.atRule] : []));
    if (name !== undefined) {
      const atRule = { name: name.toLowerCase(), prelude, at, within };
      this.#atRules.push(atRule);
      this.#open.push({ atRule });
      return;
    }
    const nested = this.#open.some(block => 'rule' in block);
    const rule: OpenRule = { selector: text, at, declarations: [], within, nested };
    this.#rules.push(rule);
    this.#open.push({ rule });
  }

  #declare(index: number): void {
    const { text, at } = this.#segment(index);
    const block = this.#open.findLast(one => 'rule' in one);
    const [, property, written = ''] = /^([\w-]+)\s*:([^]*)$/.exec(text) ?? [];
    if (!block || property === undefined) return;
    const plain = written.replace(/\s+/g, ' ').trim().toLowerCase();
    const value = plain.replace(/ ?! ?important$/, '');
    const important = value !== plain;
    block.rule.declarations.push({
      property: property.toLowerCase(),
      value,
      words: wordsOf(value),
      important,
      at,
    });
  }

  #segment(end: number): { text: string; at: number } {
    const text = this.#css.slice(this.#start, end);
    return { text: text.trim(), at: this.#start + text.length - text.trimStart().length };
  }
}

function wordsOf(value: string): string {
  return value.replace(/"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/g, '""').replace(/\burl\([^)]*\)/g, 'url()');
}

/** Whether a declaration can stand in for another: not a background that is none. */
export function canStandIn({ property, value }: CssDeclaration): boolean {
  return value !== '' && !(property.startsWith('background') && /^(?:none|transparent)$/.test(value));
}
