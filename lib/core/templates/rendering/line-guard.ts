import { randomBytes } from 'node:crypto';

/**
 * Keeps the lines of values as they are where a partial is indented: Handlebars indents what the partial has printed, line by
 * line, and in a `<pre>` or a text that changes what somebody has written. Meanwhile the line ends of values are a mark.
 */
export class LineGuard {
  readonly #mark = `\uE000${randomBytes(9).toString('base64url')}\uE001`;
  #depth = 0;

  /**
   * Begins a mail.
   *
   * @returns what {@link leave} takes: a helper may have another template rendered while its own mail is
   */
  enter(): number {
    const outer = this.#depth;
    this.#depth = 0;
    return outer;
  }

  /** Ends a mail, and goes on with the one around it. */
  leave(outer: number): void {
    this.#depth = outer;
  }

  /** Begins an indented partial. */
  begin(): void {
    this.#depth++;
  }

  /** Ends an indented partial, and indents its lines. */
  end(printed: string, indent: string): string {
    this.#depth--;
    const lines = printed.split('\n');
    const last = lines.length - 1;
    const indented = lines
      .map((line, index) => (line === '' && index === last ? line : `${indent}${line}`))
      .join('\n');
    return this.#depth === 0 ? indented.replaceAll(this.#mark, '\n') : indented;
  }

  /** What is printed for a value. */
  guarded(text: string): string {
    return this.#depth > 0 && text.includes('\n') ? text.replaceAll('\n', this.#mark) : text;
  }

  /** Runs a helper, which may do anything with what stands in its block. */
  plainly<T>(run: () => T): T {
    const depth = this.#depth;
    this.#depth = 0;
    try {
      return run();
    } finally {
      this.#depth = depth;
    }
  }
}
