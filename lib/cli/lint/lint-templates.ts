import { resolve } from 'node:path';
import { MailTemplateError } from '../../core/errors/mail-template-error.js';
import { checkWords } from '../../core/templates/files/check-words.js';
import { TemplateCatalog } from '../../core/templates/files/template-catalog.js';
import type { TemplateFile } from '../../core/templates/files/template-file.js';
import { TEMPLATE_PARTS } from '../../core/templates/files/template-file.js';
import { templateFolders } from '../../core/templates/files/template-folders.js';
import { rendererForCatalog } from '../../core/templates/rendering/create-checked-renderer.js';
import { EmbeddedImages } from '../../core/templates/rendering/embedded-images.js';
import type { HandlebarsTemplateRenderer } from '../../core/templates/rendering/handlebars-template-renderer.js';
import { clientSupportRules } from './client-support/client-support-rules.js';
import type { MailClient } from './client-support/mail-client.js';
import type { LintFinding } from './finding.js';
import { fileFinding, sortedFindings } from './finding.js';
import { imageRules } from './image-rules.js';
import { languageRules } from './language-rules.js';
import { linkRules } from './link-rules.js';
import { LintScope } from './lint-scope.js';
import { LintedFile } from './linted-file.js';
import { pageRules } from './page-rules.js';
import { partRules } from './part-rules.js';
import { PartialArguments } from './partial-arguments.js';
import { partialRules } from './partial-rules.js';
import { sizeRules } from './size-rules.js';
import { valueRules } from './value-rules.js';

/** What is linted, and as which application would use it. */
export interface LintOptions {
  /** Folders of templates, in the order in which they are searched. */
  readonly directories: readonly string[];
  /** The language that mails fall back on. @default 'en' */
  readonly defaultCulture?: string;
  /** Names of the helpers that the application brings. @default none */
  readonly helpers?: readonly string[];
  /** The mail clients that the rules of `client-support` look at. @default all that are known */
  readonly clients?: readonly MailClient[];
}

/** What linting has found. */
export interface LintReport {
  /** Sorted by file and place. */
  readonly findings: readonly LintFinding[];
  /** How many templates were linted. */
  readonly templates: number;
  /** How many files were linted. */
  readonly files: number;
}

/**
 * Finds what is wrong with templates, as far as it can be seen without sending them. One bad file does not stop the
 * rest.
 *
 * @throws MailTemplateError `EMAILTEMPLATEDIRECTORY` when a folder is missing
 */
export async function lintTemplates({
  directories,
  defaultCulture = 'en',
  helpers = [],
  clients,
}: LintOptions): Promise<LintReport> {
  const unreadable: LintFinding[] = [];
  const catalog = TemplateCatalog.load(templateFolders({ directories }), checkWords, error =>
    unreadable.push(findingOf(error, '')),
  );
  const own = catalog.files.filter(({ builtIn }) => !builtIn);
  const broken: LintFinding[] = [];
  const read = (file: TemplateFile): LintedFile[] => {
    try {
      return [new LintedFile(file)];
    } catch (error) {
      if (!(error instanceof MailTemplateError)) throw error;
      broken.push(findingOf(error, file.file));
      return [];
    }
  };
  const scope = new LintScope({
    catalog,
    files: own.flatMap(read),
    builtIn: builtInFiles(catalog),
    words: wordsOf(catalog),
    images: new EmbeddedImages(catalog.folders),
    defaultCulture,
  });
  const args = new PartialArguments(scope, helpers);
  const html = scope.files.filter(({ file }) => file.part === 'html');
  const unusable = broken.length + unreadable.length > 0;
  const load = async (): Promise<HandlebarsTemplateRenderer | undefined> =>
    unusable ? undefined : rendererOf(catalog, defaultCulture, helpers);
  const findings = [
    ...unreadable,
    ...broken,
    ...emptyFolders(directories, catalog),
    ...partRules(scope),
    ...languageRules(scope),
    ...partialRules(scope),
    ...html.flatMap(file => [...linkRules(file), ...pageRules(file), ...valueRules(file, args)]),
    ...html.flatMap(file => clientSupportRules(file, clients)),
    ...scope.files.flatMap(file => imageRules(file, scope.images)),
    ...(await sizeRules(scope, load)),
  ];
  const templates = new Set(own.filter(({ shared }) => !shared).map(({ name }) => name)).size;
  return { findings: sortedFindings(findings), templates, files: own.length + unreadable.length };
}

/** The built-in files, each once: a mail has one for all its languages. */
function builtInFiles(catalog: TemplateCatalog): TemplateFile[] {
  const files = catalog.files.filter(({ builtIn }) => builtIn);
  return [...new Map(files.map(file => [file.file, file])).values()];
}

/** The English words of all parts, and those of the application. */
function wordsOf(catalog: TemplateCatalog): TemplateFile[] {
  const english = TEMPLATE_PARTS.flatMap(part => [...catalog.words(part, []).values()]);
  return [...english, ...catalog.languages.own()];
}

/** Renders the samples of templates of which some may lack what they use: the rules tell of that. */
function rendererOf(
  catalog: TemplateCatalog,
  defaultCulture: string,
  names: readonly string[],
): Promise<HandlebarsTemplateRenderer> {
  const helpers = Object.fromEntries(names.map(name => [name, standIn]));
  return rendererForCatalog(catalog, { defaultCulture, helpers });
}

/** A helper of the application, which is not here: prints its block, or nothing. */
function standIn(this: unknown, ...args: unknown[]): unknown {
  const options: unknown = args.at(-1);
  const block: unknown = Object(options).fn;
  return typeof block === 'function' ? Reflect.apply(block, undefined, [this]) : '';
}

function findingOf(error: MailTemplateError, file: string): LintFinding {
  const { line = 1, column = 1 } = error;
  const rule = error.code === 'EMAILTEMPLATESYNTAX' ? 'syntax' : 'unreadable-file';
  return { rule, severity: 'error', file: error.file ?? file, line, column, message: error.message };
}

function emptyFolders(directories: readonly string[], catalog: TemplateCatalog): LintFinding[] {
  const paths = [...catalog.files.map(({ file }) => file), ...catalog.ignored];
  return directories
    .map(directory => resolve(directory))
    .filter(directory => !paths.some(path => path.startsWith(directory)))
    .map(directory =>
      fileFinding(
        directory,
        'empty-folder',
        'warning',
        'This folder holds no templates. Is it the right one?',
      ),
    );
}
