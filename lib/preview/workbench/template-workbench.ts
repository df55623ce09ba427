import { messageOf } from '../../core/errors/error-facts.js';
import { canonicalCulture } from '../../core/templates/culture.js';
import { checkWords } from '../../core/templates/files/check-words.js';
import { TemplateCatalog } from '../../core/templates/files/template-catalog.js';
import type { TemplateFile } from '../../core/templates/files/template-file.js';
import type { TemplateFolder } from '../../core/templates/files/template-folder.js';
import { templateFolders } from '../../core/templates/files/template-folders.js';
import { watchDirectories } from '../../core/templates/files/template-watcher.js';
import type { MailBrand } from '../../core/templates/mail-brand.js';
import { ResolvedBrand } from '../../core/templates/mail-brand.js';
import { checkCompiles } from '../../core/templates/rendering/check-compiles.js';
import { rendererForCatalog } from '../../core/templates/rendering/create-checked-renderer.js';
import type { HandlebarsTemplateRenderer } from '../../core/templates/rendering/handlebars-template-renderer.js';
import type { TemplateOptions } from '../../core/templates/template-options.js';
import type { LanguageNotice, RenderedMail, RenderOptions } from '../../core/templates/template-renderer.js';
import { layoutTemplate, withLayoutTemplates } from './layout-placeholder.js';
import type { PreviewQuery, PreviewResult } from './preview-result.js';
import { previewTemplate } from './preview-template.js';
import type { Listing, ListingKind } from './template-listing.js';
import { listingsOf } from './template-listing.js';
import type { TemplateProblem } from './template-problem.js';
import { problemOf } from './template-problem.js';
import type { TemplateSamples } from './template-samples.js';
import { readSamples } from './template-samples.js';

/** What a workbench shows. */
export interface WorkbenchOptions {
  /** Options of the application's renderer. @default the built-in templates only */
  readonly templates?: TemplateOptions;
  /** The application's brand. @default neutral */
  readonly brand?: MailBrand;
}

/** What the template directories held when they were last read. */
interface DirectoryState {
  readonly catalog: TemplateCatalog;
  /** Made when something is first shown. */
  renderer?: Promise<HandlebarsTemplateRenderer>;
  /** Renders layouts around a placeholder; made when a layout is first shown. */
  layouts?: Promise<HandlebarsTemplateRenderer>;
  readonly broken: ReadonlyMap<string, TemplateProblem>;
  readonly listings: readonly Listing[];
}

/** What parsing a file has found; kept until its text changes. */
interface CheckedFile {
  readonly source: string;
  /** Names of the partials and layouts that it uses. */
  readonly partials: readonly string[];
  readonly problem?: TemplateProblem;
}

/**
 * Template directories for those who write templates: what is there, what is wrong with it, and how each looks with a
 * sample, rendered as the application would. A file that is broken stops nothing but what uses it.
 */
export class TemplateWorkbench {
  readonly #options: WorkbenchOptions;
  readonly #folders: readonly TemplateFolder[];
  readonly #defaultCulture: string;
  readonly #listeners = new Set<() => void>();
  readonly #checked = new Map<string, CheckedFile>();
  #state: DirectoryState;
  #stopWatching: (() => void) | undefined;
  /** Why the newest state could not be read, or why changes are not seen. */
  #watchProblem: TemplateProblem | undefined;

  private constructor(options: WorkbenchOptions) {
    this.#options = options;
    this.#folders = templateFolders(options.templates);
    this.#defaultCulture = canonicalCulture(options.templates?.defaultCulture ?? 'en');
    this.#state = this.#read();
  }

  /**
   * Reads the template directories.
   *
   * @throws MailTemplateError `EMAILTEMPLATEDIRECTORY` when one is missing
   */
  static open(options: WorkbenchOptions = {}): TemplateWorkbench {
    return new TemplateWorkbench(options);
  }

  /** What messages call the application's folders and the one of the built-in templates, in the order of the search. */
  get folders(): readonly string[] {
    return this.#folders.map(({ name }) => name);
  }

  /** Every template, layout and partial; the application's own first. */
  get listings(): readonly Listing[] {
    return this.#state.listings;
  }

