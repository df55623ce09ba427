import { resolve } from 'node:path';
import { checkNote } from '../../core/templates/files/checked-sources.js';
import { DirectoryFolder } from '../../core/templates/files/directory-folder.js';
import { isSourcePath } from '../../core/templates/files/sources-problems.js';
import { TemplateCatalog } from '../../core/templates/files/template-catalog.js';
import { templateFolders } from '../../core/templates/files/template-folders.js';
import { createCheckedRenderer } from '../../core/templates/rendering/create-checked-renderer.js';
import { precompileTemplates } from '../../core/templates/rendering/precompile-templates.js';
import type { TemplateOptions } from '../../core/templates/template-options.js';
import type { CommandIo } from '../command-io.js';
import { readArguments } from '../command-line.js';
import type { GeneratedFile } from '../generated-file.js';
import { readGenerated, writeGenerated } from '../generated-file.js';
import { pathFrom } from '../path-from.js';
import { styleFor } from '../style.js';
import { jsonDocument } from '../text-output.js';
import { UsageError } from '../usage-error.js';
import type { BundledTemplates, LeftOutFile } from './bundled-templates.js';
import { bundledTemplates } from './bundled-templates.js';
import type { CheckedTemplates } from './templates-module.js';
import { isTemplatesModule, MODULE_ENDINGS, sourcesIn, templatesModule } from './templates-module.js';

const HELP = `Usage: nest-mailroom templates bundle <directory...> -o FILE [options]

Writes the templates of the directories, which are searched in order, into a module that exports them as "templates" and
as its default: for MailModule's option templates: { sources: templates }, where a bundler makes one file of the
application. Templates, languages/*.json, samples.json and images go into it; what does not is told.

Options:
  -o, --output FILE         the file to write; its ending says what it is: ${MODULE_ENDINGS}
  --check                   write nothing; say what differs when the file is stale
  --force                   write over a file that this command has not written
  --default-culture NAME    the module's option defaultCulture (default: en)
  --helper NAME             a Handlebars helper that the application brings; may be given several times
  --json                    one JSON object: what was written, what was left out
  --help                    this text

Exit code: 0 when the file is as it should be; 1 when --check found it stale or missing; 2 when the command line is
wrong, when a directory or file cannot be used, and for templates with which an application would not start.
`;

const OPTIONS = {
  output: { type: 'string', short: 'o' },
  check: { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  'default-culture': { type: 'string' },
  helper: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Files that are named one by one. */
const MOST_NAMED = 20;

type ModuleState = 'written' | 'unchanged' | 'current' | 'stale' | 'missing';

/** How an entry differs from the one that a file has. */
interface EntryChange {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
}

interface Outcome {
  readonly file: string;
  readonly state: ModuleState;
  readonly bundled: BundledTemplates;
  readonly leftOut: readonly LeftOutFile[];
  /** Octets of the file, or of what it should be. */
  readonly size: number;
  readonly changes: readonly EntryChange[];
  readonly warnings: readonly string[];
}

/** `nest-mailroom templates bundle`. Returns the exit code. */
export async function templatesBundleCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS, HELP);
  if (values.help) {
    io.stdout.write(HELP);
    return 0;
  }
  if (positionals.length === 0) throw new UsageError(`Name the directory of the templates.\n\n${HELP}`);
  const { output: file = '' } = values;
  if (file.trim() === '') throw new UsageError(`Name the file to write: -o mail-templates.ts.\n\n${HELP}`);
  if (templatesModule(file, {}) === undefined)
    throw new UsageError(`${file} has none of the endings of a module of templates: ${MODULE_ENDINGS}.`);
  const directories = positionals.map(path => resolve(io.cwd, path));
  refuseOwnSource(file, directories, io.cwd);
  const bundled = bundledTemplates(directories);
  if (Object.keys(bundled.sources).length === 0)
    throw new UsageError(
      `There is no template in ${positionals.join(' or ')}. A template is a folder that holds its parts: welcome/subject.en.hbs, welcome/html.en.hbs.`,
    );
  const warnings = await checked({ directories }, values['default-culture'], values.helper);
  const noted = await checkedTemplates(bundled, values['default-culture'], values.helper);
  const { check, force } = values;
  const outcome = settle(file, bundled, { check, force, cwd: io.cwd, warnings, noted });
  if (values.json) io.stdout.write(jsonDocument(asJson(outcome)));
  else report(outcome, io);
  return outcome.state === 'stale' || outcome.state === 'missing' ? 1 : 0;
}

/** A file that would be read among the templates would go into the next one, and grow with each run. */
function refuseOwnSource(file: string, directories: readonly string[], cwd: string): void {
  for (const directory of directories) {
    const path = new DirectoryFolder(directory).pathOf(pathFrom(cwd, file));
    if (path !== undefined && isSourcePath(path))
      throw new UsageError(
        `${file} would itself be read as a file of ${directory}: give it another name, or put it elsewhere.`,
      );
  }
}

/**
 * Checks the templates as an application does when it starts. Returns what it would warn of.
 *
 * @throws MailTemplateError for templates with which it would not start
 */
