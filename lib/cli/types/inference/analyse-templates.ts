import { dirname } from 'node:path';
import { canonicalCulture } from '../../../core/templates/culture.js';
import { checkWords } from '../../../core/templates/files/check-words.js';
import { findParts, usedChain } from '../../../core/templates/files/find-parts.js';
import { namedPartials } from '../../../core/templates/files/named-partials.js';
import { TemplateCatalog } from '../../../core/templates/files/template-catalog.js';
import type { TemplateFile, TemplatePart } from '../../../core/templates/files/template-file.js';
import { TEMPLATE_PARTS } from '../../../core/templates/files/template-file.js';
import { templateFolders } from '../../../core/templates/files/template-folders.js';
import { CalledNames } from './called-names.js';
import { mayCall } from './called-partials.js';
import { ParsedFiles } from './parsed-files.js';
import { fingerprint, Shape } from './shape.js';
import type {
  AnalysedTemplate,
  AnalysisOptions,
  AnalysisProblem,
  TemplateAnalysis,
} from './template-analysis.js';
import { TemplateWalker } from './template-walker.js';

/** Fields of any context that the brand fills in. */
const OF_THE_BRAND = ['applicationName', 'applicationUri'];

/**
 * Finds out what the templates of the directories need of their contexts.
 *
 * @param directories searched in order, as the module does
 * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` when one is missing; `EMAILTEMPLATENAME` for a default
 *   culture that is none
 */
export function analyseTemplates(
  directories: readonly string[],
  options: AnalysisOptions = {},
): TemplateAnalysis {
  return new Analysis(TemplateCatalog.load(templateFolders({ directories }), checkWords), options).run();
}

class Analysis {
  readonly #catalog: TemplateCatalog;
  readonly #options: AnalysisOptions;
  readonly #defaultCulture: string;
  readonly #problems = new Map<string, AnalysisProblem>();
  readonly #files = new ParsedFiles(problem => this.#note(problem));
  readonly #helpers: ReadonlySet<string>;
  readonly #partials = new Map<string, NamedPartials>();
  readonly #cultures: readonly string[];

  constructor(catalog: TemplateCatalog, options: AnalysisOptions) {
    this.#catalog = catalog;
    this.#options = options;
    this.#defaultCulture = canonicalCulture(options.defaultCulture ?? 'en');
    const cultures = catalog.files.map(({ culture }) => culture).filter(culture => culture !== '');
    this.#cultures = [...new Set([this.#defaultCulture, ...cultures.map(canonicalCulture)])];
    const called = new CalledNames();
    for (const file of catalog.files) {
      if (file.builtIn) continue;
      const program = this.#files.program(file);
      if (program) called.accept(program);
    }
    this.#helpers = new Set([...(options.helpers ?? []), ...called.names]);
  }

  run(): TemplateAnalysis {
    for (const file of this.#catalog.ignored)
      this.#note({
        level: 'warning',
        file,
        message: `${file} is no part of a template and is left out; parts are named subject, html or text, such as html.en.hbs`,
      });
    const changed = this.#changedBuiltIns();
    const templates = this.#catalog.templates.flatMap(name => this.#template(name, changed) ?? []);
    return {
      directories: this.#catalog.folders.filter(({ builtIn }) => !builtIn).map(({ name }) => name),
      templates,
      problems: [...this.#problems.values()],
    };
  }

