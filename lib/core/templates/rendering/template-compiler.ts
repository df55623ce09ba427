import type Handlebars from 'handlebars';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import type { TemplateFile } from '../files/template-file.js';
import type { ParsedTemplate } from '../parsing/parse-template.js';
import { parseTemplate } from '../parsing/parse-template.js';
import type { ErrorOrigins } from './error-origins.js';

/** A compiled template. */
export type CompiledTemplate = Handlebars.TemplateDelegate<object>;

/** A partial or layout that a template names and that does not exist. */
export interface MissingPartial {
  readonly name: string;
  /** Where it is named, counted from 1. */
  readonly line: number;
}

/** What a {@link TemplateCompiler} compiles with. */
export interface TemplateCompilerParts {
  readonly handlebars: typeof Handlebars;
  readonly options: CompileOptions;
  /** The partials and layouts of the environment, by every name under which templates find them. */
  readonly partials: ReadonlyMap<string, TemplateFile>;
  readonly origins: ErrorOrigins;
}

/** Compiles the files of one environment, each when it is first rendered. */
export class TemplateCompiler {
  readonly #parts: TemplateCompilerParts;
  readonly #compiled = new Map<TemplateFile, CompiledTemplate>();

  constructor(parts: TemplateCompilerParts) {
    this.#parts = parts;
  }

  /**
   * The compiled form of a file. What it throws is noted in the origins of errors.
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

  /** The partials that a file names and that do not exist in the environment. */
  missingPartials(parsed: ParsedTemplate): MissingPartial[] {
    return parsed.partials.filter(({ name }) => !this.#parts.partials.has(name));
  }

  #wordsOf({ partials }: ParsedTemplate): [string, CompiledTemplate][] {
    return partials.flatMap(({ name }): [string, CompiledTemplate][] => {
      const file = this.#parts.partials.get(name);
      return file?.word ? [[name, (context, options) => this.template(file)(context, options)]] : [];
    });
  }

  #compile(file: TemplateFile): CompiledTemplate {
    const { handlebars, options: compileOptions, origins } = this.#parts;
    const parsed = parseTemplate(file);
    origins.addFile(file, parsed);
    const run = handlebars.compile<object>(parsed.program, compileOptions);
    const absent = this.missingPartials(parsed);
    const words = this.#wordsOf(parsed);
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
        origins.noteFile(error, file, parsed);
        throw error;
      }
    };
  }
}

function missingPartialError(file: TemplateFile, { name, line }: MissingPartial): MailTemplateError {
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
