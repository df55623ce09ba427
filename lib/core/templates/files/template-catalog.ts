import type { Stats } from 'node:fs';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { messageOf } from '../../errors/error-facts.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { languageOf } from '../culture.js';
import { cultureKey, parseTemplatePath } from './template-file.js';
import type { TemplatePart } from './template-file.js';

/** One file of a template, layout or partial. */
export interface TemplateFile {
  readonly file: string;
  readonly name: string;
  readonly part: TemplatePart;
  /** Lower-case culture with hyphens; '' for none. */
  readonly culture: string;
  readonly shared: boolean;
  readonly source: string;
  /** Whether it belongs to the package and not to the application. */
  readonly builtIn: boolean;
}

/** Everything found in the template directories, in the order in which they are searched. */
export class TemplateCatalog {
  readonly directories: readonly string[];
  readonly files: readonly TemplateFile[];
  /** `.hbs` files that are no part of a template, probably misnamed. */
  readonly ignored: readonly string[];
  readonly #index = new Map<string, TemplateFile>();
  readonly #templates = new Set<string>();
  readonly #cultures = new Set<string>();
  readonly #sharedNames = new Map<TemplatePart, Set<string>>();

  private constructor(
    directories: readonly string[],
    files: readonly TemplateFile[],
    ignored: readonly string[],
  ) {
    this.directories = directories;
    this.files = files;
    this.ignored = ignored;
    for (const file of files) {
      const key = indexKey(file.builtIn, file.shared, file.name, file.part, file.culture);
      // Directories are searched in order, so the first file of a kind stays.
      if (!this.#index.has(key)) this.#index.set(key, file);
      this.#cultures.add(file.culture);
      if (file.shared) this.#shared(file.part).add(file.name);
      else this.#templates.add(file.name);
    }
  }

  /**
   * Reads all template directories, and at once: templates are read when an application starts, and small files take
   * four times as long when each is waited for.
   *
   * @param skip is told of a file that cannot be read; without it that is an error
   * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` when one is missing
   */
  static load(
    directories: readonly string[],
    builtInDirectory: string,
    skip?: (error: MailTemplateError) => void,
  ): TemplateCatalog {
    const own = directories.map(directory => resolve(directory));
    const all = [
      ...own.map(directory => ({ directory, builtIn: false })),
      { directory: builtInDirectory, builtIn: true },
    ];
    const scans = all.map(({ directory, builtIn }) => scan(directory, builtIn, skip));
    return new TemplateCatalog(
      all.map(({ directory }) => directory),
      scans.flatMap(found => found.files),
      scans.flatMap(found => found.ignored),
    );
  }

  /** The same with further files, which count before those of the directories. */
  with(files: readonly TemplateFile[]): TemplateCatalog {
    return new TemplateCatalog(this.directories, [...files, ...this.files], this.ignored);
  }

  /** The names of all templates, sorted. */
  get templates(): string[] {
    return [...this.#templates].toSorted();
  }

  /** Whether any file exists for a culture (lower-case key). */
  hasCulture(culture: string): boolean {
    return this.#cultures.has(culture);
  }

  /** The file of a template's part, by the culture chain; each culture is looked for in every directory. */
  find(template: string, part: TemplatePart, chain: readonly string[]): TemplateFile | undefined {
    return this.#lookUp(false, template, part, chain);
  }

  /** The layouts and partials of a part, by the culture chain. */
  shared(part: TemplatePart, chain: readonly string[]): TemplateFile[] {
    return [...this.#shared(part)].flatMap(name => this.#lookUp(true, name, part, chain) ?? []);
  }

  /** Every path that {@link find} tries for a template. */
  pathsTried(template: string, parts: readonly TemplatePart[], chain: readonly string[]): string[] {
    return parts.flatMap(part =>
      chain.flatMap(culture =>
        this.directories.map(directory =>
          join(directory, ...template.split('/'), `${part}${culture === '' ? '' : `.${culture}`}.hbs`),
        ),
      ),
    );
  }

  /**
   * The application's own file by the culture chain, else the built-in one. Only one thing makes a built-in file win:
   * it speaks the wanted language and the application's file is for another one.
   */
  #lookUp(
    shared: boolean,
    name: string,
    part: TemplatePart,
    chain: readonly string[],
  ): TemplateFile | undefined {
    const own = this.#inChain(false, shared, name, part, chain);
    const builtIn = this.#inChain(true, shared, name, part, chain);
    if (!own || !builtIn) return own ?? builtIn;
    const wanted = (file: TemplateFile): boolean =>
      languageOf(file.culture) === languageOf(cultureKey(chain[0] ?? ''));
    return own.culture !== '' && !wanted(own) && wanted(builtIn) ? builtIn : own;
  }

  #inChain(
    builtIn: boolean,
    shared: boolean,
    name: string,
    part: TemplatePart,
    chain: readonly string[],
  ): TemplateFile | undefined {
    for (const culture of chain) {
      const file = this.#index.get(indexKey(builtIn, shared, name, part, cultureKey(culture)));
      if (file) return file;
    }
    return undefined;
  }

  #shared(part: TemplatePart): Set<string> {
    const names = this.#sharedNames.get(part) ?? new Set();
    this.#sharedNames.set(part, names);
    return names;
  }
}

function scan(
  directory: string,
  builtIn: boolean,
  skip: ((error: MailTemplateError) => void) | undefined,
): { files: TemplateFile[]; ignored: string[] } {
  checkDirectory(directory);
  const paths = filesBelow(directory).filter(path => path.endsWith('.hbs'));
  const ignored: string[] = [];
  const files: TemplateFile[] = [];
  for (const file of paths.toSorted()) {
    const name = parseTemplatePath(relative(directory, file).split(sep));
    if (!name) {
      ignored.push(file);
      continue;
    }
    try {
      files.push({ ...name, file, builtIn, source: read(file) });
    } catch (error) {
      if (!skip || !(error instanceof MailTemplateError)) throw error;
      skip(error);
    }
  }
  return { files, ignored };
}

/** Does not follow links to directories, as readdir does in some versions of Node.js: a link to itself has no end. */
function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap(entry => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : path;
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new MailTemplateError(
      'EMAILTEMPLATEDIRECTORY',
      `The template file ${file} cannot be read: ${messageOf(error)}`,
      { file, cause: error },
    );
  }
}

function checkDirectory(directory: string): void {
  if (!statOf(directory).isDirectory()) {
    throw new MailTemplateError('EMAILTEMPLATEDIRECTORY', `${directory} is not a directory of templates.`, {
      searched: [directory],
    });
  }
}

function statOf(directory: string): Stats {
  try {
    return statSync(directory);
  } catch (error) {
    throw new MailTemplateError(
      'EMAILTEMPLATEDIRECTORY',
      `The template directory ${directory} does not exist. ${COPY_HINT}`,
      { searched: [directory], cause: error },
    );
  }
}

function indexKey(
  builtIn: boolean,
  shared: boolean,
  name: string,
  part: TemplatePart,
  culture: string,
): string {
  return `${builtIn}|${shared}|${name}|${part}|${culture}`;
}

/** What to do when templates are in the sources and not in the build. */
export const COPY_HINT =
  'If the templates are in your sources, let the build copy them: "compilerOptions": { "assets": [{ "include": "**/*.hbs", "watchAssets": true }] } in nest-cli.json.';
