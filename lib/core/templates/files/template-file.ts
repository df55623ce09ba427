import type { SourcePlace } from '../parsing/source-place.js';

/** The parts of a template. */
export const TEMPLATE_PARTS = ['subject', 'html', 'text'] as const;
/** A part of a template. */
export type TemplatePart = (typeof TEMPLATE_PARTS)[number];

/** What a template file is for, as its path says. */
export interface TemplateFileName {
  /** Name of the template, or of the partial as templates write it: `button`, `layouts/mail`. */
  readonly name: string;
  readonly part: TemplatePart;
  /** Lower-case culture with hyphens; '' for none. */
  readonly culture: string;
  /** Whether the file is a layout or partial, and so no template of its own. */
  readonly shared: boolean;
}

/** One file of a template, layout or partial, as it was read. */
export interface TemplateFile extends TemplateFileName {
  /** What messages call it: an absolute path, or a place among the templates that are no files. */
  readonly file: string;
  /** Its text, without a byte order mark. */
  readonly source: string;
  /** Whether it belongs to the package and not to the application. */
  readonly builtIn: boolean;
  /** Where in a language file the text stands; undefined for a file that is one template. */
  readonly word?: SourcePlace;
}
