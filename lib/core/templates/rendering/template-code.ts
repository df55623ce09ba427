import type { NamedPartial } from '../parsing/parse-template.js';
import type { Isolation } from './isolated-values.js';

/** A template as Handlebars' runtime runs it, and what has to be known of it without parsing it. */
export interface TemplateCode {
  /** Partials and layouts that it names and does not bring itself. */
  readonly partials: readonly NamedPartial[];
  /** Whether it can be read as part of a value: see `isPlainValue`. */
  readonly plain: boolean;
  /** False for a page that ends within a tag, and so moves what stands behind it in others. */
  readonly balanced: boolean;
  /** What Handlebars has made of it. */
  readonly spec: TemplateSpecification;
}

/** What the code of a template depends on beside its source. */
export interface TemplateCodeOptions {
  /** The names of all helpers, and those that are names of variables here. */
  readonly knownHelpers: Readonly<Record<string, boolean>>;
  /** Whether it is an error to print what is missing or no text. */
  readonly strict: boolean;
  /** Whether values are escaped for HTML, by the places at which they stand. */
  readonly html: boolean;
  /** What stands around the values in words; undefined where nothing does. */
  readonly isolation: Isolation | undefined;
}
