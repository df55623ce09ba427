import type { TemplateFile } from '../files/template-file.js';
import type { PartialCall } from './helper-scope.js';
import type { TemplateCompilerParts } from './template-compiler.js';
import { TemplateCompiler } from './template-compiler.js';

/** What {@link WordValues} are made with. */
export interface WordValuesParts {
  /** The words for the text part, by the names of their partials: their text is written as it is read. */
  readonly words: ReadonlyMap<string, TemplateFile>;
  /** What the templates of the environment are compiled with. */
  readonly parts: TemplateCompilerParts;
  /** Compiles the templates of the environment. */
  readonly compiler: TemplateCompiler;
  /** The layouts and partials of the environment. */
  readonly shared: ReadonlyMap<string, TemplateFile>;
}

/**
 * Words as values: nothing in them is escaped or set apart, which is done by who prints the value.
 *
 * Each template puts the words that it prints into the table of partials that it runs with. Values have a table of their own,
 * so that a word that escapes nothing is never what a template prints by itself.
 */
export class WordValues {
  readonly #words: ReadonlyMap<string, TemplateFile>;
  readonly #scopeOf: TemplateCompilerParts['scopeOf'];
  readonly #compiler: TemplateCompiler;
  readonly #partials: Readonly<Record<string, PartialCall>>;

  constructor({ words, parts, compiler, shared }: WordValuesParts) {
    this.#words = words;
    this.#scopeOf = parts.scopeOf;
    this.#compiler = new TemplateCompiler({
      ...parts,
      options: { strict: parts.options.strict, html: false, isolation: undefined },
      partials: {
        get: name => shared.get(name) ?? words.get(name),
        has: name => shared.has(name) || words.has(name),
      },
    });
    const calls = [...shared].map(([name, file]): [string, PartialCall] => [
      name,
      (context, options = {}) =>
        compiler.partial(file, context, Object.assign(options, { partials: this.#tableOf(file) })),
    ]);
    this.#partials = Object.fromEntries(calls);
  }

  /** The file of a word, by the name of its partial. */
  get(name: string): TemplateFile | undefined {
    return this.#words.get(name);
  }

  /**
   * Renders a word.
   *
   * @param data what templates read with `@`
   * @throws whatever a template can throw
   */
  render(file: TemplateFile, context: object, data: unknown): string {
    const { runtime } = this.#scopeOf(file);
    return this.#compiler.partial(file, context, {
      ...runtime,
      partials: this.#partials,
      partial: true,
      data,
    });
  }

  /** What a layout or partial runs with wherever it is used. */
  #tableOf(file: TemplateFile): unknown {
    return this.#scopeOf(file).runtime.partials;
  }
}
