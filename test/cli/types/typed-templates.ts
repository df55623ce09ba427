import { declarationFile } from '../../../lib/cli/types/declaration-file.js';
import { analyseTemplates } from '../../../lib/cli/types/inference/analyse-templates.js';
import type {
  AnalysisOptions,
  TemplateAnalysis,
} from '../../../lib/cli/types/inference/template-analysis.js';
import { TypeText } from '../../../lib/cli/types/type-text.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

/** Template files by their paths. */
export type Files = Readonly<Record<string, string>>;

/** Analyses a directory of these files. */
export function analyse(files: Files, options: AnalysisOptions = {}): TemplateAnalysis {
  const directory = temporaryDirectory();
  try {
    for (const [name, source] of Object.entries(files)) directory.write(name, source);
    return analyseTemplates([directory.path], options);
  } finally {
    directory.remove();
  }
}

/** The type of the context of the template `t`, on one line; types that hold themselves stand before it. */
export function typeOf(files: Files | string, options: AnalysisOptions = {}): string {
  const all = typeof files === 'string' ? { 't/text.hbs': files } : files;
  const { templates } = analyse({ 't/subject.hbs': 'Subject', ...all }, options);
  const template = templates.find(({ name }) => name === 't');
  if (!template) throw new Error('there is no template t');
  const types = new TypeText();
  const type = types.typeOf(template.context, 'T');
  const declared = [...types.declared].map(([name, text]) => `type ${name} = ${text}; `);
  return `${declared.join('')}${type}`.replaceAll(/\s+/g, ' ');
}

/** The file that would be written for a directory of these files. */
export function declarationOf(files: Files): string {
  const directory = temporaryDirectory();
  try {
    for (const [name, source] of Object.entries(files)) directory.write(name, source);
    return declarationFile(analyseTemplates([directory.path]), directory.path);
  } finally {
    directory.remove();
  }
}
