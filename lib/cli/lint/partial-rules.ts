import { sharedNames } from '../../core/templates/files/named-partials.js';
import { aliasesOf, isSlotName } from '../../core/templates/files/shared-file-names.js';
import type { TemplateFile } from '../../core/templates/files/template-file.js';
import { LANGUAGE_BELOW } from '../../core/templates/rendering/language-below.js';
import type { LintFinding } from './finding.js';
import { fileFinding } from './finding.js';
import type { LintScope } from './lint-scope.js';
import { groupedFiles } from './lint-scope.js';
import type { LintedFile } from './linted-file.js';

/** Partials and layouts that do not exist, and those that no template uses. */
export function partialRules(scope: LintScope): LintFinding[] {
  return [...missingPartials(scope), ...unusedPartials(scope)];
}

function missingPartials(scope: LintScope): LintFinding[] {
  // A layout may use what the templates around it bring inline.
  const known = sharedNames(scope.catalog);
  const inline = new Set(scope.files.flatMap(({ parsed }) => [...parsed.inline]));
  return scope.files.flatMap(({ file, uses }) => {
    const names = scope.shared(file.part, file.culture);
    return uses.flatMap(({ name, block, line, column }) => {
      if (name === undefined || names.has(name) || inline.has(name)) return [];
      if (block && isSlotName(name) && !known.has(name)) return [];
      const path = name.startsWith('layouts/') ? name : `partials/${name}`;
      const elsewhere = scope.catalog.files.some(
        other => other.shared && other.part === file.part && other.name === name,
      );
      const advice = elsewhere
        ? `it exists in other languages only. Add ${path}.${file.part}.hbs for all of them.`
        : `it does not exist for ${file.part}. Add ${path}.${file.part}.hbs, or mend the name.`;
      const message = `Rendering this fails for want of the partial "${name}": ${advice}`;
      return [
        { rule: 'missing-partial', severity: 'error' as const, file: file.file, line, column, message },
      ];
    });
  });
}

function unusedPartials(scope: LintScope): LintFinding[] {
  if (!scope.own.some(({ shared }) => shared)) return [];
  const all = [...scope.files, ...scope.builtIn, ...scope.words];
  const parsed = new Map(all.map(file => [file.file, file]));
  const used = new Set<TemplateFile>();
  // What is rendered by itself is used, and so is what it uses.
  const waiting: LintedFile[] = all.filter(
    ({ file }) => !file.shared || file.word || file.name === LANGUAGE_BELOW,
  );
  for (const { file } of waiting) used.add(file);
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    for (const shared of usedBy(scope, file)) {
      if (used.has(shared)) continue;
      used.add(shared);
      const next = parsed.get(shared);
      if (next) waiting.push(next);
    }
  }
  const dynamic = all.some(({ uses }) => uses.some(({ name }) => name === undefined));
  const unparsed = scope.own.length > scope.files.length;
  const groups = groupedFiles(scope.own, ({ name, part }) => `${part}|${name}`);
  return [...groups.values()].flatMap(files => {
    const [first] = files;
    if (!first?.shared || files.some(file => used.has(file))) return [];
    const what = first.name.startsWith('layouts/') ? 'layout' : 'partial';
    const unsure = dynamic || unparsed;
    const why = dynamic ? ', unless an expression makes its name' : ', unless a file with syntax errors does';
    return [
      fileFinding(
        first.file,
        'unused-partial',
        unsure ? 'hint' : 'warning',
        `No template uses the ${what} "${first.name}" in an ${first.part} part${unsure ? why : ''}. Remove it, or use it.`,
      ),
    ];
  });
}

/** All shared files, of every culture, that a file means by the names it uses. */
function usedBy({ catalog }: LintScope, { file, uses }: LintedFile): TemplateFile[] {
  const names = new Set(uses.map(({ name }) => name));
  return catalog.files.filter(
    other =>
      other.shared &&
      other.part === file.part &&
      [other.name, ...aliasesOf(other)].some(name => names.has(name)),
  );
}
