import { lateImport } from '../../errors/late-import.js';
import { directionOf } from '../culture.js';
import type { TemplateFile } from '../files/template-file.js';
import type { HandlebarsCompiler } from './handlebars-compiler.js';
import type { PrecompiledTemplates } from './precompiled-templates.js';
import type { TemplateCode, TemplateCodeOptions } from './template-code.js';

/** Imported when something has to be compiled: what was compiled before needs the runtime of Handlebars alone. */
const importCompiler = lateImport(() => import('./handlebars-compiler.js'));

/** A template has to be compiled, and the compiler is not there yet. */
export class CompilerNeededError extends Error {
  override readonly name = 'CompilerNeededError';
}

/** The compiled templates of one mailer: those that were compiled before, and those that are compiled here. */
export class CompiledTemplates {
  readonly #ready: readonly PrecompiledTemplates[];
  /** Whether templates are compiled anyway. */
  readonly #compiles: boolean;
  #compiler: HandlebarsCompiler | undefined;

  /**
   * @param ready what was compiled before
   * @param compiler what compiles the others. @default it is imported when it is needed
   */
  constructor(ready: readonly PrecompiledTemplates[], compiler?: HandlebarsCompiler) {
    this.#ready = ready;
    this.#compiles = compiler !== undefined;
    this.#compiler = compiler;
  }

  /**
   * What is run of a file.
   *
   * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX`
   * @throws {@link CompilerNeededError} before {@link compiler} was asked for
   */
  of(file: TemplateFile, options: TemplateCodeOptions): TemplateCode {
    return this.#made(file, options) ?? this.#compiled(file, options);
  }

  /** Loads what a mail needs of its file in these cultures; undefined when all of it is there. */
  prepare(file: TemplateFile, cultures: readonly string[]): Promise<unknown> | undefined {
    // An application that compiles its templates may never send a built-in mail.
    const wanted = this.#compiles && !file.builtIn ? [] : this.#ready;
    const loading: Promise<unknown>[] = wanted.flatMap(ready => ready.load(cultures) ?? []);
    // Mails from right to left isolate their values, and what was compiled before isolates none.
    if (!this.#compiler && directionOf(cultures[0] ?? '') === 'rtl') loading.push(this.compiler());
    return loading.length > 0 ? Promise.all(loading) : undefined;
  }

  /** What compiles templates; from now on it is there. */
  async compiler(): Promise<HandlebarsCompiler> {
    const { HandlebarsCompiler: Compiler } = await importCompiler();
    return (this.#compiler ??= new Compiler());
  }

  #made(file: TemplateFile, { strict, isolation }: TemplateCodeOptions): TemplateCode | undefined {
    if (!strict || (file.word && isolation)) return undefined;
    for (const ready of this.#ready) {
      const code = ready.of(file);
      if (code) return code;
    }
    return undefined;
  }

  #compiled(file: TemplateFile, options: TemplateCodeOptions): TemplateCode {
    if (!this.#compiler) throw new CompilerNeededError(`${file.file} has to be compiled`);
    return this.#compiler.compile(file, options);
  }
}
