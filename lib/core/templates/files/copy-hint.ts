import type { TemplateFolder } from './template-folder.js';

/** What a build and a bundler leave behind. */
const ASSETS =
  'let the build copy them: "compilerOptions": { "assets": [{ "include": "**/*.hbs", "watchAssets": true }] } in nest-cli.json';
const BUNDLE = 'npx nest-mailroom templates bundle';
/** What to do when what stands in texts of code lacks something. */
const SOURCES_HINT = `templates.sources holds what was there when it was written: run ${BUNDLE} again, and build again.`;

/** What to do when a directory of templates is in the sources and not where the application runs. */
export const NO_DIRECTORY_HINT = `A build and a bundler do not copy it by themselves: ${ASSETS}; or put the templates into the code, by the option templates.sources, whose module ${BUNDLE} writes.`;

/** What to do when a template is in the sources and not in the folders that are searched. */
export function copyHint(folders: readonly TemplateFolder[]): string {
  return hintFor(folders, `If the templates are in your sources, ${ASSETS}.`);
}

/** What to do when an image is in the sources and not in the folders that are searched. */
export function copyImageHint(folders: readonly TemplateFolder[]): string {
  return hintFor(
    folders,
    'If it is in your sources, let the build copy it: "assets": [{ "include": "**/*.png" }] in nest-cli.json.',
  );
}

function hintFor(folders: readonly TemplateFolder[], forDirectories: string): string {
  const own = folders.filter(({ builtIn }) => !builtIn);
  const isCode = own.some(({ isOnDisk }) => !isOnDisk);
  return [
    ...(isCode && own.every(({ isOnDisk }) => !isOnDisk) ? [] : [forDirectories]),
    ...(isCode ? [SOURCES_HINT] : []),
  ].join('\n');
}
