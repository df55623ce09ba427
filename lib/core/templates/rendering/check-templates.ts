import { MailTemplateError } from '../../errors/mail-template-error.js';
import type { TemplateCatalog } from '../files/template-catalog.js';
import { cssFaultsOf, tagsOf } from '../parsing/css-in-source.js';
import { embedCalls } from '../parsing/embed-calls.js';
import { maskedSource } from '../parsing/masked-source.js';
import { parseTemplate } from '../parsing/parse-template.js';
import { placeAt } from '../parsing/source-place.js';
import { checkCompiles } from './check-compiles.js';
import type { CheckedFile, ReferenceScope } from './check-references.js';
import { checkReferences } from './check-references.js';
import type { EmbeddedImages } from './embedded-images.js';

/** Names that one warning lists. */
const SHOWN_WORDS = 10;

/** Where the renderer reports what is no error: misnamed files, reloads. */
export interface TemplateLog {
  log(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/**
 * Checks the application's own templates at start, and warns of what will fail or is probably misnamed.
 *
 * @throws MailTemplateError `EMAILTEMPLATESYNTAX`, `EMAILTEMPLATEHELPER` or `EMAILTEMPLATEPARTIAL`
 */
export function checkTemplates(scope: ReferenceScope, images: EmbeddedImages, log: TemplateLog): void {
  const { catalog } = scope;
  for (const file of catalog.ignored) {
    log.warn(
      `${file} is no part of a template and is ignored; parts are named subject, html or text, such as html.en.hbs.`,
    );
  }
  for (const { file, missing, of } of catalog.languages.lacking()) {
    const [some, more] = [missing.slice(0, SHOWN_WORDS), missing.length - SHOWN_WORDS];
    log.warn(
      `${file} lacks ${missing.length} of ${of} words, which stand in another language: ${some.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    );
  }
  const checked = checkSources(scope, message => log.warn(message));
  for (const { file, parsed } of checked) {
    for (const { name, line } of embedCalls(parsed.program)) {
      const missing = file.part === 'html' && images.fault(file, name);
      if (missing) log.warn(`${file.file}:${line}: ${missing}\nRendering it will fail.`);
    }
  }
}

/**
 * Parses the application's own templates, and checks that what they use exists.
 *
 * @throws MailTemplateError `EMAILTEMPLATESYNTAX`, `EMAILTEMPLATEHELPER` or `EMAILTEMPLATEPARTIAL`
 */
export function checkSources(scope: ReferenceScope, warn: (message: string) => void): CheckedFile[] {
  const own = scope.catalog.files.filter(file => !file.builtIn);
  const checked = own.map(file => ({ file, parsed: checkCompiles(file) }));
  checkReferences(checked, scope, warn);
  return checked;
}

/**
 * Checks the style sheets in the application's own templates before they are inlined: the inliner drops what it cannot
 * read, and says nothing.
 *
 * @throws MailTemplateError `EMAILTEMPLATESYNTAX`
 */
export function checkStyleSheets(catalog: TemplateCatalog): void {
  for (const file of catalog.files) {
    if (file.builtIn || file.part !== 'html') continue;
    const masked = maskedSource(file.source, parseTemplate(file));
    const [fault] = cssFaultsOf(masked, tagsOf(masked.text));
    if (!fault) continue;
    const { line, column } = placeAt(file.source, fault.at);
    throw new MailTemplateError(
      'EMAILTEMPLATESYNTAX',
      `${file.file} holds CSS that cannot be inlined, at line ${line}, column ${column}: ${fault.reason}`,
      { ...(!file.shared && { template: file.name }), part: file.part, file: file.file, line, column },
    );
  }
}
