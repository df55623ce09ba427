import type { TemplateFile } from '../files/template-file.js';
import type { CodeByKey, PrecompiledTemplates } from './precompiled-templates.js';
import { codeKey } from './precompiled-templates.js';
import type { TemplateCode } from './template-code.js';

/** The templates of an application as `nest-mailroom templates bundle` has compiled them. */
export class BundledPrecompiled implements PrecompiledTemplates {
  readonly #templates: CodeByKey;

  /** @param templates what the module of the templates has made */
  constructor(templates: CodeByKey) {
    this.#templates = templates;
  }

  of(file: TemplateFile): TemplateCode | undefined {
    return file.builtIn ? undefined : this.#templates[codeKey(file)];
  }

  load(): undefined {
    return undefined;
  }
}
