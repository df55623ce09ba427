import type { TemplateCatalog } from '../../core/templates/files/template-catalog.js';
import type { TemplateFile, TemplatePart } from '../../core/templates/files/template-file.js';

/** Below this name stand the templates that are only a layout around a block of nothing in particular. */
const FOLDER = 'layout preview';

const BLOCKS: Readonly<Record<TemplatePart, string>> = {
  subject: 'Sample subject',
  html: `<p style="margin:0;padding:32px 16px;border:2px dashed #9ca3af;text-align:center;">The content of a mail stands here.</p>`,
  text: 'The content of a mail stands here.',
};

/** Name of the template that shows a layout by itself. */
export function layoutTemplate(layout: string): string {
  return `${FOLDER}/${layout.slice('layouts/'.length)}`;
}

/** Adds to a catalog, for each of its layouts, a template that is the layout around a placeholder. */
export function withLayoutTemplates(catalog: TemplateCatalog): TemplateCatalog {
  const layouts = catalog.files.filter(file => file.shared && file.name.startsWith('layouts/'));
  const files = new Map<string, TemplateFile>();
  for (const { name, part, culture } of layouts) {
    for (const shown of ['subject', part] as const) {
      const file: TemplateFile = {
        name: layoutTemplate(name),
        part: shown,
        culture: shown === 'subject' ? '' : culture,
        shared: false,
        builtIn: false,
        file: `the placeholder in ${name}`,
        // A name in quotes may be any name.
        source: shown === 'subject' ? BLOCKS.subject : `{{#> "${name}"}}\n${BLOCKS[shown]}\n{{/"${name}"}}\n`,
      };
      files.set(`${file.name}|${file.part}|${file.culture}`, file);
    }
  }
  return catalog.with([...files.values()]);
}
