import Handlebars from 'handlebars';
import { MailTemplateError } from '../errors/mail-template-error.js';
import type { TemplateCatalog, TemplateFile } from './template-catalog.js';
import type { TemplatePart } from './template-file.js';
import type { TemplateHelper } from './template-options.js';
import type { ParsedTemplate } from './template-syntax.js';
import { parseTemplate, syntaxError } from './template-syntax.js';
import { isErrorLike } from '../errors/error-facts.js';

/** A compiled template. */
export type CompiledTemplate = Handlebars.TemplateDelegate<object>;

/** Where an error came up: the innermost template or partial that was running. */
export interface ErrorOrigin {
  readonly file: TemplateFile;
  readonly parsed: ParsedTemplate;
}

/** What all environments of one mailer share. */
export interface EnvironmentSettings {
  readonly helpers: Readonly<Record<string, TemplateHelper>>;
  readonly strict: boolean;
}

/**
 * A Handlebars environment of its own for one part in one culture chain, so that `{{> button}}` finds the button of
 * that part and culture. Rendering does not depend on how many partials there are.
 */
export class TemplateEnvironment {
  readonly #part: TemplatePart;
  readonly #settings: EnvironmentSettings;
  readonly #handlebars = Handlebars.create();
  readonly #partialNames: ReadonlySet<string>;
  readonly #compiled = new Map<TemplateFile, CompiledTemplate>();
  readonly #origins = new WeakMap<object, ErrorOrigin>();

  constructor(
    part: TemplatePart,
    chain: readonly string[],
    catalog: TemplateCatalog,
    settings: EnvironmentSettings,
  ) {
    this.#part = part;
    this.#settings = settings;
    useNullSafeLookups(this.#handlebars);
    for (const [name, helper] of Object.entries(settings.helpers)) {
      this.#handlebars.registerHelper(name, helper as Handlebars.HelperDelegate);
    }
    const partials = catalog.shared(part, chain);
    this.#partialNames = new Set(partials.map(file => file.name));
    for (const file of partials) this.#handlebars.registerPartial(file.name, this.#partial(file));
  }

  /**
   * The compiled form of a file.
   *
   * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX`
   */
  template(file: TemplateFile): CompiledTemplate {
    const known = this.#compiled.get(file);
    if (known) return known;
    const compiled = this.#compile(file);
    this.#compiled.set(file, compiled);
    return compiled;
  }

  /** Where an error thrown by a template of this environment came up. */
  originOf(error: unknown): ErrorOrigin | undefined {
    return typeof error === 'object' && error !== null ? this.#origins.get(error) : undefined;
  }

  /** Partials that a file names and that do not exist here. */
  missingPartials(parsed: ParsedTemplate): { name: string; line: number }[] {
    return parsed.partials.filter(({ name }) => !this.#partialNames.has(name));
  }

  #partial(file: TemplateFile): CompiledTemplate {
    return (context, options) => this.template(file)(context, options);
  }

  #compile(file: TemplateFile): CompiledTemplate {
    const parsed = parseTemplate(file);
    const run = this.#handlebars.compile<object>(parsed.program, {
      strict: this.#settings.strict,
      noEscape: this.#part !== 'html',
      knownHelpers: Object.fromEntries(Object.keys(this.#settings.helpers).map(name => [name, true])),
    });
    return (context, options) => {
      const [missing] = this.missingPartials(parsed);
      if (missing) throw missingPartial(file, missing);
      try {
        return run(context, options);
      } catch (error) {
        // The innermost file comes first and stays.
        if (isErrorLike(error) && !this.#origins.has(error)) this.#origins.set(error, { file, parsed });
        throw error;
      }
    };
  }
}

/**
 * Compiles a file once to find what parsing does not find.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX`
 */
export function checkCompiles(file: TemplateFile): ParsedTemplate {
  const parsed = parseTemplate(file);
  try {
    Handlebars.precompile(parsed.program, { strict: true });
  } catch (error) {
    throw syntaxError(file, error);
  }
  return parsed;
}

function missingPartial(file: TemplateFile, missing: { name: string; line: number }): MailTemplateError {
  return new MailTemplateError(
    'EMAILTEMPLATEPARTIAL',
    `${file.file}:${missing.line} uses the partial "${missing.name}", which does not exist for ${file.part}; partials/${missing.name}.${file.part}.hbs would be it.`,
    {
      ...(!file.shared && { template: file.name }),
      part: file.part,
      file: file.file,
      line: missing.line,
      missing: missing.name,
    },
  );
}

interface Compiler {
  internalNameLookup(parent: unknown, name: string): unknown;
}
interface CompilerHost {
  JavaScriptCompiler: new () => Compiler;
}

/**
 * In strict mode Handlebars reads `a.b.c` without looking whether `a.b` is there, and fails with a TypeError that
 * names neither file nor line. With lookups that let undefined through, its own strict check reports the variable.
 */
function useNullSafeLookups(environment: object): void {
  if (!isCompilerHost(environment)) return;
  class NullSafeCompiler extends environment.JavaScriptCompiler {
    get compiler(): typeof NullSafeCompiler {
      return NullSafeCompiler;
    }
    nameLookup(parent: unknown, name: string, type?: string): unknown {
      const ofVariables = type === 'context' || type === 'data';
      return this.internalNameLookup(ofVariables ? ['((', parent, ') ?? {})'] : parent, name);
    }
  }
  environment.JavaScriptCompiler = NullSafeCompiler;
}

function isCompilerHost(environment: object): environment is CompilerHost {
  return 'JavaScriptCompiler' in environment && typeof environment.JavaScriptCompiler === 'function';
}
