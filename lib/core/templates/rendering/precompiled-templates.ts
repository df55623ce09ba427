import type { TemplateFile } from '../files/template-file.js';
import type { TemplateCode } from './template-code.js';

/** Templates as they are run, by what {@link codeKey} makes of their files. */
export type CodeByKey = Readonly<Record<string, TemplateCode>>;

/** Templates that were compiled before. */
export interface PrecompiledTemplates {
  /** What is run of a file, strict and without isolation (Unicode UAX 9); undefined where there is nothing, or nothing was loaded. */
  of(file: TemplateFile): TemplateCode | undefined;
  /**
   * Loads what mails in these cultures need.
   *
   * @param cultures BCP 47 tags, and '' for none
   * @returns undefined when it is there
   */
  load(cultures: readonly string[]): Promise<unknown> | undefined;
}

/**
 * What a file is called among what was compiled of its like: words of one language are files of one path, and those of subjects
 * are compiled as those of texts.
 */
export function codeKey({ part, word, name, culture, file }: TemplateFile): string {
  return word ? `${part === 'html' ? part : 'text'} ${name} ${culture}` : `${part} ${file}`;
}
