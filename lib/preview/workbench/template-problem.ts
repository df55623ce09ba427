import { messageOf } from '../../core/errors/error-facts.js';
import type { MailErrorCode } from '../../core/errors/mail-error-code.js';
import { MailTemplateError } from '../../core/errors/mail-template-error.js';
import type { TemplateFolder } from '../../core/templates/files/template-folder.js';

/** One line of a file, as an excerpt shows it. */
export interface ExcerptLine {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  /** Whether it is the line that the problem is about. */
  readonly marked: boolean;
}

/** What is wrong with a template, a sample or the wish for a culture, as data that a page or a program can show. */
export interface TemplateProblem {
  /** What it is about. */
  readonly kind: 'template' | 'samples' | 'culture';
  /** What is wrong, where, and what to do; a plain sentence, further lines where there is a list. */
  readonly message: string;
  /** Code of the error that sending such a mail fails with; undefined when it would be sent. */
  readonly code?: MailErrorCode;
  /** The part concerned: `subject`, `html` or `text`. */
  readonly part?: string;
  /** What messages call the file: its absolute path, or its place among the templates that are no files. */
  readonly file?: string;
  /** Line in the file, counted from 1. */
  readonly line?: number;
  /** Column in the file, counted from 1. */
  readonly column?: number;
  /** Name of the variable, partial or helper that is missing. */
  readonly missing?: string;
  /** The line and those around it. */
  readonly excerpt?: readonly ExcerptLine[];
}

/** Lines that an excerpt shows before and after the one that is marked. */
const AROUND = 2;
/** Longer lines are cut: a line of minified HTML can be a megabyte. */
const WIDEST = 400;

/**
 * Makes a problem of what rendering a template threw.
 *
 * @param folders hold the files that errors name
 */
export function problemOf(error: unknown, folders: readonly TemplateFolder[]): TemplateProblem {
  const { code, part, file, line, column, missing } =
    error instanceof MailTemplateError ? error : new MailTemplateError('EMAILTEMPLATEHELPER', '');
  return {
    kind: 'template',
    code,
    message: messageOf(error),
    ...(part !== undefined && { part }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    ...(missing !== undefined && { missing }),
    ...(file !== undefined && line !== undefined && { excerpt: excerptOf(sourceOf(file, folders), line) }),
  };
}

/** A line of a text with those around it. */
export function excerptOf(source: string, line: number): ExcerptLine[] {
  const lines = source.split(/\r?\n/);
  // The end of the last line begins no further one, unless something is missing there.
  if (lines.at(-1) === '' && line < lines.length) lines.pop();
  const first = Math.max(line - AROUND, 1);
  return lines.slice(first - 1, line + AROUND).map((text, index) => ({
    line: first + index,
    text: text.length > WIDEST ? `${text.slice(0, WIDEST)}…` : text,
    marked: first + index === line,
  }));
}

/** The text of a file of the folders; nothing where it cannot be read. */
export function sourceOf(file: string, folders: readonly TemplateFolder[]): string {
  try {
    for (const folder of folders) {
      const path = folder.pathOf(file);
      const octets = path === undefined ? undefined : folder.octets(path);
      if (octets) return octets.toString('utf8').replace(/^\uFEFF/, '');
    }
  } catch {
    // It cannot be read any more.
  }
  // It may be gone since, or never have been a file: the placeholder around which a layout is shown is none.
  return '';
}
