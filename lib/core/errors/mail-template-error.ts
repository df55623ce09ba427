import type { MailErrorCode } from './mail-error-code.js';
import { MailError } from './mail-error.js';

/** The codes that a {@link MailTemplateError} can carry. */
export type MailTemplateErrorCode = Extract<MailErrorCode, `EMAILTEMPLATE${string}`>;

/** Where in the templates something went wrong. */
export interface MailTemplateErrorDetails {
  /** Name of the template, for example `reset-password`. */
  template?: string;
  /** The part concerned: `subject`, `html` or `text`. */
  part?: string;
  /** The culture that was being rendered. */
  culture?: string;
  /** The file concerned. */
  file?: string;
  /** Line in the file, counted from 1. */
  line?: number;
  /** Column in the file, counted from 1. */
  column?: number;
  /** Name of the variable, partial or helper that is missing, or of the variable that cannot be printed. */
  missing?: string;
  /** Where it was looked for: folders of a template, paths of an image. */
  searched?: readonly string[];
  /** The error below this one. */
  cause?: unknown;
}

/** A template is missing, wrong, or lacks something in its context. */
export class MailTemplateError extends MailError {
  declare readonly code: MailTemplateErrorCode;
  /** Name of the template, for example `reset-password`. */
  readonly template: string | undefined;
  /** The part concerned: `subject`, `html` or `text`. */
  readonly part: string | undefined;
  /** The culture that was being rendered. */
  readonly culture: string | undefined;
  /** The file concerned. */
  readonly file: string | undefined;
  /** Line in the file, counted from 1. */
  readonly line: number | undefined;
  /** Column in the file, counted from 1. */
  readonly column: number | undefined;
  /** Name of the variable, partial or helper that is missing, or of the variable that cannot be printed. */
  readonly missing: string | undefined;
  /** Where it was looked for: folders of a template, paths of an image; empty where the error is not about finding files. */
  readonly searched: readonly string[];

  constructor(code: MailTemplateErrorCode, message: string, details: MailTemplateErrorDetails = {}) {
    super(code, message, { cause: details.cause });
    this.template = details.template;
    this.part = details.part;
    this.culture = details.culture;
    this.file = details.file;
    this.line = details.line;
    this.column = details.column;
    this.missing = details.missing;
    this.searched = details.searched ?? [];
  }
}
