import type { TemplateOptions } from '../template-options.js';
import { BUILT_IN_TEXTS } from './built-in-texts.js';
import { DirectoryFolder } from './directory-folder.js';
import type { TemplateFolder } from './template-folder.js';
import { TextFolder } from './text-folder.js';

/** Where applications find the built-in templates to copy from: the same place in every installation. */
const BUILT_IN = 'nest-mailroom/dist/templates/builtin';

/** The folders of an application and the one of the built-in templates, in the order in which they are searched. */
export function templateFolders({
  directories = [],
  sources,
}: Pick<TemplateOptions, 'directories' | 'sources'> = {}): TemplateFolder[] {
  return [
    ...directories.map(directory => new DirectoryFolder(directory)),
    ...(sources ? [new TextFolder(sources, { name: 'sources', prefix: 'sources: ', builtIn: false })] : []),
    new TextFolder(BUILT_IN_TEXTS, { name: BUILT_IN, prefix: `${BUILT_IN}/`, builtIn: true }),
  ];
}
