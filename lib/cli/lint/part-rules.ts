import { cultureChain } from '../../core/templates/culture.js';
import type { TemplateFile, TemplatePart } from '../../core/templates/files/template-file.js';
import { TEMPLATE_PARTS } from '../../core/templates/files/template-file.js';
import type { LintFinding, LintSeverity } from './finding.js';
import { fileFinding } from './finding.js';
import type { LintScope } from './lint-scope.js';
import { groupedFiles } from './lint-scope.js';

/** Files that are no part of anything, parts that are missing, and languages that some parts lack. */
export function partRules(scope: LintScope): LintFinding[] {
  const misnamed = scope.catalog.ignored.map(file =>
    fileFinding(
      file,
      'misnamed-file',
      'warning',
      'This file is no part of a template and is ignored. Name it <template>/<part>[.<culture>].hbs with the parts subject, html and text, such as welcome/html.en.hbs; shared files go into layouts/ and partials/.',
    ),
  );
  const groups = groupedFiles(scope.own, ({ name, shared }) => `${shared}|${name}`);
  const cultures = culturesOf(scope.own);
  return [
    ...misnamed,
    ...[...groups.values()].flatMap(files => [
      ...missingParts(scope, files),
      ...missingCultures(scope, files, cultures),
    ]),
  ];
}

function missingParts({ catalog }: LintScope, files: readonly TemplateFile[]): LintFinding[] {
  const [first] = files;
  if (!first || first.shared) return [];
  const { name } = first;
  const has = (part: TemplatePart): boolean =>
    catalog.files.some(file => !file.shared && file.name === name && file.part === part);
  const findings: LintFinding[] = [];
  const report = (file: TemplateFile, rule: string, severity: LintSeverity, message: string): void =>
    void findings.push(fileFinding(file.file, rule, severity, message));
  if (!has('subject'))
    report(
      first,
      'missing-subject',
      'error',
      `The template "${name}" has no subject, so it cannot be sent. Add ${name}/subject.hbs.`,
    );
  if (!has('html') && !has('text'))
    report(
      first,
      'missing-body',
      'error',
      `The template "${name}" has neither an html nor a text part, so it cannot be sent. Add ${name}/html.hbs.`,
    );
  const html = files.find(({ part }) => part === 'html');
  if (html && !has('text'))
    report(
      html,
      'generated-text',
      'hint',
      `The template "${name}" has no text part; it is made from the HTML. Add ${name}/text.hbs to write it yourself.`,
    );
  return findings;
}

/** The cultures of all files, each with the names of the templates that have it. */
function culturesOf(files: readonly TemplateFile[]): Map<string, Set<string>> {
  const cultures = new Map<string, Set<string>>();
  for (const { culture, name } of files) {
    if (culture === '') continue;
    cultures.set(culture, (cultures.get(culture) ?? new Set()).add(name));
  }
  return cultures;
}

function missingCultures(
  { catalog }: LintScope,
  files: readonly TemplateFile[],
  cultures: ReadonlyMap<string, ReadonlySet<string>>,
): LintFinding[] {
  const [one] = files;
  if (!one) return [];
  const { name, shared } = one;
  return TEMPLATE_PARTS.flatMap(part => {
    const all = catalog.files.filter(
      file => file.name === name && file.shared === shared && file.part === part,
    );
    const first = files.find(file => file.part === part);
    if (!first) return [];
    return [...cultures.keys()].toSorted().flatMap(culture => {
      if (speaks(all, culture)) return [];
      if (
        part === 'text' &&
        speaks(
          catalog.files.filter(file => file.part === 'html' && file.name === name),
          culture,
        )
      ) {
        const message = `The template "${name}" has no text part for ${culture}; it is made from the HTML. Add one to write it yourself.`;
        return [fileFinding(first.file, 'generated-text', 'hint', message)];
      }
      const where = [...(cultures.get(culture) ?? [])];
      const others = where.includes(name) ? 'its other parts have' : `"${where.toSorted()[0]}" has`;
      const what = shared ? `The shared file "${name}"` : `The template "${name}"`;
      const path = first.file.replace(/[^/\\]*$/, file =>
        file.replace(/(?:\.[\w-]+)?\.hbs$/, `.${culture}.hbs`),
      );
      return [
        fileFinding(
          first.file,
          'missing-culture',
          'warning',
          `${what} has no ${part} part for ${culture}, which ${others}; a mail in ${culture} gets this part in another language. Add ${path.split(/[/\\]/).at(-1)}.`,
        ),
      ];
    });
  });
}

/** Whether one of these files is for a culture, or for all. Without a default culture: that is another language. */
function speaks(files: readonly TemplateFile[], culture: string): boolean {
  const chain = cultureChain(culture, culture).map(link => link.toLowerCase());
  return files.some(file => chain.includes(file.culture));
}
