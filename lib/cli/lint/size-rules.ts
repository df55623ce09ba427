import { messageOf } from '../../core/errors/error-facts.js';
import { MailTemplateError } from '../../core/errors/mail-template-error.js';
import type { TemplateFile } from '../../core/templates/files/template-file.js';
import { GMAIL_LIMIT } from '../../core/templates/gmail-limit.js';
import type { HandlebarsTemplateRenderer } from '../../core/templates/rendering/handlebars-template-renderer.js';
import type { LintFinding } from './finding.js';
import type { LintScope } from './lint-scope.js';
import { groupedFiles } from './lint-scope.js';
import type { LintedFile } from './linted-file.js';
import type { Sample } from './samples-file.js';
import { readSamples } from './samples-file.js';

/**
 * Whether Gmail clips a mail: measured with the samples of its template where there are any, else by the sources.
 *
 * @param load makes what renders the samples, where there are any; nothing when templates cannot be loaded
 */
export async function sizeRules(
  scope: LintScope,
  load: () => Promise<HandlebarsTemplateRenderer | undefined>,
): Promise<LintFinding[]> {
  const templates = groupedFiles(
    scope.own.filter(({ shared }) => !shared),
    ({ name }) => name,
  );
  const findings: LintFinding[] = [];
  let loading: Promise<HandlebarsTemplateRenderer | undefined> | undefined;
  const folders = scope.catalog.folders.filter(({ builtIn }) => !builtIn);
  for (const [name, files] of templates) {
    const { samples, findings: wrong } = readSamples(folders, name);
    findings.push(...wrong);
    const renderer = samples.length > 0 ? await (loading ??= load()) : undefined;
    if (renderer) findings.push(...(await measured(files, samples, renderer)));
    else findings.push(...estimated(scope, files));
  }
  await (await loading)?.close();
  return findings;
}

async function measured(
  files: readonly TemplateFile[],
  samples: readonly Sample[],
  renderer: HandlebarsTemplateRenderer,
): Promise<LintFinding[]> {
  const name = files[0]?.name ?? '';
  const cultures = [...new Set(files.map(({ culture }) => culture))];
  const named = cultures.filter(culture => culture !== '');
  const findings = new Map<string, LintFinding>();
  for (const sample of samples) {
    for (const culture of named.length > 0 ? named : [undefined]) {
      const finding = await measure(name, culture, sample, renderer);
      // What is wrong in one language is most often wrong in all.
      const key = finding && `${finding.file}|${finding.line}|${finding.column}|${finding.rule}`;
      if (finding && key !== undefined && !findings.has(key)) findings.set(key, finding);
    }
  }
  return [...findings.values()];
}

async function measure(
  name: string,
  culture: string | undefined,
  { name: sample, context, file, line, column }: Sample,
  renderer: HandlebarsTemplateRenderer,
): Promise<LintFinding | undefined> {
  const place = { file, line, column };
  try {
    const { html = '' } = await renderer.render(name, context, culture === undefined ? {} : { culture });
    const size = Buffer.byteLength(html);
    if (size <= GMAIL_LIMIT) return undefined;
    const message = `With the sample "${sample}" the HTML of "${name}"${culture === undefined ? '' : ` in ${culture}`} has ${kilobytes(size)}; ${CLIPPED}`;
    return { rule: 'clipped', severity: 'warning', ...place, message };
  } catch (error) {
    const at =
      error instanceof MailTemplateError && error.file !== undefined
        ? { file: error.file, line: error.line ?? 1, column: error.column ?? 1 }
        : place;
    if (
      error instanceof MailTemplateError &&
      error.code === 'EMAILTEMPLATEHELPER' &&
      error.missing !== undefined &&
      error.searched.length === 0
    ) {
      const message = `The sample "${sample}" of "${name}" is not measured: "${error.missing}" is a helper of the application. Name it: --helper ${error.missing}.`;
      return { rule: 'unknown-helper', severity: 'hint', ...at, message };
    }
    const message = `The sample "${sample}" of "${name}" cannot be rendered: ${messageOf(error)}`;
    return { rule: 'sample-fails', severity: 'error', ...at, message };
  }
}

function estimated(scope: LintScope, files: readonly TemplateFile[]): LintFinding[] {
  return files.flatMap(file => {
    const linted = scope.linted(file);
    if (!linted || file.part !== 'html') return [];
    const size = sizeOf(scope, linted, new Map());
    if (size <= GMAIL_LIMIT) return [];
    return [
      linted.at(
        0,
        'clipped',
        'warning',
        `With its layout and partials this page has at least ${kilobytes(size)}; ${CLIPPED}`,
      ),
    ];
  });
}

/** The octets that a file and all that it uses write at least, when every block is written once. */
function sizeOf(
  scope: LintScope,
  { file, masked, uses }: LintedFile,
  known: Map<TemplateFile, number>,
): number {
  const counted = known.get(file);
  if (counted !== undefined) return counted;
  // A partial that uses itself counts once.
  known.set(file, 0);
  const names = scope.shared(file.part, file.culture);
  let { size } = masked;
  for (const { name } of uses) {
    const used = name === undefined ? undefined : names.get(name);
    const next = used && scope.linted(used);
    if (next) size += sizeOf(scope, next, known);
  }
  known.set(file, size);
  return size;
}

const CLIPPED =
  'Gmail shows 102 KB and hides the rest, tracking and footer with it. Shorten it: fewer rows, smaller style sheets, images as files.';

function kilobytes(octets: number): string {
  return `${Math.ceil(octets / 1024)} KB`;
}
