import type { PreviewEvents } from './http/preview-events.js';
import type { PreviewSection } from './http/preview-route.js';
import type { MailPreviewOptions } from './mail-preview-options.js';
import { mailboxSection } from './mailbox/mailbox-section.js';
import type { PreviewMailbox } from './mailbox/preview-mailbox.js';
import type { PreviewMailers } from './preview-mailers.js';

/** What the parts of the preview are made with. */
export interface PreviewContext {
  readonly options: MailPreviewOptions;
  readonly mailers: PreviewMailers;
  readonly events: PreviewEvents;
  readonly mailbox: PreviewMailbox;
}

/** The parts of the preview in the order of the navigation. */
export function previewSections(context: PreviewContext): PreviewSection[] {
  return [mailboxSection(context.mailbox)];
}
