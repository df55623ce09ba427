import Handlebars from 'handlebars';
import type { TemplateFile } from '../files/template-file.js';
import type { ParsedTemplate } from '../parsing/parse-template.js';
import { parseTemplate } from '../parsing/parse-template.js';
import { syntaxError } from '../parsing/syntax-error.js';
import { checkProgram } from './strict-compiler.js';

/**
 * Parses a file and compiles it once, to find what parsing does not find.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX`
 */
export function checkCompiles(file: TemplateFile): ParsedTemplate {
  const parsed = parseTemplate(file);
  try {
    checkProgram(Handlebars, parsed.program);
  } catch (error) {
    throw syntaxError(file, error);
  }
  return parsed;
}