  /** The built-in mails that need something else because of the application's layouts, partials and words. */
  #changedBuiltIns(): ReadonlySet<string> {
    const { files } = this.#catalog;
    const builtIn = files.filter(file => file.builtIn);
    const shared = files.filter(file => file.shared && !file.builtIn);
    const hasWords = this.#catalog.languages.own().length > 0;
    if (!hasWords && !mayCall([...builtIn, ...this.#words()], shared)) return new Set();
    const shipped = new Analysis(TemplateCatalog.load(templateFolders(), checkWords), this.#options);
    const changed = shipped.#catalog.templates.filter(
      name => fingerprint(shipped.#context(name)) !== fingerprint(this.#context(name)),
    );
    return new Set(changed);
  }

  /** The words that built-in mails are made of, in every culture. */
  #words(): TemplateFile[] {
    return this.#cultures.flatMap(culture => {
      const chain = usedChain(this.#catalog, culture, this.#defaultCulture);
      return TEMPLATE_PARTS.flatMap(part => [...this.#catalog.words(part, chain).values()]);
    });
  }

  #template(name: string, changedBuiltIns: ReadonlySet<string>): AnalysedTemplate | undefined {
    const found = this.#catalog.files.filter(file => !file.shared && file.name === name);
    if (found.every(file => file.builtIn) && !changedBuiltIns.has(name)) return undefined;
    // Of two for the same part and culture, the first one hides the other.
    const files = found.filter(
      ({ part, culture }, index) =>
        found.findIndex(file => file.part === part && file.culture === culture) === index,
    );
    const broken = files.filter(file => !this.#files.program(file));
    return { name, context: this.#context(name), files, broken };
  }

  /** What a template needs, whatever the culture. */
  #context(name: string): Shape {
    const context = new Shape();
    const done = new Set<string>();
    let complete = false;
    for (const culture of this.#cultures) {
      const chain = usedChain(this.#catalog, culture, this.#defaultCulture);
      const parts = findParts(this.#catalog, name, chain);
      complete ||= parts.subject !== undefined && (parts.html ?? parts.text) !== undefined;
      for (const part of TEMPLATE_PARTS) {
        const file = parts[part];
        const program = file && this.#files.program(file);
        if (!program) continue;
        const { key, partials } = this.#partialsOf(part, chain);
        // Most cultures differ in few files.
        if (done.has(`${file.file} ${key}`)) continue;
        done.add(`${file.file} ${key}`);
        this.#walk(context, file, program, partials);
      }
    }
    if (!complete) this.#noteIncomplete(name);
    for (const branded of OF_THE_BRAND) {
      const field = context.facts.fields.get(branded);
      if (field) field.required = false;
    }
    return context;
  }

  #noteIncomplete(name: string): void {
    const file = this.#catalog.files.find(found => !found.shared && found.name === name)?.file ?? name;
    this.#note({
      level: 'warning',
      file,
      message: `${dirname(file)} has no culture with both a subject and an html or text part; rendering "${name}" will fail`,
    });
  }

  #walk(
    context: Shape,
    file: TemplateFile,
    program: hbs.AST.Program,
    partials: ReadonlyMap<string, TemplateFile>,
  ): void {
    const walker = new TemplateWalker(context, {
      helpers: this.#helpers,
      partial: name => {
        const found = partials.get(name);
        return found && (this.#files.program(found) ?? 'broken');
      },
      problem: ({ loc }, message) => {
        const place = loc.source ?? file.file;
        this.#note({
          level: 'warning',
          file: place,
          line: loc.start.line,
          column: loc.start.column + 1,
          message: `${place}:${loc.start.line}:${loc.start.column + 1} ${message}; rendering it for ${file.part} will fail`,
        });
      },
    });
    walker.walk(program);
  }

  #partialsOf(part: TemplatePart, chain: readonly string[]): NamedPartials {
    const asked = `${part} ${chain.join(' ')}`;
    const known = this.#partials.get(asked);
    if (known) return known;
    const partials = namedPartials(this.#catalog, part, chain);
    const key = [...partials].map(([name, { file }]) => `${name}=${file}`).join('|');
    const found = { key, partials };
    this.#partials.set(asked, found);
    return found;
  }

  #note(problem: AnalysisProblem): void {
    this.#problems.set(problem.message, problem);
  }
}

interface NamedPartials {
  /** The same for the same files. */
  readonly key: string;
  readonly partials: ReadonlyMap<string, TemplateFile>;
}
