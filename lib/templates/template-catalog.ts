import { readFile, readdir, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { messageOf } from '../errors/error-facts.js';
import { MailTemplateError } from '../errors/mail-template-error.js';
import { languageOf } from './culture.js';
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
   * Reads all template directories.
   *
   * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` when one is missing
   */
  static async load(directories: readonly string[], builtInDirectory: string): Promise<TemplateCatalog> {
    const own = directories.map(directory => resolve(directory));
    const all = [
      ...own.map(directory => ({ directory, builtIn: false })),
      { directory: builtInDirectory, builtIn: true },
    ];
    const scans = await Promise.all(all.map(({ directory, builtIn }) => scan(directory, builtIn)));
    return new TemplateCatalog(
      all.map(({ directory }) => directory),
      scans.flatMap(found => found.files),
      scans.flatMap(found => found.ignored),
    );
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

async function scan(
  directory: string,
  builtIn: boolean,
): Promise<{ files: TemplateFile[]; ignored: string[] }> {
  await checkDirectory(directory);
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter(entry => !entry.isDirectory() && entry.name.endsWith('.hbs'))
    .map(entry => join(entry.parentPath, entry.name));
  const ignored: string[] = [];
  const reading = paths.toSorted().map(async file => {
    const name = parseTemplatePath(relative(directory, file).split(sep));
    if (!name) return void ignored.push(file);
    return { ...name, file, builtIn, source: await read(file) };
  });
  return { files: (await Promise.all(reading)).filter(file => file !== undefined), ignored };
}

async function read(file: string): Promise<string> {
  const source = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new MailTemplateError(
      'EMAILTEMPLATEDIRECTORY',
      `The template file ${file} cannot be read: ${messageOf(error)}`,
      { file, cause: error },
    );
  });
  return source.replace(/^\uFEFF/, '');
}

async function checkDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch((error: unknown) => {
    throw new MailTemplateError(
      'EMAILTEMPLATEDIRECTORY',
      `The template directory ${directory} does not exist. ${COPY_HINT}`,
      { searched: [directory], cause: error },
    );
  });
  if (!found.isDirectory()) {
    throw new MailTemplateError('EMAILTEMPLATEDIRECTORY', `${directory} is not a directory of templates.`, {
      searched: [directory],
    });
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
