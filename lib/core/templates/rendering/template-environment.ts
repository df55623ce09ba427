import Handlebars from 'handlebars';
import { namedPartials } from '../files/named-partials.js';
import type { TemplateCatalog } from '../files/template-catalog.js';
import type { TemplateFile, TemplatePart } from '../files/template-file.js';
import type { ValueTokens } from '../inlining/value-tokens.js';
import type { ResolvedMailBrand } from '../mail-brand.js';
import type { ParsedTemplate } from '../parsing/parse-template.js';
import type { TemplateHelper } from '../template-options.js';
import { boundEach } from './bounded-each.js';
import { EmbedHelper } from './embed-helper.js';
import type { EmbeddedImage, EmbeddedImages } from './embedded-images.js';
import type { ErrorOrigin } from './error-origins.js';
import { ErrorOrigins } from './error-origins.js';
import { registerHelpers } from './register-helpers.js';
import type { RuntimeScope } from './runtime-scope.js';
import { runtimeScope } from './runtime-scope.js';
import { PRINT_HELPER, useStrictCompiler } from './strict-compiler.js';
import type { MissingPartial, TemplateCompilerParts } from './template-compiler.js';
import { TemplateCompiler } from './template-compiler.js';
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
  readonly helpers: Readonly<Record<string, TemplateHelper>>;
  /** Whether a variable that the context lacks is an error. */
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
  readonly #handlebars = Handlebars.create();
  readonly #origins = new ErrorOrigins();
  readonly #tokens: ValueTokens | undefined;
  readonly #embed: EmbedHelper;
  readonly #partials: ReadonlyMap<string, TemplateFile>;
  readonly #compiler: TemplateCompiler;
  #scope: RuntimeScope | undefined;

  constructor(
    part: TemplatePart,
    chain: readonly string[],
    catalog: TemplateCatalog,
    settings: EnvironmentSettings,
  ) {
    const handlebars = this.#handlebars;
    const tokens = part === 'html' ? settings.tokens : undefined;
    this.#tokens = tokens;
    useStrictCompiler(handlebars, { ownPrint: tokens !== undefined });
    if (tokens) handlebars.registerHelper(PRINT_HELPER, value => tokens.print(value));
    this.#embed = new EmbedHelper(part, settings.images, path => this.#origins.fileAt(path));
    const helpers = { embed: this.#embed.helper, ...settings.helpers };
    boundEach(handlebars, this.#origins);
    registerHelpers(handlebars, helpers, this.#origins, tokens);
    this.#partials = namedPartials(catalog, part, chain);
    const parts: TemplateCompilerParts = {
      handlebars,
      partials: this.#partials,
      origins: this.#origins,
      options: {
        strict: settings.strict,
        noEscape: part !== 'html',
        knownHelpers: Object.fromEntries(
          [...Object.keys(helpers), WORDS_HELPER, UNBROKEN_HELPER].map(name => [name, true]),
        ),
      },
    };
    const compiler = new TemplateCompiler(parts);
    const plain = new TemplateCompiler({ ...parts, options: { ...parts.options, noEscape: true } });
    const words = wordsHelper(
      () => catalog.words('text', chain),
      plain,
      () => this.#runtime(),
    );
    const hidden = { [WORDS_HELPER]: words, [UNBROKEN_HELPER]: unbrokenHelper };
    registerHelpers(handlebars, hidden, this.#origins, tokens);
    this.#compiler = compiler;
    for (const [name, file] of this.#partials) {
      if (file.word) continue;
      handlebars.registerPartial(name, (context: object, options) =>
        compiler.template(file)(context, options),
      );
    }
  }

  /**
   * Renders a file.
   *
   * @param data what templates read with `@`
   * @throws whatever a template can throw; {@link originOf} tells where
   */
  render(file: TemplateFile, context: object, data: TemplateData): RenderedPart {
    const { culture, dir, timeZone, brand } = data;
    const { helpers, partials, decorators, hooks, protoAccessControl } = this.#runtime();
    // Written out, and so of one shape: copying them one by one would take longer than rendering a short template. And
    // new each time, the outermost frame too: helpers may write into either, and the next mail must not see it.
    const outermost = { culture, dir, timeZone, brand };
    const frame = { culture, dir, timeZone, brand, _parent: outermost, root: context };
    const options = { partial: true, helpers, partials, decorators, hooks, protoAccessControl, data: frame };
    const outer = this.#embed.begin();
    try {
      if (!this.#tokens) {
        const text = this.#compiler.template(file)(context, options);
        return { text, images: this.#embed.embedded, values: undefined };
      }
      const { text, values } = this.#tokens.collect(() => this.#compiler.template(file)(context, options));
      return { text, images: this.#embed.embedded, values };
    } finally {
      this.#embed.end(outer);
    }
  }

  #runtime(): RuntimeScope {
    return (this.#scope ??= runtimeScope(this.#handlebars));
  }

  /** Where an error thrown by a template of this environment came up. */
  originOf(error: unknown): ErrorOrigin | undefined {
    return this.#origins.of(error);
  }

  /** The partials that a file names and that do not exist here. */
  missingPartials(parsed: ParsedTemplate): MissingPartial[] {
    return this.#compiler.missingPartials(parsed);
  }

  /** The file of a partial or layout, by any of its names. */
  partial(name: string): TemplateFile | undefined {
    return this.#partials.get(name);
  }
}
