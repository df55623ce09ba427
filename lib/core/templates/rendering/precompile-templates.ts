import type { TemplateCatalog } from '../files/template-catalog.js';
import type { TemplateFile } from '../files/template-file.js';
import { TEMPLATE_PARTS } from '../files/template-file.js';
import { builtInHelpers } from '../helpers/builtin-helpers.js';
import { CompiledTemplates } from './compiled-templates.js';
import { EmbeddedImages } from './embedded-images.js';
import { HandlebarsCompiler } from './handlebars-compiler.js';
import { MadeHtml } from './made-html.js';
import { codeKey } from './precompiled-templates.js';
import { TemplateEnvironment } from './template-environment.js';

/**
 * Compiles templates ahead of the applications that render them, strict and without isolation (Unicode UAX 9).
 *
 * @param files what is compiled of the catalog
 * @param helpers names of the application's helpers
 * @returns an object of what is run, by `codeKey`, as JavaScript: an object literal
 * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX`
 */
export function precompileTemplates(
  catalog: TemplateCatalog,
  files: readonly TemplateFile[],
  helpers: readonly string[] = [],
): string {
  const compiler = new HandlebarsCompiler();
  const settings = {
    builtInHelpers: builtInHelpers(),
    helpers: Object.fromEntries(helpers.map(name => [name, () => ''])),
    strict: true,
    made: new MadeHtml(),
    compiled: new CompiledTemplates([], compiler),
    images: new EmbeddedImages(catalog.folders),
    tokens: undefined,
  };
  const entries = new Map<string, string>();
  for (const part of TEMPLATE_PARTS) {
    // Of the languages, only their direction shows in what is compiled.
    const environment = new TemplateEnvironment(part, ['en', ''], catalog, settings);
    for (const file of files)
      if (file.part === part && !entries.has(codeKey(file)))
        entries.set(codeKey(file), compiler.precompile(file, environment.codeOptions(file)));
  }
  const lines = [...entries].map(([key, code]) => `${JSON.stringify(key)}: ${code}`);
  return `{\n${lines.join(',\n')}\n}`;
}
