import { messageOf } from '../../errors/error-facts.js';
import { canonicalCulture } from '../culture.js';
import { BuiltInTemplates } from '../files/built-in-templates.js';
import { checkWords } from '../files/check-words.js';
import { TemplateCatalog } from '../files/template-catalog.js';
import { templateFolders } from '../files/template-folders.js';
import { watchDirectories } from '../files/template-watcher.js';
import { builtInHelpers } from '../helpers/builtin-helpers.js';
import type { MailBrand } from '../mail-brand.js';
import { ResolvedBrand } from '../mail-brand.js';
import type { TemplateOptions } from '../template-options.js';
import { BuiltInPrecompiled } from './built-in-precompiled.js';
import { checkHelpers } from './check-helpers.js';
import type { ReferenceScope } from './check-references.js';
import type { TemplateLog } from './check-templates.js';
import { checkSources, checkStyleSheets, checkTemplates } from './check-templates.js';
import { CompiledTemplates } from './compiled-templates.js';
import { HandlebarsCompiler } from './handlebars-compiler.js';
import { HandlebarsTemplateRenderer } from './handlebars-template-renderer.js';
import type { WantedCulture } from './unspoken-cultures.js';
import { unspokenCultures } from './unspoken-cultures.js';

/**
 * Reads and checks all templates.
 *
 * @param cultures those that mails are wanted in: which of them built-in mails do not speak is logged. @default none
 * @param builtIn the built-in templates, which several renderers may share. @default this one has its own
 * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY`, `EMAILTEMPLATESYNTAX`, `EMAILTEMPLATEHELPER`,
 *   `EMAILTEMPLATEPARTIAL` or `EMAILTEMPLATEINLINE`
 */
export async function createCheckedRenderer(
  options: TemplateOptions,
  brand: MailBrand | undefined,
  log: TemplateLog,
  cultures: readonly WantedCulture[] = [],
  builtIn = new BuiltInTemplates(),
): Promise<HandlebarsTemplateRenderer> {
  checkHelpers(options.helpers ?? {});
  const load = (): TemplateCatalog =>
    TemplateCatalog.load(templateFolders(options), checkWords, undefined, builtIn);
  const catalog = load();
  const resolved = new ResolvedBrand(brand);
  const renderer = await rendererForCatalog(catalog, options, resolved);
  for (const warning of resolved.warnings) log.warn(`brand.${warning}.`);
  checkTemplates(scopeOf(catalog, options), renderer.images, log);
  if (options.inlineCss) checkStyleSheets(catalog);
  for (const warning of unspokenCultures(catalog, cultures)) log.warn(warning);
  if (options.watch) watch(renderer, options, load, log);
  return renderer;
}

/**
 * A renderer of templates that were read already and of which some may be broken: what is wrong with a file comes up
 * when it is rendered. For tools that show templates while somebody writes them.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATEINLINE` when style sheets are to be inlined and the package for it is
 *   not installed
 */
export async function rendererForCatalog(
  catalog: TemplateCatalog,
  options: TemplateOptions,
  brand = new ResolvedBrand(undefined),
): Promise<HandlebarsTemplateRenderer> {
  // Imported only with the option inlineCss, because other applications do not install what it needs.
  const inliner = options.inlineCss
    ? await (await import('../inlining/css-inliner.js')).CssInliner.load()
    : undefined;
  const compiled = new CompiledTemplates([new BuiltInPrecompiled()], new HandlebarsCompiler());
  return new HandlebarsTemplateRenderer({ catalog, options, brand, inliner, compiled });
}

function scopeOf(
  catalog: TemplateCatalog,
  { defaultCulture = 'en', helpers = {} }: TemplateOptions,
): ReferenceScope {
  return {
    catalog,
    defaultCulture: canonicalCulture(defaultCulture),
    helpers: ['embed', ...Object.keys(builtInHelpers()), ...Object.keys(helpers)],
  };
}

/** Reads all templates anew when a file changes. When one of them is broken, the templates that were read before stay. */
function watch(
  renderer: HandlebarsTemplateRenderer,
  options: TemplateOptions,
  load: () => TemplateCatalog,
  log: TemplateLog,
): void {
  const { directories = [], sources } = options;
  if (directories.length === 0 && sources)
    log.warn(
      'templates.watch sees the files of templates.directories, of which there are none; templates.sources is code, which changes when the application is built and started again.',
    );
  const reload = (): void => {
    const catalog = load();
    checkSources(scopeOf(catalog, options), message => log.warn(message));
    if (options.inlineCss) checkStyleSheets(catalog);
    renderer.replaceCatalog(catalog);
  };
  const stop = watchDirectories(directories, () => {
    try {
      reload();
      log.log('Mail templates reloaded.');
    } catch (error) {
      log.error(`Mail templates keep their last good state: ${messageOf(error)}`);
    }
  });
  renderer.onClose(stop);
}
