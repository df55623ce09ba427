import type { CodeByKey } from './precompiled-templates.js';

/** The built-in templates as they are run. */
export interface BuiltInCode {
  /** The mails, layouts and partials. */
  readonly templates: () => Promise<CodeByKey>;
  /** The words, by the lower-case culture of their language. */
  readonly words: Readonly<Record<string, () => Promise<CodeByKey>>>;
}

/** What the build makes of the built-in templates: the package has it in the place of this one, the sources have none. */
export const BUILT_IN_CODE: BuiltInCode | undefined = undefined;
