import { embedCalls } from './analysis/embed-calls.js';
import type { EmbeddedImages } from './embedded-images.js';
import type { TemplateCatalog, TemplateFile } from './template-catalog.js';
import type { TemplateEnvironment } from './template-environment.js';
import { checkCompiles } from './template-environment.js';

/** Where the renderer reports what is no error: misnamed files, reloads. */
export interface TemplateLog {
  log(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/**
 * Checks the application's own templates at start, and warns of what will fail or is probably misnamed.
 *
 * @throws MailTemplateError `EMAILTEMPLATESYNTAX`
 */
export function checkTemplates(
  catalog: TemplateCatalog,
  environmentOf: (file: TemplateFile) => TemplateEnvironment,
  images: EmbeddedImages,
  log: TemplateLog,
): void {
  for (const file of catalog.ignored) {
    log.warn(
      `${file} is no part of a template and is ignored; parts are named subject, html or text, such as html.en.hbs.`,
    );
  }
  const own = catalog.files.filter(file => !file.builtIn);
  const checked = own.map(file => ({ file, parsed: checkCompiles(file) }));
  const inline = new Set(checked.flatMap(({ parsed }) => [...parsed.inline]));
  for (const { file, parsed } of checked) {
    for (const { name, line } of embedCalls(parsed.program)) {
      const missing = file.part === 'html' && images.fault(file, name);
      if (missing) log.warn(`${file.file}:${line}: ${missing}\nRendering it will fail.`);
    }
    for (const { name, line } of environmentOf(file).missingPartials(parsed)) {
      // A layout may use what the templates around it bring inline.
      if (inline.has(name)) continue;
      log.warn(
        `${file.file}:${line} uses the partial "${name}", which does not exist for ${file.part}; rendering it will fail.`,
      );
    }
  }
}
