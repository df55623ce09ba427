import type { PreviewResult } from '../workbench/preview-result.js';
import type { Listing } from '../workbench/template-listing.js';
import type { MailerTemplates } from './mailer-workbenches.js';

/** All templates, layouts and partials as data. */
export function listingData({ workbench }: MailerTemplates): object {
  const of = (kind: Listing['kind']): object[] =>
    workbench.listings.filter(listing => listing.kind === kind).map(({ kind: _kind, ...facts }) => facts);
  return {
    directories: workbench.folders,
    templates: of('template'),
    layouts: of('layout'),
    partials: of('partial'),
    problems: workbench.problems,
    ignored: workbench.ignored,
  };
}

/** What rendering a template has come to, as data: the parts of the mail where it would be sent, and what is wrong. */
export function previewData(
  name: string,
  { rendered, files, draft: _draft, draftContext: _context, ...facts }: PreviewResult,
): object {
  const paths = Object.entries(files).map(([part, used]) => [part, used.map(({ file }) => file)]);
  return {
    name,
    ...facts,
    rendered: rendered
      ? {
          subject: rendered.subject,
          html: rendered.html,
          text: rendered.text,
          culture: rendered.culture,
          htmlSize: rendered.html === undefined ? undefined : Buffer.byteLength(rendered.html),
        }
      : null,
    files: Object.fromEntries(paths) as object,
  };
}
