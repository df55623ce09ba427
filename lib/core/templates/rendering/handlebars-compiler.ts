import Handlebars from 'handlebars';
import type { TemplateFile } from '../files/template-file.js';
import { parseTemplate } from '../parsing/parse-template.js';
import type { PathInSource } from '../parsing/path-at.js';
import { pathAt } from '../parsing/path-at.js';
import { guarded, isPlainValue } from './html-guards.js';
import { isolated } from './isolated-values.js';
import { strictCompiler } from './strict-compiler.js';
import type { TemplateCode, TemplateCodeOptions } from './template-code.js';
import { markUnusedParameters } from './unused-parameters.js';

/** Makes of templates what is run. It needs the whole of Handlebars, where running what was compiled before needs its runtime. */
export class HandlebarsCompiler {
  readonly #compiler = strictCompiler(Handlebars.create());

  /**
   * What is run of a file. Its code is made when it is first asked for.
   *
   * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX`
   */
  compile(file: TemplateFile, options: TemplateCodeOptions): TemplateCode {
    const { program, ...facts } = prepared(file, options);
    const compiler = this.#compiler;
    let spec: TemplateSpecification | undefined;
    return {
      ...facts,
      get spec() {
        return (spec ??= compiler.spec(program, options));
      },
    };
  }

  /**
   * The same as JavaScript: an object literal of a {@link TemplateCode}.
   *
   * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX`
   */
  precompile(file: TemplateFile, options: TemplateCodeOptions): string {
    const { program, ...facts } = prepared(file, options);
    // Texts have their line ends escaped: what begins a line is code.
    const code = this.#compiler.source(program, options).replace(/^ +/gm, '');
    return `${JSON.stringify(facts).slice(0, -1)},"spec":${markUnusedParameters(code)}}`;
  }

  /** The path that begins at a place of a file, counted as Handlebars does; undefined when none does. */
  pathAt(file: TemplateFile, line: number, column: number): PathInSource | undefined {
    return pathAt(parseTemplate(file).program, line, column);
  }
}

/** The syntax tree with what stands around its values, by the places at which they stand, and what is known of it. */
function prepared(
  file: TemplateFile,
  { html, isolation }: TemplateCodeOptions,
): Omit<TemplateCode, 'spec'> & { readonly program: hbs.AST.Program } {
  const { program, partials } = parseTemplate(file);
  const apart = file.word && isolation ? isolated(program, isolation) : program;
  const done = html ? guarded(apart) : { program: apart, balanced: true };
  return { partials, plain: isPlainValue(program), ...done };
}
