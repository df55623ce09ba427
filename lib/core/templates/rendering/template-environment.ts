import Handlebars from 'handlebars';
import { isErrorLike } from '../../errors/error-facts.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { namedPartials } from '../files/named-partials.js';
import type { TemplateCatalog } from '../files/template-catalog.js';
import type { TemplateFile } from '../files/template-file.js';
import type { TemplatePart } from '../files/template-file.js';
import { TemplateHelperError } from '../helpers/template-helper-error.js';
import type { ValueTokens } from '../inlining/value-tokens.js';
import type { ResolvedMailBrand } from '../mail-brand.js';
import type { ParsedTemplate } from '../parsing/template-syntax.js';
import { parseTemplate, syntaxError } from '../parsing/template-syntax.js';
import type { TemplateHelper } from '../template-options.js';
import type { EmbeddedImage, EmbeddedImages } from './embedded-images.js';
import { checkProgram, PRINT_HELPER, useStrictCompiler } from './strict-compiler.js';

/** A compiled template. */
export type CompiledTemplate = Handlebars.TemplateDelegate<object>;

/** What templates read with `@`. */
export interface TemplateData {
  readonly culture: string;
  readonly dir: 'ltr' | 'rtl';
  readonly brand: ResolvedMailBrand;
}

/** What Handlebars hands on to partials. */
interface Scope extends Pick<Handlebars.RuntimeOptions, 'helpers' | 'partials' | 'decorators'> {
  readonly hooks?: unknown;
  readonly protoAccessControl?: unknown;
}

/** Where an error came up: the innermost template or partial that was running. */
export interface ErrorOrigin {
  readonly file: TemplateFile;
  readonly parsed: ParsedTemplate;
  /** Where the helper that threw is called; line from 1, column from 0. */
  readonly place: TemplatePlace | undefined;
}

/** A place in a template file as Handlebars counts: line from 1, column from 0. */
export interface TemplatePlace {
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

/** What all environments of one mailer share. */
export interface EnvironmentSettings {
  readonly helpers: Readonly<Record<string, TemplateHelper>>;
  readonly strict: boolean;
  readonly images: EmbeddedImages;
  /** Stand in for the values in HTML whose style sheets are inlined. */
  readonly tokens: ValueTokens | undefined;
}

/** What rendering a file comes to. */
export interface RenderedPart {
  readonly text: string;
  /** The images that stand in it, each once; undefined when there are none. */
  readonly images: ReadonlySet<EmbeddedImage> | undefined;
  /** What the tokens in it stand for, where there are tokens. */
  readonly values: readonly string[] | undefined;
}

/**
 * A Handlebars environment of its own for one part in one culture chain, so that `{{> button}}` finds the button of
 * that part and culture. Rendering does not depend on how many partials there are.
 */
export class TemplateEnvironment {
  readonly #part: TemplatePart;
  readonly #settings: EnvironmentSettings;
  readonly #tokens: ValueTokens | undefined;
  readonly #helpers: Readonly<Record<string, TemplateHelper>>;
  readonly #handlebars = Handlebars.create();
  readonly #partials: ReadonlyMap<string, TemplateFile>;
  readonly #compiled = new Map<TemplateFile, CompiledTemplate>();
  readonly #origins = new WeakMap<object, ErrorOrigin>();
  readonly #parsed = new Map<string, { file: TemplateFile; parsed: ParsedTemplate }>();
  readonly #places = new WeakMap<object, TemplatePlace>();
  #scope: Scope | undefined;
  #images: Set<EmbeddedImage> | undefined;

