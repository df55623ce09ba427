import { MailTemplateError } from '../../../core/errors/mail-template-error.js';
import type { TemplateFile } from '../../../core/templates/files/template-file.js';
import { checkCompiles } from '../../../core/templates/rendering/check-compiles.js';
import type { AnalysisProblem } from './template-analysis.js';

/** Parses each template file once, and reports those that have a syntax error. */
export class ParsedFiles {
  readonly #onProblem: (problem: AnalysisProblem) => void;
  readonly #programs = new Map<TemplateFile, hbs.AST.Program | undefined>();

  constructor(onProblem: (problem: AnalysisProblem) => void) {
    this.#onProblem = onProblem;
  }

  /** The syntax tree of a file; undefined when it has a syntax error. */
  program(file: TemplateFile): hbs.AST.Program | undefined {
    if (!this.#programs.has(file)) this.#programs.set(file, this.#parse(file));
    return this.#programs.get(file);
  }

  #parse(file: TemplateFile): hbs.AST.Program | undefined {
    try {
      return checkCompiles(file).program;
    } catch (error) {
      if (!(error instanceof MailTemplateError)) throw error;
      const { line, column } = error;
      const at = `${file.file}${line === undefined ? '' : `:${line}`}${column === undefined ? '' : `:${column}`}`;
      this.#onProblem({
        level: 'error',
        file: file.file,
        ...(line !== undefined && { line }),
        ...(column !== undefined && { column }),
        message: `${at} ${syntaxReason(error)}`,
      });
      return undefined;
    }
  }
}

/** What a syntax error says, without the place, which stands before it. */
function syntaxReason({ message }: MailTemplateError): string {
  return message.replace(
    /^.* is no valid template(?: at line \d+, column \d+)?: /s,
    'is no valid template: ',
  );
}
