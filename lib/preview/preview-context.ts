import type { PreviewEvents } from './http/preview-events.js';
import type { MailPreviewOptions } from './mail-preview-options.js';
import type { PreviewMails } from './mails/preview-mails.js';
import type { PreviewMailers } from './preview-mailers.js';
import type { TemplateWorkbench } from './workbench/template-workbench.js';

/** What the parts of the preview are made with. */
export interface PreviewContext {
  readonly options: MailPreviewOptions;
  readonly mailers: PreviewMailers;
  readonly events: PreviewEvents;
  /** Undefined where nothing is sent and nothing lies anywhere: there is no such page then. */
  readonly mailbox?: PreviewMails;
  /** Templates that are shown in place of those of the mailers, and closed in the end. @default the mailers' own */
  readonly templates?: TemplateWorkbench;
}