async function checked(
  where: Pick<TemplateOptions, 'directories' | 'sources'>,
  defaultCulture: string | undefined,
  names: readonly string[] = [],
): Promise<string[]> {
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const helpers = Object.fromEntries(names.map(name => [name, () => '']));
  const options = { ...where, helpers, ...(defaultCulture !== undefined && { defaultCulture }) };
  await createCheckedRenderer(options, undefined, { log: () => {}, warn, error: warn });
  // Files that are no part of a template are among those that are left out.
  return warnings.filter(message => !message.includes(' is no part of a template and is ignored'));
}

/**
 * What the module says of its templates and has made of them, so that a start need not check them again and the first mail
 * need not compile them.
 *
 * @returns undefined when a start has something to tell of them, which it does each time
 */
async function checkedTemplates(
  { sources }: BundledTemplates,
  defaultCulture = 'en',
  helpers: readonly string[] = [],
): Promise<CheckedTemplates | undefined> {
  // The texts themselves, and not the files: line ends may differ, and what was left out is not there.
  const warnings = await checked({ sources }, defaultCulture, helpers);
  if (warnings.length > 0) return undefined;
  const catalog = TemplateCatalog.load(templateFolders({ sources }), undefined);
  const own = catalog.files.filter(({ builtIn }) => !builtIn);
  const words = catalog.languages.own().flatMap(file => [file, { ...file, part: 'text' as const }]);
  const compiled = precompileTemplates(catalog, [...own, ...words], helpers);
  return { note: checkNote(sources, { defaultCulture, helpers }), compiled };
}

function settle(
  file: string,
  bundled: BundledTemplates,
  {
    check,
    force,
    cwd,
    warnings,
    noted,
  }: {
    readonly check: boolean;
    readonly force: boolean;
    readonly cwd: string;
    readonly warnings: readonly string[];
    readonly noted: CheckedTemplates | undefined;
  },
): Outcome {
  const text = templatesModule(file, bundled.sources, noted) ?? '';
  const own = pathFrom(cwd, file);
  const facts = {
    file,
    bundled,
    leftOut: bundled.leftOut.filter(one => one.file !== own),
    size: Buffer.byteLength(text),
    warnings,
  };
  const generated: GeneratedFile = {
    file,
    cwd,
    isOwn: old => force || isTemplatesModule(old),
    isSame: (old, wanted) => old.replaceAll('\r\n', '\n') === wanted,
  };
  if (!check)
    return { ...facts, state: writeGenerated(generated, text) ? 'written' : 'unchanged', changes: [] };
  const old = readGenerated(generated);
  if (old === undefined) return { ...facts, state: 'missing', changes: [] };
  if (generated.isSame(old, text)) return { ...facts, state: 'current', changes: [] };
  return { ...facts, state: 'stale', changes: changesOf(sourcesIn(old), bundled.sources) };
}

function changesOf(
  old: ReadonlyMap<string, string>,
  wanted: Readonly<Record<string, string>>,
): EntryChange[] {
  const paths = [...new Set([...old.keys(), ...Object.keys(wanted)])].toSorted();
  return paths.flatMap((path): EntryChange[] => {
    const [was, is] = [old.get(path), wanted[path]];
    if (was === is) return [];
    return [{ path, kind: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed' }];
  });
}

function report(outcome: Outcome, { stdout, stderr, env }: CommandIo): void {
  const { file, state, bundled, leftOut, size, changes, warnings } = outcome;
  const loud = styleFor(stderr, env);
  for (const warning of warnings) stderr.write(`${loud.warn('warning')} ${warning}\n`);
  for (const one of leftOut.slice(0, MOST_NAMED))
    stderr.write(`${loud.warn('left out')} ${one.file} ${one.reason}.\n`);
  if (leftOut.length > MOST_NAMED)
    stderr.write(`${loud.warn('left out')} ${leftOut.length - MOST_NAMED} more files.\n`);
  const style = styleFor(stdout, env);
  const again = 'Run the command again without --check.';
  const facts = `${plural(bundled.templates, 'template')}, ${plural(Object.keys(bundled.sources).length, 'file')}, ${shownSize(size)}`;
  if (state === 'missing') stdout.write(`${style.bad('missing')} ${file} does not exist. ${again}\n`);
  else if (state === 'stale') {
    const marks = { added: style.good('+'), removed: style.bad('-'), changed: style.warn('~') };
    const words = { added: 'is new', removed: 'is gone', changed: 'has changed' };
    const lines = changes.map(({ path, kind }) => `  ${marks[kind]} ${path} ${words[kind]}\n`);
    stdout.write(
      `${style.bad('stale')} ${file} is not what the templates are:\n${lines.length > 0 ? lines.join('') : '  ~ the text around them\n'}${again}\n`,
    );
  } else stdout.write(`${file} ${state === 'written' ? 'written' : 'is up to date'}: ${facts}.\n`);
}

function asJson({ file, state, bundled, leftOut, size, changes, warnings }: Outcome): object {
  return {
    file,
    state,
    size,
    templates: bundled.templates,
    files: Object.entries(bundled.sources).map(([path, text]) => ({ path, size: Buffer.byteLength(text) })),
    leftOut,
    warnings,
    ...(state === 'stale' && { changes }),
  };
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function shownSize(octets: number): string {
  return octets < 1024 ? `${octets} B` : `${(octets / 1024).toFixed(1)} KiB`;
}
