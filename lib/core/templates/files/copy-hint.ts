import { REMEDIES } from '../../text/remedies.js';
import type { TemplateFolder } from './template-folder.js';

/** What to do when what stands in texts of code lacks something. */
const SOURCES_HINT =
  'templates.sources holds what was there when it was written: run npx nest-mailroom templates bundle again, and build again.';

/** What to do when a template is in the sources and not in the folders that are searched. */
export function copyHint(folders: readonly TemplateFolder[]): string {
  return hintFor(folders, REMEDIES.missingTemplates.inCode);
}

/** What to do when an image is in the sources and not in the folders that are searched. */
export function copyImageHint(folders: readonly TemplateFolder[]): string {
  return hintFor(folders, REMEDIES.missingImage.inCode);
}

function hintFor(folders: readonly TemplateFolder[], forDirectories: string): string {
  const own = folders.filter(({ builtIn }) => !builtIn);
  const isCode = own.some(({ isOnDisk }) => !isOnDisk);
  return [
    ...(isCode && own.every(({ isOnDisk }) => !isOnDisk) ? [] : [forDirectories]),
    ...(isCode ? [SOURCES_HINT] : []),
  ].join('\n');
}
