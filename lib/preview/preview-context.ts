import type { PreviewEvents } from './http/preview-events.js';
import type { MailPreviewOptions } from './mail-preview-options.js';
import type { PreviewMailers } from './mail-preview.mailers.js';
import type { PreviewMails } from './mails/preview-mails.js';
import type { TemplateWorkbench } from './workbench/template-workbench.js';

/** What the parts of the preview are made with. */
export interface PreviewContext {
  readonly options: MailPreviewOptions;
  readonly mailers: PreviewMailers;
  readonly events: PreviewEvents;
  /** What the page *Mailbox* shows; undefined where nothing is sent and no folder is shown: there is no such page then. */
  readonly mails?: PreviewMails;
  /** Its templates are shown in place of those of the mailers; it is closed with the preview. @default the mailers' own */
  readonly workbench?: TemplateWorkbench;
}
