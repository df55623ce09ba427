import type { Html } from '../view/html.js';
import type { PreviewResult } from '../workbench/preview-result.js';
import type { Listing } from '../workbench/template-listing.js';
import type { MailerTemplates } from './mailer-workbenches.js';
import type { TemplateView } from './template-view.js';

/** What a page of a template or layout is made of. */
export interface TemplatePageParts {
  readonly base: string;
  /** Token of the form that sends the template. */
  readonly formToken: string;
  readonly view: TemplateView;
  readonly templates: MailerTemplates;
  readonly listing: Listing | undefined;
  readonly result: PreviewResult;
  /** The address that the form for sending begins with, and what became of what it has sent. */
  readonly sent?: { readonly to: string; readonly outcome: Html };
}
