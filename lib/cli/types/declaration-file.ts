import { dirname, relative, sep } from 'node:path';
import { canonicalCulture } from '../../core/templates/culture.js';
import type { TemplateFile } from '../../core/templates/files/template-file.js';
import type { AnalysedTemplate, TemplateAnalysis } from './inference/template-analysis.js';
import { comment, propertyKey } from './source-text.js';
import { notesOf, typeName, TypeText } from './type-text.js';

/** What every file begins with that the command has written, and no other. */
export const MARK = '// Written by "nest-mailroom types"';

/**
 * The TypeScript file that says what the templates need.
 *
 * @param base directory from which the file names the templates: its own, so that it is the same on every machine
 */
export function declarationFile({ templates, directories }: TemplateAnalysis, base: string): string {
  const types = new TypeText();
  const entries = templates.map(template => entry(template, types, base));
  const places = directories.map(directory => pathFrom(base, directory));
  const aliases = [...types.aliases].toSorted();
  // A file without import and export would declare the module instead of adding to it.
  const head =
    aliases.length > 0 ? `import type { ${aliases.join(', ')} } from 'nest-mailroom';` : 'export {};';
  const declared = [...types.declared]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, type]) => `\n// prettier-ignore\ntype ${name} = ${type};\n`);
  return `${MARK} from ${places.join(' and ')}. Do not edit it: run the command again.
/* eslint-disable */
// prettier-ignore
${head}
${declared.join('')}
// prettier-ignore
declare module 'nest-mailroom' {
  interface MailTemplates {
${entries.map(text => `${indented(text)}\n`).join('')}  }
}
`;
}

function entry({ name, context, files, broken }: AnalysedTemplate, types: TypeText, base: string): string {
  const folders = grouped(files, file => (file.builtIn ? 'built in' : pathFrom(base, dirname(file.file))));
  const places = folders.map(([folder, found]) => `${folder}: ${describeFiles(found)}`);
  const faults = broken.map(
    ({ part, culture }) =>
      `Its context is not known: ${part}${culture === '' ? '' : `.${canonicalCulture(culture)}`}.hbs has a syntax error.`,
  );
  const type = broken.length > 0 ? 'object' : contextType(context, types, typeName(name));
  const notes = broken.length > 0 ? faults : notesOf(context);
  return `${comment([...places, ...notes])}${propertyKey(name)}: ${type};`;
}

function contextType(context: AnalysedTemplate['context'], types: TypeText, name: string): string {
  // The context is an object, whether or not a template reads something of it.
  if (context.facts.kinds) return 'object';
  const type = types.typeOf(context, name);
  return type === 'unknown' ? 'object' : type;
}

/** `html, text (en, fr); subject (en)`. */
function describeFiles(files: readonly TemplateFile[]): string {
  const cultures = grouped(files, ({ part }) => part).map(([part, found]): [string, string] => [
    part,
    found.map(cultureOf).toSorted().join(', '),
  ]);
  return grouped(cultures, ([, names]) => names)
    .map(([names, found]) => `${found.map(([part]) => part).join(', ')} (${names})`)
    .join('; ');
}

/** Entries by what they have in common, sorted by it. */
function grouped<T>(entries: readonly T[], keyOf: (entry: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const one of entries) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function cultureOf({ culture }: TemplateFile): string {
  return culture === '' ? 'any culture' : canonicalCulture(culture);
}

function pathFrom(base: string, path: string): string {
  const found = relative(base, path).split(sep).join('/');
  return found === '' ? '.' : found;
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}
