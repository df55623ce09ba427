import { MailTemplateError } from '../../errors/mail-template-error.js';
import { readTemplateText } from './read-template-text.js';
import type { TemplateFile } from './template-file.js';
import type { TemplateFolder } from './template-folder.js';
import { parseTemplatePath } from './template-path.js';

/** The `.hbs` files of one folder of templates. */
export interface ScannedFolder {
  readonly files: readonly TemplateFile[];
  /** What messages call the files whose names say no part of a template. */
  readonly ignored: readonly string[];
}

/**
 * Reads the templates of a folder and of the folders in it, sorted by path.
 *
 * @param skip called with the error of each file that cannot be read or is not UTF-8. @default such an error is thrown
 * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` when the folder is missing or none, `EMAILTEMPLATESYNTAX`
 *   when a file is not UTF-8
 */
export function scanFolder(folder: TemplateFolder, skip?: (error: MailTemplateError) => void): ScannedFolder {
  const ignored: string[] = [];
  const files: TemplateFile[] = [];
  for (const path of folder.files().filter(one => one.endsWith('.hbs'))) {
    const name = parseTemplatePath(path.split('/'));
    const file = folder.nameOf(path);
    if (!name) {
      ignored.push(file);
      continue;
    }
    try {
      const source = readTemplateText(folder, path, 'template file');
      files.push({ ...name, file, builtIn: folder.builtIn, source });
    } catch (error) {
      if (!skip || !(error instanceof MailTemplateError)) throw error;
      skip(error);
    }
  }
  return { files, ignored };
}
