import { MailTemplateError } from '../../errors/mail-template-error.js';
import { BUILT_IN_DIRECTORY } from '../built-in-directory.js';
import { canonicalCulture } from '../culture.js';
import { findParts, usedChain } from '../find-parts.js';
import { namedPartials } from '../named-partials.js';
import { TemplateCatalog } from '../template-catalog.js';
import type { TemplateFile } from '../template-catalog.js';
import { checkCompiles } from '../template-environment.js';
import { TEMPLATE_PARTS } from '../template-file.js';
import type { TemplatePart } from '../template-file.js';
import { CalledNames } from './called-names.js';
import { Shape, fingerprint } from './shape.js';
import { TemplateWalker } from './template-walker.js';

/** What a template needs. */
export interface AnalysedTemplate {
  readonly name: string;
  /** What its context must hold, in any culture and part. */
  readonly context: Shape;
  /** Its files, in the order of their directories. */
  readonly files: readonly TemplateFile[];
  /** Its own files that have a syntax error. When there are any, nothing is known of its context. */
  readonly broken: readonly TemplateFile[];
}

/** Something that is wrong in the templates. */
export interface TemplateProblem {
  /** `error`: a file cannot be read; `warning`: rendering will fail, or a file is left out. */
  readonly level: 'error' | 'warning';
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** The problem in words, with file, line and column. */
  readonly message: string;
}

/** What was found in template directories. */
export interface TemplateAnalysis {
  /** The directories of the application, as absolute paths. */
  readonly directories: readonly string[];
  /** Sorted by name; built-in ones only where files of the application change what they need. */
  readonly templates: readonly AnalysedTemplate[];
  readonly problems: readonly TemplateProblem[];
}

/** How templates are analysed. */
export interface AnalysisOptions {
  /** The mailer's default culture. @default 'en' */
  defaultCulture?: string;
  /** Names of the application's helpers that are called without arguments; others are known by their arguments. */
  helpers?: readonly string[];
}

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
  const analysis = new Analysis(TemplateCatalog.load(directories, BUILT_IN_DIRECTORY), options);
  const builtIn = new Analysis(TemplateCatalog.load([], BUILT_IN_DIRECTORY), options);
  return analysis.run(builtIn);
}

class Analysis {
  readonly #catalog: TemplateCatalog;
  readonly #defaultCulture: string;
  readonly #problems = new Map<string, TemplateProblem>();
  readonly #programs = new Map<TemplateFile, hbs.AST.Program | undefined>();
  readonly #helpers: ReadonlySet<string>;
  readonly #partials = new Map<string, NamedPartials>();
  readonly #cultures: readonly string[];

  constructor(catalog: TemplateCatalog, { defaultCulture = 'en', helpers = [] }: AnalysisOptions) {
    this.#catalog = catalog;
    this.#defaultCulture = canonicalCulture(defaultCulture);
    const cultures = catalog.files.map(({ culture }) => culture).filter(culture => culture !== '');
    this.#cultures = [...new Set([this.#defaultCulture, ...cultures.map(canonicalCulture)])];
    const called = new CalledNames();
    for (const file of catalog.files) {
      const program = this.#parse(file);
      this.#programs.set(file, program);
      if (program) called.accept(program);
    }
    this.#helpers = new Set([...helpers, ...called.names]);
  }

  run(builtIn: Analysis): TemplateAnalysis {
    for (const file of this.#catalog.ignored)
      this.#note({
        level: 'warning',
        file,
        message: `${file} is no part of a template and is left out; parts are named subject, html or text, such as html.en.hbs`,
      });
    const templates = this.#catalog.templates.flatMap(name => this.#template(name, builtIn) ?? []);
    return {
      directories: this.#catalog.directories.slice(0, -1),
      templates,
      problems: [...this.#problems.values()],
    };
  }

  #template(name: string, builtIn: Analysis): AnalysedTemplate | undefined {
    const files = this.#catalog.files.filter(file => !file.shared && file.name === name);
    const context = this.context(name);
    const isBuiltIn = files.every(file => file.builtIn);
    if (isBuiltIn && fingerprint(context) === fingerprint(builtIn.context(name))) return undefined;
    return { name, context, files, broken: files.filter(file => !this.#programs.get(file)) };
  }

  /** What a template needs, whatever the culture. */
  context(name: string): Shape {
    const context = new Shape();
    const done = new Set<string>();
    for (const culture of this.#cultures) {
      const chain = usedChain(this.#catalog, culture, this.#defaultCulture);
      const parts = findParts(this.#catalog, name, chain);
      for (const part of TEMPLATE_PARTS) {
        const file = parts[part];
        const program = file && this.#programs.get(file);
        if (!program) continue;
        const { key, partials } = this.#partialsOf(part, chain);
        // Most cultures differ in few files.
        if (done.has(`${file.file} ${key}`)) continue;
        done.add(`${file.file} ${key}`);
        this.#walk(context, file, program, partials);
      }
    }
    for (const branded of OF_THE_BRAND) {
      const field = context.facts.fields.get(branded);
      if (field) field.required = false;
    }
    return context;
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
        return found && (this.#programs.get(found) ?? 'broken');
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

  #parse(file: TemplateFile): hbs.AST.Program | undefined {
    try {
      return checkCompiles(file).program;
    } catch (error) {
      if (!(error instanceof MailTemplateError)) throw error;
      const { line, column } = error;
      const at = `${file.file}${line === undefined ? '' : `:${line}`}${column === undefined ? '' : `:${column}`}`;
      this.#note({
        level: 'error',
        file: file.file,
        ...(line !== undefined && { line }),
        ...(column !== undefined && { column }),
        message: `${at} ${syntaxReason(error)}`,
      });
      return undefined;
    }
  }

  #note(problem: TemplateProblem): void {
    this.#problems.set(problem.message, problem);
  }
}

interface NamedPartials {
  /** The same for the same files. */
  readonly key: string;
  readonly partials: ReadonlyMap<string, TemplateFile>;
}

/** What a syntax error says, without the place, which stands before it. */
function syntaxReason({ message }: MailTemplateError): string {
  return message.replace(
    /^.* is no valid template(?: at line \d+, column \d+)?: /s,
    'is no valid template: ',
  );
}
