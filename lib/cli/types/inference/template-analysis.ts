import type { TemplateFile } from '../../../core/templates/files/template-file.js';
import type { Shape } from './shape.js';

/** What a template needs. */
export interface AnalysedTemplate {
  readonly name: string;
  /** What its context must hold, in any culture and part. */
  readonly context: Shape;
  /** The files that make it, in the order of their directories. */
  readonly files: readonly TemplateFile[];
  /** Its own files that have a syntax error. When there are any, nothing is known of its context. */
  readonly broken: readonly TemplateFile[];
}

/** Something that is wrong in the templates. */
export interface AnalysisProblem {
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
  readonly problems: readonly AnalysisProblem[];
}

/** How templates are analysed. */
export interface AnalysisOptions {
  /** The mailer's default culture. @default 'en' */
  defaultCulture?: string;
  /** Names of the application's helpers that are called without arguments; others are known by their arguments. */
  helpers?: readonly string[];
}
