import type { Stats } from 'node:fs';
import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { deniedWords, errnoOf, messageOf } from '../../errors/error-facts.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { plainCause } from '../../errors/plain-cause.js';
import { REMEDIES } from '../../text/remedies.js';
import { readTemplateText } from './read-template-text.js';
import type { TemplateFile } from './template-file.js';
import { parseTemplatePath } from './template-path.js';

/** The `.hbs` files of one template directory. */
export interface ScannedDirectory {
  readonly files: readonly TemplateFile[];
  /** Absolute paths of files whose names say no part of a template. */
  readonly ignored: readonly string[];
}

/**
 * Reads the templates of a directory and of the folders in it, sorted by path.
 *
 * @param skip called with the error of each file that cannot be read or is not UTF-8. @default such an error is thrown
 * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` when the directory is missing or none, `EMAILTEMPLATESYNTAX`
 *   when a file is not UTF-8
 */
export function scanDirectory(
  directory: string,
  builtIn: boolean,
  skip?: (error: MailTemplateError) => void,
): ScannedDirectory {
  checkDirectory(directory);
  const paths = filesBelow(directory).filter(path => path.endsWith('.hbs'));
  const ignored: string[] = [];
  const files: TemplateFile[] = [];
  for (const file of paths.toSorted()) {
    const name = parseTemplatePath(relative(directory, file).split(sep));
    if (!name) {
      ignored.push(file);
      continue;
    }
    try {
      files.push({ ...name, file, builtIn, source: readTemplateText(file, 'template file') });
    } catch (error) {
      if (!skip || !(error instanceof MailTemplateError)) throw error;
      skip(error);
    }
  }
  return { files, ignored };
}

/** Does not follow links to directories, as readdir does in some versions of Node.js: a link to itself has no end. */
function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap(entry => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : path;
  });
}

function checkDirectory(directory: string): void {
  if (!statOf(directory).isDirectory()) {
    throw new MailTemplateError('EMAILTEMPLATEDIRECTORY', `${directory} is not a directory of templates.`, {
      searched: [directory],
    });
  }
}

function statOf(directory: string): Stats {
  try {
    return statSync(directory);
  } catch (error) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '');
    const words = isMissing
      ? `does not exist. ${REMEDIES.missingTemplates.inCode}`
      : `cannot be read: ${deniedWords(error, directory) ?? messageOf(error)}`;
    throw new MailTemplateError('EMAILTEMPLATEDIRECTORY', `The template directory ${directory} ${words}`, {
      searched: [directory],
      cause: plainCause(error),
    });
  }
}
