import type { Html } from '../view/html.js';
import type { Listing } from '../workbench/template-listing.js';
import type { Trial } from '../workbench/template-trial.js';
import type { TemplateBench } from './template-benches.js';
import type { TemplateView } from './template-view.js';

/** What a page of a template or layout is made of. */
export interface TemplatePageParts {
  readonly base: string;
  readonly view: TemplateView;
  readonly bench: TemplateBench;
  readonly listing: Listing | undefined;
  readonly trial: Trial;
  /** The address that the form for sending begins with, and what became of what it has sent. */
  readonly sent?: { readonly to: string; readonly outcome: Html };
}
