import { MailTemplateError } from '../../errors/mail-template-error.js';
import { nearestKey } from '../../text/nearest-key.js';
import { REMEDIES } from '../../text/remedies.js';
import { canonicalCulture } from '../culture.js';
import { usedChain } from '../files/find-parts.js';
import { namedPartials } from '../files/named-partials.js';
import { aliasesOf, isSlotName } from '../files/shared-file-names.js';
import type { TemplateCatalog } from '../files/template-catalog.js';
import type { TemplateFile } from '../files/template-file.js';
import { helperCalls } from '../parsing/helper-calls.js';
import type { NamedPartial, ParsedTemplate } from '../parsing/parse-template.js';
import { STANDARD_HELPERS } from './standard-helpers.js';

/** A template file that was parsed. */
export interface CheckedFile {
  readonly file: TemplateFile;
  readonly parsed: ParsedTemplate;
}

/** What templates may refer to. */
export interface ReferenceScope {
  readonly catalog: TemplateCatalog;
  /** As a BCP 47 tag. */
  readonly defaultCulture: string;
  /** Names of all helpers but those of Handlebars itself. */
  readonly helpers: Iterable<string>;
}

/**
 * Checks that the helpers, layouts and partials that files use exist.
 *
 * @param warn told of what fails in some languages only, and of what is probably misspelled
 * @throws {@link MailTemplateError} `EMAILTEMPLATEHELPER` or `EMAILTEMPLATEPARTIAL` for the first that does not
 */
export function checkReferences(
  files: readonly CheckedFile[],
  scope: ReferenceScope,
  warn: (message: string) => void,
): void {
  const helpers = new Set([...STANDARD_HELPERS, ...scope.helpers]);
  // A layout may use what the templates around it bring inline.
  const inline = new Set(files.flatMap(({ parsed }) => [...parsed.inline]));
  const found = partialsFinder(scope);
  for (const one of files) {
    checkHelperCalls(one, helpers, scope);
    const used = one.parsed.partials.filter(({ name }) => !inline.has(name));
    if (used.length > 0) checkPartials(one.file, used, found(one.file), scope, warn);
  }
}

function checkHelperCalls(
  { file, parsed }: CheckedFile,
  helpers: ReadonlySet<string>,
  { defaultCulture }: ReferenceScope,
): void {
  for (const { name, line, column, kind } of helperCalls(parsed.program)) {
    if (helpers.has(name) && kind === 'helper') continue;
    const at = `${file.file}:${line}`;
    const words = {
      helper: `there is no helper "${name}", which ${at} uses${meant(name, helpers)}. ${REMEDIES.unknownHelper.inCode}`,
      parameter: `${at} calls "${name}" with arguments, and there it is a parameter of the block around it: {{#each … as |${name}|}}. Name the parameter otherwise, or leave out the arguments.`,
      decorator: `there is no decorator "${name}", which ${at} uses; the only one is {{#*inline "…"}}.`,
    }[kind];
    throw new MailTemplateError('EMAILTEMPLATEHELPER', `${whatOf(file, defaultCulture)}${words}`, {
      ...detailsOf(file, defaultCulture),
      line,
      column,
      missing: name,
    });
  }
}

/** The partials that a file may use, found once for all files of a part and culture. */
function partialsFinder({ catalog, defaultCulture }: ReferenceScope) {
  const known = new Map<string, ReadonlyMap<string, TemplateFile>>();
  return (file: TemplateFile): ReadonlyMap<string, TemplateFile> => {
    const chain = usedChain(catalog, cultureOf(file, defaultCulture), defaultCulture);
    const key = [file.part, ...chain].join('|');
    const found = known.get(key) ?? namedPartials(catalog, file.part, chain);
    known.set(key, found);
    return found;
  };
}

function checkPartials(
  file: TemplateFile,
  used: readonly NamedPartial[],
  found: ReadonlyMap<string, TemplateFile>,
  { catalog, defaultCulture }: ReferenceScope,
  warn: (message: string) => void,
): void {
  const culture = cultureOf(file, defaultCulture);
  for (const { name, line, block } of used) {
    if (found.has(name)) continue;
    const at = `${file.file}:${line}`;
    const all = catalog.files.filter(({ shared }) => shared);
    const named = all.filter(other => other.name === name || aliasesOf(other).includes(name));
    const known = all
      .filter(({ part }) => part === file.part)
      .flatMap(other => [other.name, ...aliasesOf(other)]);
    if (block && isSlotName(name) && named.length === 0) {
      const near = nearestKey(name, known);
      if (near !== undefined)
        warn(
          `${at} gives a block to "${name}", which nobody defines, so the block is its own default; did you mean "${near}"?`,
        );
      continue;
    }
    if (named.some(({ part }) => part === file.part)) {
      warn(
        `${at} uses the partial "${name}", which exists for ${file.part} in other languages only; rendering it in ${culture} will fail.`,
      );
      continue;
    }
    const path = name.startsWith('layouts/') ? name : `partials/${name}`;
    const words = `${at} uses the partial "${name}", which does not exist for ${file.part}${meant(name, known)}; ${path}.${file.part}.hbs would be it.`;
    throw new MailTemplateError('EMAILTEMPLATEPARTIAL', `${whatOf(file, defaultCulture)}${words}`, {
      ...detailsOf(file, defaultCulture),
      line,
      missing: name,
    });
  }
}

function meant(name: string, known: Iterable<string>): string {
  const near = nearestKey(name, [...known]);
  return near === undefined ? '' : ` (did you mean "${near}"?)`;
}

function whatOf(file: TemplateFile, defaultCulture: string): string {
  return file.shared ? '' : `Template "${file.name}" (${file.part}, ${cultureOf(file, defaultCulture)}): `;
}

function detailsOf(
  file: TemplateFile,
  defaultCulture: string,
): { template?: string; part: string; culture: string; file: string } {
  return {
    ...(!file.shared && { template: file.name }),
    part: file.part,
    culture: cultureOf(file, defaultCulture),
    file: file.file,
  };
}

function cultureOf({ culture }: TemplateFile, defaultCulture: string): string {
  return culture === '' ? defaultCulture : canonicalCulture(culture);
}
