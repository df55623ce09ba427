import type { TemplateFile, TemplatePart } from '../../core/templates/files/template-file.js';
import type { RenderedMail } from '../../core/templates/template-renderer.js';
import type { TemplateProblem } from './template-problem.js';

/** Which template is to be shown, and how. */
export interface PreviewQuery {
  /** Name of the template, or of the layout: `welcome`, `layouts/mail`. */
  readonly name: string;
  /** Wanted language. @default the default culture */
  readonly culture?: string;
  /** Name of the sample. @default the first one */
  readonly sample?: string;
  /** Variables in place of a sample. @default the sample's */
  readonly context?: object;
}

/** What rendering a template for the preview has come to. */
export interface PreviewResult {
  /** The culture that the query names, else the default one. */
  readonly culture: string;
  /** Names of all samples. */
  readonly samples: readonly string[];
  /** File of the samples; undefined when there is none. */
  readonly samplesFile?: string;
  /** The sample that was used; undefined when there was none, or a context in its place. */
  readonly sample?: string;
  /** The variables that were used, without stand-ins for those that are missing. */
  readonly context: object;
  /** The mail; undefined when it would not be sent. */
  readonly rendered?: RenderedMail;
  /** The mail with stand-ins for missing variables, where it would not be sent without them. */
  readonly draft?: RenderedMail;
  /** The variables of {@link draft}, stand-ins included. */
  readonly draftContext?: object;
  /** What is wrong; empty when nothing is. */
  readonly problems: readonly TemplateProblem[];
  /** For each part its own file, then the layouts and partials that it uses. */
  readonly files: Readonly<Partial<Record<TemplatePart, readonly TemplateFile[]>>>;
}
