import type Handlebars from 'handlebars';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { isSlotName } from '../files/shared-file-names.js';
import type { TemplateFile } from '../files/template-file.js';
import type { NamedPartial } from '../parsing/parse-template.js';
import type { CompiledTemplates } from './compiled-templates.js';
import type { ErrorOrigins } from './error-origins.js';
import type { HelperScope } from './helper-scope.js';
import type { TemplateCode, TemplateCodeOptions } from './template-code.js';

/** A compiled template. */
export type CompiledTemplate = Handlebars.TemplateDelegate<object>;

/** What a {@link TemplateCompiler} compiles with. */
export interface TemplateCompilerParts {
  /** The helpers that a file may call, and the environment that runs it. */
  readonly scopeOf: (file: TemplateFile) => HelperScope;
  readonly compiled: Pick<CompiledTemplates, 'of'>;
  /** What files are compiled with, beside the helpers of their scope. */
  readonly options: Omit<TemplateCodeOptions, 'knownHelpers'>;
  /** The partials and layouts of the environment, by every name under which templates find them. */
  readonly partials: Pick<ReadonlyMap<string, TemplateFile>, 'get' | 'has'>;
  /** Whether a name means a layout or partial, in whatever part and culture. */
  readonly isSharedName: (name: string) => boolean;
  readonly origins: ErrorOrigins;
  /** Called with a page that ends within a tag. */
  readonly onUnbalanced: () => void;
}

/** Compiles the files of one environment, each when it is first rendered. */
export class TemplateCompiler {
  readonly #parts: TemplateCompilerParts;
  readonly #compiled = new Map<TemplateFile, CompiledTemplate>();

  constructor(parts: TemplateCompilerParts) {
    this.#parts = parts;
  }

  /**
   * A file, compiled. What it throws is noted in the origins of errors.
   *
   * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX`
   */
  template(file: TemplateFile): CompiledTemplate {
    const known = this.#compiled.get(file);
    if (known) return known;
    const compiled = this.#compile(file);
    this.#compiled.set(file, compiled);
    return compiled;
  }

  /**
   * Runs a file as a partial, with the helpers that it may call itself.
   *
   * @param options what Handlebars passes: those of the template that uses the partial
   * @throws whatever a template can throw
   */
  partial(file: TemplateFile, context: object, options: Handlebars.RuntimeOptions): string {
    const { helpers, hooks } = this.#parts.scopeOf(file).runtime;
    return this.template(file)(context, Object.assign(options, { helpers, hooks }));
  }

  /**
   * What is run of a file, and what is known of it.
   *
   * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX`
   */
  code(file: TemplateFile): TemplateCode {
    return this.#parts.compiled.of(file, this.options(file));
  }

  /** What a file is compiled with. */
  options(file: TemplateFile): TemplateCodeOptions {
    const { scopeOf, options } = this.#parts;
    return { ...options, knownHelpers: scopeOf(file).knownHelpers };
  }

  /** The partials that a file names and that do not exist; a slot that nobody defines has its own block. */
  #missingPartials(code: TemplateCode): NamedPartial[] {
    const { partials, isSharedName } = this.#parts;
    return code.partials.filter(
      ({ name, block }) => !partials.has(name) && !(block && isSlotName(name) && !isSharedName(name)),
    );
  }

  #wordsOf({ partials }: TemplateCode): [string, CompiledTemplate][] {
    return partials.flatMap(({ name }): [string, CompiledTemplate][] => {
      const file = this.#parts.partials.get(name);
      return file?.word ? [[name, (context, options = {}) => this.partial(file, context, options)]] : [];
    });
  }

  #runnable(file: TemplateFile, code: TemplateCode): CompiledTemplate {
    const { scopeOf, origins } = this.#parts;
    try {
      return scopeOf(file).handlebars.template<object>(code.spec);
    } catch (error) {
      origins.noteFile(error, file);
      throw error;
    }
  }

  #compile(file: TemplateFile): CompiledTemplate {
    const { origins, onUnbalanced } = this.#parts;
    const code = this.code(file);
    origins.addFile(file);
    if (!code.balanced) onUnbalanced();
    const run = this.#runnable(file, code);
    const absent = this.#missingPartials(code);
    const words = this.#wordsOf(code);
    return (context, options) => {
      // Handlebars copies the table of partials for each block of inline ones, and the words of a language are many: each
      // file brings those that it prints.
      if (options?.partials) for (const [name, word] of words) options.partials[name] ??= word;
      if (absent.length > 0) {
        // A partial is given the inline partials of the templates around it.
        const given: object = options?.partials ?? {};
        const missing = absent.find(({ name }) => !Object.hasOwn(given, name));
        if (missing) throw missingPartialError(file, missing);
      }
      try {
        return run(context, options);
      } catch (error) {
        origins.noteFile(error, file);
        throw error;
      }
    };
  }
}

function missingPartialError(file: TemplateFile, { name, line }: NamedPartial): MailTemplateError {
  return new MailTemplateError(
    'EMAILTEMPLATEPARTIAL',
    `${file.file}:${line} uses the partial "${name}", which does not exist for ${file.part}; partials/${name}.${file.part}.hbs would be it.`,
    {
      ...(!file.shared && { template: file.name }),
      part: file.part,
      file: file.file,
      line,
      missing: name,
    },
  );
}
