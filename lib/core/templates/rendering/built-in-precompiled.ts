import type { TemplateFile } from '../files/template-file.js';
import { cultureKey } from '../files/template-path.js';
import type { BuiltInCode } from './built-in-code.js';
import { BUILT_IN_CODE } from './built-in-code.js';
import type { CodeByKey, PrecompiledTemplates } from './precompiled-templates.js';
import { codeKey } from './precompiled-templates.js';
import type { TemplateCode } from './template-code.js';

/** The language whose words stand where another lacks one. */
const COMPLETE = 'en';
/** In the place of a culture: what is there for all languages. */
const TEMPLATES = '';

/** The built-in templates as the build has compiled them; the words of a language are loaded with the first mail in it. */
export class BuiltInPrecompiled implements PrecompiledTemplates {
  readonly #code: BuiltInCode | undefined;
  readonly #loaded = new Map<string, CodeByKey>();
  readonly #failures = new Map<string, unknown>();

  /** @param code what the build has made. @default that of the package */
  constructor(code: BuiltInCode | undefined = BUILT_IN_CODE) {
    this.#code = code;
  }

  of(file: TemplateFile): TemplateCode | undefined {
    return file.builtIn ? this.#loaded.get(file.word ? file.culture : TEMPLATES)?.[codeKey(file)] : undefined;
  }

  load(cultures: readonly string[]): Promise<unknown> | undefined {
    if (!this.#code) return undefined;
    const wanted = [...new Set([TEMPLATES, ...cultures.map(cultureKey), COMPLETE])];
    const loading = wanted.flatMap(culture =>
      this.#loaded.has(culture) ? [] : (this.#loading(culture) ?? []),
    );
    return loading.length > 0 ? Promise.all(loading) : undefined;
  }

  #loading(culture: string): Promise<void> | undefined {
    const load = culture === TEMPLATES ? this.#code?.templates : this.#code?.words[culture];
    return load?.().then(
      templates => void this.#loaded.set(culture, templates),
      (error: unknown) => this.#notLoaded(culture, error),
    );
  }

  /**
   * Node.js remembers for good a module that it could not read. What fails again is compiled from its texts, which are there; not
   * the first time, for all who wait for that, since the compiler would hardly be read then, and be remembered, too.
   */
  #notLoaded(culture: string, error: unknown): void {
    const first = this.#failures.get(culture) ?? error;
    this.#failures.set(culture, first);
    if (first === error) throw error;
    this.#loaded.set(culture, {});
  }
}
