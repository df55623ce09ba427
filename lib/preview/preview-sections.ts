import type { PreviewSection } from './http/preview-route.js';
import { mailsSection } from './mails/mails-section.js';
import type { PreviewContext } from './preview-context.js';
import { templatesSection } from './templates/templates-section.js';

/** The parts of the preview in the order of the navigation. */
export function previewSections(context: PreviewContext): PreviewSection[] {
  const { mails } = context;
  return [...(mails ? [mailsSection(mails)] : []), templatesSection(context)];
}