  /** What is wrong with the directories: broken files, and why the newest state could not be read. */
  get problems(): readonly TemplateProblem[] {
    return [...(this.#watchProblem ? [this.#watchProblem] : []), ...this.#state.broken.values()];
  }

  /** `.hbs` files that are no part of a template, probably misnamed. */
  get ignored(): readonly string[] {
    return this.#state.catalog.ignored;
  }

  /** One of the listings; undefined when there is none of that name. */
  find(kind: ListingKind, name: string): Listing | undefined {
    return this.#state.listings.find(listing => listing.kind === kind && listing.name === name);
  }

  /** The samples of a template or layout. */
  async samples({ kind, name }: Pick<Listing, 'kind' | 'name'>): Promise<TemplateSamples> {
    return readSamples(this.#folders, kind === 'layout' ? `${name}.samples` : `${name}/samples`);
  }

  /** Renders a template, or a layout around a placeholder. Never rejects: what is wrong is part of the result. */
  async preview(query: PreviewQuery & { readonly kind: 'template' | 'layout' }): Promise<PreviewResult> {
    const state = this.#state;
    const { kind, name } = query;
    const listing = this.find(kind, name);
    // Only for names that were found: any other may lead out of the directories.
    const samples = listing ? await this.samples(listing) : { samples: new Map<string, object>() };
    return previewTemplate(
      {
        renderer: kind === 'layout' ? this.#layoutRenderer(state) : this.#templateRenderer(state),
        template: kind === 'layout' ? layoutTemplate(name) : name,
        listing,
        defaultCulture: this.#defaultCulture,
        broken: state.broken,
        folders: this.#folders,
        samples,
      },
      query,
    );
  }

  /**
   * Renders a template as the application would.
   *
   * @throws MailTemplateError when it cannot be rendered
   */
  async render(template: string, context: object, options: RenderOptions = {}): Promise<RenderedMail> {
    return (await this.#templateRenderer(this.#state)).render(template, context, options);
  }

  /** Says in a language that its version stands below, as the application would. */
  async languageBelow(culture: string): Promise<LanguageNotice | undefined> {
    return (await this.#templateRenderer(this.#state)).languageBelow(culture);
  }

  /** The source of a file as it was last read; undefined when it is none of the templates. */
  file(path: string): TemplateFile | undefined {
    return this.#state.catalog.files.find(({ file }) => file === path);
  }

  /** The templates, layouts and partials that use a partial or layout by name. */
  usersOf(listing: Listing): Listing[] {
    const { name } = listing;
    const names = new Set([name, `partials/${name}`, name.replace(/^layouts\//, '')]);
    const uses = ({ file }: TemplateFile): boolean =>
      this.#checked.get(file)?.partials.some(partial => names.has(partial)) ?? false;
    const users = new Set(this.#state.catalog.files.filter(uses).map(({ file }) => file));
    return this.listings.filter(({ files }) => files.some(({ file }) => users.has(file)));
  }

  /**
   * Calls back after a template, layout, partial, sample or image below the application's directories has changed and
   * everything was read anew.
   *
   * @returns a function that ends it
   */
  watch(changed: () => void): () => void {
    try {
      this.#stopWatching ??= watchDirectories(this.#options.templates?.directories ?? [], () =>
        this.#reload(),
      );
    } catch (error) {
      const message = `Changes are not seen, because the system does not tell of them: ${messageOf(error)}`;
      this.#watchProblem = { kind: 'template', message };
    }
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  /** Ends all watching. */
  async close(): Promise<void> {
    this.#listeners.clear();
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  #reload(): void {
    try {
      this.#state = this.#read();
      this.#watchProblem = undefined;
    } catch (error) {
      this.#watchProblem = problemOf(error, this.#folders);
    }
    for (const changed of this.#listeners) changed();
  }

  #read(): DirectoryState {
    const broken = new Map<string, TemplateProblem>();
    const catalog = TemplateCatalog.load(this.#folders, checkWords, error => {
      broken.set(error.file ?? '', problemOf(error, this.#folders));
    });
    for (const file of catalog.files) {
      const problem = this.#check(file);
      if (problem) broken.set(file.file, problem);
    }
    const present = new Set(catalog.files.map(({ file }) => file));
    for (const file of this.#checked.keys()) if (!present.has(file)) this.#checked.delete(file);
    return { catalog, broken, listings: listingsOf(catalog, broken) };
  }

  /** What is wrong with a file by itself. Only what has changed is parsed again. */
  #check(file: TemplateFile): TemplateProblem | undefined {
    const known = this.#checked.get(file.file);
    if (known?.source === file.source) return known.problem;
    const checked = checkFile(file, this.#folders);
    this.#checked.set(file.file, checked);
    return checked.problem;
  }

  #templateRenderer(state: DirectoryState): Promise<HandlebarsTemplateRenderer> {
    return (state.renderer ??= this.#renderer(state.catalog));
  }

  #layoutRenderer(state: DirectoryState): Promise<HandlebarsTemplateRenderer> {
    return (state.layouts ??= this.#renderer(withLayoutTemplates(state.catalog)));
  }

  #renderer(catalog: TemplateCatalog): Promise<HandlebarsTemplateRenderer> {
    return rendererForCatalog(catalog, this.#options.templates ?? {}, new ResolvedBrand(this.#options.brand));
  }
}

function checkFile(file: TemplateFile, folders: readonly TemplateFolder[]): CheckedFile {
  const { source } = file;
  try {
    return { source, partials: checkCompiles(file).partials.map(({ name }) => name) };
  } catch (error) {
    return { source, partials: [], problem: problemOf(error, folders) };
  }
}