  constructor(
    part: TemplatePart,
    chain: readonly string[],
    catalog: TemplateCatalog,
    settings: EnvironmentSettings,
  ) {
    this.#part = part;
    this.#settings = settings;
    const tokens = part === 'html' ? settings.tokens : undefined;
    this.#tokens = tokens;
    useStrictCompiler(this.#handlebars, { ownPrint: tokens !== undefined });
    if (tokens) this.#handlebars.registerHelper(PRINT_HELPER, value => tokens.print(value));
    this.#helpers = { embed: this.#embed, ...settings.helpers };
    for (const [name, helper] of Object.entries(this.#helpers)) {
      this.#handlebars.registerHelper(name, this.#locating(helper));
    }
    this.#partials = namedPartials(catalog, part, chain);
    for (const [name, file] of this.#partials) this.#handlebars.registerPartial(name, this.#partial(file));
  }

  /**
   * Renders a file.
   *
   * @param data what templates read with `@`
   * @throws whatever a template can throw; {@link originOf} tells where
   */
  render(file: TemplateFile, context: object, data: TemplateData): RenderedPart {
    const { culture, dir, brand } = data;
    const { helpers, partials, decorators, hooks, protoAccessControl } = (this.#scope ??= scopeOf(
      this.#handlebars,
    ));
    // Written out, and so of one shape: copying them one by one would take longer than rendering a short template. And
    // new each time, the outermost frame too: helpers may write into either, and the next mail must not see it.
    const frame = { culture, dir, brand, _parent: { culture, dir, brand }, root: context };
    const options = { partial: true, helpers, partials, decorators, hooks, protoAccessControl, data: frame };
    // A helper may have another template rendered meanwhile.
    const outer = this.#images;
    this.#images = undefined;
    try {
      if (!this.#tokens) {
        const text = this.template(file)(context, options);
        return { text, images: this.#images, values: undefined };
      }
      const { text, values } = this.#tokens.collect(() => this.template(file)(context, options));
      return { text, images: this.#images, values };
    } finally {
      this.#images = outer;
    }
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
    return parsed.partials.filter(({ name }) => !this.#partials.has(name));
  }

  /** The file of a partial or layout, by any of its names. */
  partial(name: string): TemplateFile | undefined {
    return this.#partials.get(name);
  }

  /** `{{embed "logo.png"}}`: the address of an image that travels with the mail. */
  readonly #embed = (...args: unknown[]): string => {
    if (this.#part !== 'html')
      throw new TemplateHelperError(
        `embed puts images into html parts; a ${this.#part} has no place for them`,
      );
    const [name, options] = args;
    const place = args.length === 2 ? placeOfCall(options)?.file : undefined;
    const user = place === undefined ? undefined : this.#parsed.get(place)?.file;
    if (!user) throw new TemplateHelperError('embed takes one name, such as {{embed "logo.png"}}');
    const image = this.#settings.images.find(user, name);
    (this.#images ??= new Set()).add(image);
    return `cid:${image.cid}`;
  };

  /** A helper whose errors are known by the place of its call. */
  #locating(helper: TemplateHelper): Handlebars.HelperDelegate {
    const note = (error: unknown, options: unknown): void => {
      const place = placeOfCall(options);
      // An error that comes out of a block has its place within it.
      if (!isErrorLike(error) || this.#places.has(error) || this.#origins.has(error) || !place) return;
      this.#places.set(error, place);
    };
    const tokens = this.#tokens;
    return function (this: unknown, ...args: unknown[]): unknown {
      try {
        if (!tokens) return Reflect.apply(helper, this, args);
        return tokens.plainly((): unknown => Reflect.apply(helper, this, args));
      } catch (error) {
        note(error, args.at(-1));
        throw error;
      }
    };
  }

  #partial(file: TemplateFile): CompiledTemplate {
    return (context, options) => this.template(file)(context, options);
  }

  #compile(file: TemplateFile): CompiledTemplate {
    const parsed = parseTemplate(file);
    this.#parsed.set(file.file, { file, parsed });
    const run = this.#handlebars.compile<object>(parsed.program, {
      strict: this.#settings.strict,
      noEscape: this.#part !== 'html',
      knownHelpers: Object.fromEntries(Object.keys(this.#helpers).map(name => [name, true])),
    });
    const absent = this.missingPartials(parsed);
    return (context, options) => {
      if (absent.length > 0) {
        // A partial is given the inline partials of the templates around it.
        const given: object = options?.partials ?? {};
        const missing = absent.find(({ name }) => !Object.hasOwn(given, name));
        if (missing) throw missingPartial(file, missing);
      }
      try {
        return run(context, options);
      } catch (error) {
        if (isErrorLike(error) && !this.#origins.has(error)) {
          const place = this.#places.get(error);
          const named = ('fileName' in error ? error.fileName : undefined) ?? place?.file;
          // Else the innermost file, which comes first and stays.
          const source = typeof named === 'string' ? this.#parsed.get(named) : undefined;
          this.#origins.set(error, { ...(source ?? { file, parsed }), place });
        }
        throw error;
      }
    };
  }
}

/**
 * What Handlebars hands on to every partial: helpers, partials and access rules of an environment, put together. For a
 * template that is run by itself it puts them together anew each time, which costs more than most templates do.
 */
function scopeOf(handlebars: typeof Handlebars): Scope {
  const probe = '.scope';
  let scope: Scope = {};
  handlebars.registerPartial(probe, (_context: unknown, options?: Scope) => {
    scope = { ...options };
    return '';
  });
  handlebars.compile(`{{> [${probe}]}}`)({});
  handlebars.unregisterPartial(probe);
  return scope;
}

/**
 * Compiles a file once to find what parsing does not find.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX`
 */
export function checkCompiles(file: TemplateFile): ParsedTemplate {
  const parsed = parseTemplate(file);
  try {
    checkProgram(Handlebars, parsed.program);
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

/** Where a helper is called, of the options that Handlebars passes to it. */
function placeOfCall(options: unknown): TemplatePlace | undefined {
  const loc: unknown = Object(options).loc;
  const { source, start }: { source?: unknown; start?: unknown } = Object(loc);
  const { line, column }: { line?: unknown; column?: unknown } = Object(start);
  return typeof line === 'number' && typeof column === 'number'
    ? { line, column, ...(typeof source === 'string' && { file: source }) }
    : undefined;
}
