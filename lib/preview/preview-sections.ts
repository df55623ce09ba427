import type { PreviewSection } from './http/preview-route.js';
import { mailboxSection } from './mails/mails-section.js';
import type { PreviewContext } from './preview-context.js';
import { templatesSection } from './templates/templates-section.js';

/** The parts of the preview in the order of the navigation. */
export function previewSections(context: PreviewContext): PreviewSection[] {
  const { mailbox } = context;
  return [...(mailbox ? [mailboxSection(mailbox)] : []), templatesSection(context)];
}
