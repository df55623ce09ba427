import { randomBytes } from 'node:crypto';
import runtime from 'handlebars/runtime.js';

/**
 * Values that get no token, because their characters mean something to HTML or Handlebars: line ends, which partials indent;
 * characters that a parser drops or replaces; what can end a comment.
 */
const OUTSIDE = /[\n\r\f\0\p{Cs}]|^[-!]|[-!]$/u;

/**
 * Stands in for the values that a template prints, so that the page around them is the same in every mail. A token is
 * one word of private-use characters and a random text that nobody is ever shown, so no value can look like one.
 */
export class ValueTokens {
  readonly #prefix = `\uE000${randomBytes(9).toString('base64url')}.`;
  readonly #quoted = this.#prefix.replaceAll('.', '\\.');
  readonly #pattern = new RegExp(`${this.#quoted}(\\d+)\uE001`);
  #values: string[] | undefined;
  #silent = 0;

  /**
   * Renders with tokens for the escaped values that are printed meanwhile.
   *
   * @returns the text, and the values of its tokens
   */
  collect(render: () => string): { text: string; values: readonly string[] } {
    const outer = this.#values;
    const silent = this.#silent;
    const values: string[] = [];
    this.#values = values;
    this.#silent = 0;
    try {
      return { text: render(), values };
    } finally {
      this.#values = outer;
      this.#silent = silent;
    }
  }

  /** Runs with values printed as they are: a helper may do anything to what stands in its block. */
  plainly<T>(run: () => T): T {
    this.#silent++;
    try {
      return run();
    } finally {
      this.#silent--;
    }
  }

  /**
   * What a template prints for a text: escaped, and as a token.
   *
   * @param escape escapes it @default as for a place of which nothing is known
   */
  print(text: string, escape: (text: string) => string = runtime.escapeExpression): string {
    const escaped = escape(text);
    const values = this.#values;
    if (!values || this.#silent > 0) return escaped;
    // White space stays outside: at some places of a page a parser takes it for nothing.
    const core = escaped.trim();
    if (core === '' || OUTSIDE.test(core)) return escaped;
    const start = escaped.indexOf(core);
    values.push(core);
    const token = `${this.#prefix}${values.length - 1}\uE001`;
    return `${escaped.slice(0, start)}${token}${escaped.slice(start + core.length)}`;
  }

  /** A comment that no page holds, in place of the text of that number. */
  comment(index: number): string {
    return `<!--${this.#prefix}c${index}\uE001-->`;
  }

  /** Puts texts in the places of their comments. */
  restoreComments(html: string, texts: readonly string[]): string {
    if (texts.length === 0) return html;
    const comments = new RegExp(`<!--${this.#quoted}c(\\d+)\uE001-->`, 'g');
    return html.replace(comments, (_comment, index: string) => texts[Number(index)] ?? '');
  }

  /** The token of a value. */
  token(index: number): string {
    return `${this.#prefix}${index}\uE001`;
  }

  /** A text cut at its tokens: text, number of a value, text, and so on; it begins and ends with a text. */
  split(text: string): (string | number)[] {
    return text.split(this.#pattern).map((piece, index) => (index % 2 === 0 ? piece : Number(piece)));
  }

  /** Puts values in the places of their tokens. */
  restore(text: string, values: readonly string[]): string {
    return fill(this.split(text), values);
  }
}

/** Pieces of a text, with values where their numbers stand. */
export function fill(pieces: readonly (string | number)[], values: readonly string[]): string {
  let text = '';
  for (const piece of pieces) text += typeof piece === 'string' ? piece : (values[piece] ?? '');
  return text;
}
