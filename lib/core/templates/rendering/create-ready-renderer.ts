import { BuiltInTemplates } from '../files/built-in-templates.js';
import { compiledWith } from '../files/checked-sources.js';
import { TemplateCatalog } from '../files/template-catalog.js';
import { templateFolders } from '../files/template-folders.js';
import type { ResolvedBrand } from '../mail-brand.js';
import type { TemplateOptions } from '../template-options.js';
import { BuiltInPrecompiled } from './built-in-precompiled.js';
import { BundledPrecompiled } from './bundled-precompiled.js';
import { CompiledTemplates } from './compiled-templates.js';
import { HandlebarsTemplateRenderer } from './handlebars-template-renderer.js';
import type { PrecompiledTemplates } from './precompiled-templates.js';

/**
 * A renderer of templates of which it is known that nothing is wrong with them, with options that have been checked. What was
 * compiled before is run as it is; the compiler of Handlebars is loaded when something else has to be.
 *
 * @param builtIn the built-in templates, which several renderers may share. @default this one has its own
 */
export async function createReadyRenderer(
  options: TemplateOptions,
  brand: ResolvedBrand,
  builtIn = new BuiltInTemplates(),
): Promise<HandlebarsTemplateRenderer> {
  const catalog = TemplateCatalog.load(templateFolders(options), undefined, undefined, builtIn);
  const ready = precompiledFor(options);
  const compiled = new CompiledTemplates(ready);
  // Without knowing so before, the first mail would be begun twice.
  const own = [...catalog.files.filter(file => !file.builtIn), ...catalog.languages.own()];
  if (ready.length === 0 || !own.every(file => ready.some(some => some.of(file)))) await compiled.compiler();
  return new HandlebarsTemplateRenderer({ catalog, options, brand, compiled });
}

/** What was compiled before, strict and with the helpers of the application. */
function precompiledFor({
  strict = true,
  sources = {},
  helpers = {},
}: TemplateOptions): PrecompiledTemplates[] {
  if (!strict) return [];
  const bundled = compiledWith(sources, Object.keys(helpers));
  return [
    new BuiltInPrecompiled(),
    ...(bundled === undefined ? [] : [new BundledPrecompiled(Object(bundled))]),
  ];
}
