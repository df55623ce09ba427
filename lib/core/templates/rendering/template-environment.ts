import { directionOf } from '../culture.js';
import { NamedPartials } from '../files/named-partials.js';
import type { TemplateCatalog } from '../files/template-catalog.js';
import type { TemplateFile, TemplatePart } from '../files/template-file.js';
import type { ValueTokens } from '../inlining/value-tokens.js';
import type { ResolvedMailBrand } from '../mail-brand.js';
import type { NamedPartial } from '../parsing/parse-template.js';
import type { TemplateHelper } from '../template-options.js';
import { compiledCalls } from './compiled-calls.js';
import type { CompiledTemplates } from './compiled-templates.js';
import { EmbedHelper } from './embed-helper.js';
import type { EmbeddedImage, EmbeddedImages } from './embedded-images.js';
import type { ErrorOrigin } from './error-origins.js';
import { ErrorOrigins } from './error-origins.js';
import type { PartialCall } from './helper-scope.js';
import { HelperScope } from './helper-scope.js';
import { HtmlEscaping } from './html-escaping.js';
import { isolationIn } from './isolated-values.js';
import { LineGuard } from './line-guard.js';
import type { MadeHtml } from './made-html.js';
import type { TemplateCodeOptions } from './template-code.js';
import type { TemplateCompilerParts } from './template-compiler.js';
import { TemplateCompiler } from './template-compiler.js';
import { WordValues } from './word-values.js';
import { UNBROKEN_HELPER, unbrokenHelper, WORDS_HELPER, wordsHelper } from './words-helper.js';

/** What templates read with `@`. */
export interface TemplateData {
  readonly culture: string;
  readonly dir: 'ltr' | 'rtl';
  /** Zone in which times are written, as an IANA name. */
  readonly timeZone: string;
  readonly brand: ResolvedMailBrand;
}

/** What all environments of one mailer share. */
export interface EnvironmentSettings {
  /** The helpers that every mailer has. */
  readonly builtInHelpers: Readonly<Record<string, TemplateHelper>>;
  /** The application's own; the built-in templates do not see them. */
  readonly helpers: Readonly<Record<string, TemplateHelper>>;
  /** Whether it is an error to print what is missing or no text. */
  readonly strict: boolean;
  /** The HTML that helpers have made. */
  readonly made: MadeHtml;
  readonly compiled: CompiledTemplates;
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
  readonly #origins = new ErrorOrigins();
  readonly #lines = new LineGuard();
  readonly #tokens: ValueTokens | undefined;
  readonly #escaping: HtmlEscaping | undefined;
  readonly #embed: EmbedHelper;
  readonly #partials: NamedPartials;
  readonly #compiler: TemplateCompiler;
  readonly #scopeOf: (file: TemplateFile) => HelperScope;

  constructor(
    part: TemplatePart,
    chain: readonly string[],
    catalog: TemplateCatalog,
    settings: EnvironmentSettings,
  ) {
    const { strict, made, helpers, builtInHelpers } = settings;
    const tokens = part === 'html' ? settings.tokens : undefined;
    this.#tokens = tokens;
    const escaping = part === 'html' ? new HtmlEscaping(name => this.#isPlain(name)) : undefined;
    this.#escaping = escaping;
    const escapeHtml = (text: string): string => escaping?.escape(text) ?? text;
    const escape = (text: string): string => (tokens ? tokens.print(text, escapeHtml) : escapeHtml(text));
    this.#embed = new EmbedHelper(part, settings.images, path => this.#origins.fileAt(path));
    const calls = compiledCalls({ strict, made, lines: this.#lines, escape });
    const surroundings = { strict, origins: this.#origins, made, lines: this.#lines, tokens };
    const ours = { embed: this.#embed.helper, ...builtInHelpers };
    const hidden = {
      ...escaping?.helpers,
      [WORDS_HELPER]: wordsHelper(
        () =>
          new WordValues({
            words: catalog.words('text', chain),
            partials: part === 'text' ? this.#partials : new NamedPartials(catalog, 'text', chain),
            compiler: parts,
            wrapped: part === 'text',
          }),
      ),
      [UNBROKEN_HELPER]: unbrokenHelper,
    };
    const app = new HelperScope({ ...ours, ...helpers, ...hidden }, calls, surroundings);
    const alone = Object.keys(helpers).length === 0;
    const builtIn = alone ? app : new HelperScope({ ...ours, ...hidden }, calls, surroundings);
    this.#scopeOf = file => (file.builtIn ? builtIn : app);
    this.#partials = new NamedPartials(catalog, part, chain);
    const parts: TemplateCompilerParts = {
      scopeOf: this.#scopeOf,
      compiled: settings.compiled,
      partials: this.#partials,
      isSharedName: name => catalog.hasSharedName(name),
      origins: this.#origins,
      onUnbalanced: () => escaping?.closeForGood(),
      options: { strict, html: part === 'html', isolation: isolationIn(part, directionOf(chain[0] ?? '')) },
    };
    const compiler = new TemplateCompiler(parts);
    this.#compiler = compiler;
    const partials = [...this.#partials.shared].map(([name, file]): [string, PartialCall] => [
      name,
      (context, options = {}) => compiler.partial(file, context, options),
    ]);
    for (const scope of new Set([app, builtIn])) scope.registerPartials(partials);
  }

  /**
   * Renders a file.
   *
   * @param data what templates read with `@`
   * @throws whatever a template can throw; {@link originOf} tells where
   */
  render(file: TemplateFile, context: object, data: TemplateData): RenderedPart {
    const { culture, dir, timeZone, brand } = data;
    const { helpers, partials, decorators, hooks, protoAccessControl } = this.#scopeOf(file).runtime;
    // Written out, and so of one shape: copying them one by one would take longer than rendering a short template. And
    // new each time, the outermost frame too: helpers may write into either, and the next mail must not see it.
    const outermost = { culture, dir, timeZone, brand };
    const frame = { culture, dir, timeZone, brand, _parent: outermost, root: context };
    const options = { partial: true, helpers, partials, decorators, hooks, protoAccessControl, data: frame };
    const outer = this.#embed.begin();
    const lines = this.#lines.enter();
    const begun = this.#escaping?.begin();
    try {
      if (!this.#tokens) {
        const text = this.#compiler.template(file)(context, options);
        return { text, images: this.#embed.embedded, values: undefined };
      }
      const { text, values } = this.#tokens.collect(() => this.#compiler.template(file)(context, options));
      return { text, images: this.#embed.embedded, values };
    } finally {
      this.#lines.leave(lines);
      this.#embed.end(outer);
      if (begun !== undefined) this.#escaping?.end(begun);
    }
  }

  /** Where an error thrown by a template of this environment came up. */
  originOf(error: unknown): ErrorOrigin | undefined {
    return this.#origins.of(error);
  }

  /** The file of a partial or layout, by any of its names. */
  partial(name: string): TemplateFile | undefined {
    return this.#partials.get(name);
  }

  /**
   * The partials and layouts that a file names.
   *
   * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX`
   */
  namedIn(file: TemplateFile): readonly NamedPartial[] {
    return this.#compiler.code(file).partials;
  }

  /** What a file is compiled with. */
  codeOptions(file: TemplateFile): TemplateCodeOptions {
    return this.#compiler.options(file);
  }

  #isPlain(name: string): boolean {
    const file = this.#partials.get(name);
    return file !== undefined && this.#compiler.code(file).plain;
  }
}
