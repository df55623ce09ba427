import { checkWords } from '../files/check-words.js';
import { TemplateCatalog } from '../files/template-catalog.js';
import { TEMPLATE_PARTS } from '../files/template-file.js';
import { templateFolders } from '../files/template-folders.js';
import { precompileTemplates } from './precompile-templates.js';

/** The built-in templates as JavaScript: objects of what is run. */
export interface PrecompiledBuiltIn {
  /** The mails, layouts and partials. */
  readonly templates: string;
  /** The words, by the lower-case culture of their language. */
  readonly words: Readonly<Record<string, string>>;
}

/** Compiles the built-in templates; the build puts what comes of it into the package. */
export function precompileBuiltIn(): PrecompiledBuiltIn {
  const catalog = TemplateCatalog.load(templateFolders(), checkWords);
  const files = catalog.files.filter(({ builtIn }) => builtIn);
  const cultures = [...new Set(files.map(({ culture }) => culture))].filter(culture => culture !== '');
  const words = cultures.map((culture): [string, string] => {
    const spoken = TEMPLATE_PARTS.flatMap(part => [...catalog.words(part, [culture]).values()]);
    return [
      culture,
      precompileTemplates(
        catalog,
        spoken.filter(file => file.culture === culture),
      ),
    ];
  });
  return { templates: precompileTemplates(catalog, files), words: Object.fromEntries(words) };
}
