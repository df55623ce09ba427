import type { NamedPartials } from '../files/named-partials.js';
import type { TemplateFile } from '../files/template-file.js';
import type { PartialCall } from './helper-scope.js';
import type { TemplateCompilerParts } from './template-compiler.js';
import { TemplateCompiler } from './template-compiler.js';
import { withBlanks } from './wrap-text.js';

/** What {@link WordValues} are made with. */
export interface WordValuesParts {
  /** The words, by the names of their partials. */
  readonly words: ReadonlyMap<string, TemplateFile>;
  /** What stands in words by its name: partials, and words again. */
  readonly partials: NamedPartials;
  /** What the templates of the environment are compiled with. */
  readonly compiler: TemplateCompilerParts;
  /** Whether they are printed in a text part, whose lines are yet to be broken. */
  readonly wrapped: boolean;
}

/**
 * Words as values: what a text part says, with nothing escaped or set apart in it, which is done by who prints the value.
 *
 * Each template puts the words that it prints into the table of partials that it runs with. Values have a table of their own,
 * so that what escapes nothing is never printed by a template itself.
 */
export class WordValues {
  readonly #words: ReadonlyMap<string, TemplateFile>;
  readonly #wrapped: boolean;
  readonly #scopeOf: TemplateCompilerParts['scopeOf'];
  readonly #compiler: TemplateCompiler;
  readonly #table: Readonly<Record<string, PartialCall>>;

  constructor({ words, partials, compiler, wrapped }: WordValuesParts) {
    this.#words = words;
    this.#wrapped = wrapped;
    this.#scopeOf = compiler.scopeOf;
    const options = { strict: compiler.options.strict, html: false, isolation: undefined };
    const plain = new TemplateCompiler({ ...compiler, partials, options });
    this.#compiler = plain;
    this.#table = Object.fromEntries(
      [...partials.shared].map(([name, file]): [string, PartialCall] => [
        name,
        (context, given = {}) => plain.partial(file, context, given),
      ]),
    );
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
    const options = { ...runtime, partials: this.#table, partial: true, data };
    const text = this.#compiler.partial(file, context, options);
    return this.#wrapped ? text : withBlanks(text);
  }
}
