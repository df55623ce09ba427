import type Handlebars from 'handlebars';
import handlebarsRuntime from 'handlebars/runtime.js';
import type { TemplateHelper } from '../template-options.js';
import type { CompiledCalls } from './compiled-calls.js';
import type { HelperSurroundings } from './register-helpers.js';
import { registerHelpers } from './register-helpers.js';
import type { RuntimeScope } from './runtime-scope.js';
import { runtimeScope } from './runtime-scope.js';
import { useStandardHelpers } from './standard-helpers.js';

/** What a partial or layout is called with: Handlebars' options, with the helpers of the template that calls it. */
export type PartialCall = (context: object, options?: Handlebars.RuntimeOptions) => string;

/**
 * A Handlebars environment and its helpers. The built-in templates have one without the helpers of the application, so that
 * none of those changes them, whatever it is called.
 */
export class HelperScope {
  readonly handlebars = handlebarsRuntime.create();
  /** What the compiler must know: the names of all helpers. */
  readonly knownHelpers: Readonly<Record<string, boolean>>;
  readonly #calls: CompiledCalls;
  #runtime: RuntimeScope | undefined;

  constructor(
    helpers: Readonly<Record<string, TemplateHelper>>,
    calls: CompiledCalls,
    surroundings: HelperSurroundings,
  ) {
    this.#calls = calls;
    this.knownHelpers = {
      // Handlebars knows these by name; in a template they are names of variables.
      helperMissing: false,
      blockHelperMissing: false,
      ...Object.fromEntries(Object.keys(helpers).map(name => [name, true])),
    };
    useStandardHelpers(this.handlebars, surroundings);
    registerHelpers(this.handlebars, helpers, surroundings);
  }

  /** What templates of this scope run with. */
  get runtime(): RuntimeScope {
    if (this.#runtime) return this.#runtime;
    const runtime = runtimeScope(this.handlebars);
    this.#runtime = { ...runtime, helpers: { ...runtime.helpers, ...this.#calls } };
    return this.#runtime;
  }

  /** Lets templates of this scope, and of others, use a partial. */
  registerPartials(partials: Iterable<readonly [string, PartialCall]>): void {
    for (const [name, partial] of partials) this.handlebars.registerPartial(name, partial);
  }
}
