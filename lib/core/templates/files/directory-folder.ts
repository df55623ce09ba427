import type { Stats } from 'node:fs';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { errnoOf } from '../../errors/error-facts.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { plainCause } from '../../errors/plain-cause.js';
import type { Utf8Text } from '../../text/utf8.js';
import { readUtf8 } from '../../text/utf8.js';
import { NO_DIRECTORY_HINT } from './copy-hint.js';
import type { TemplateFolder } from './template-folder.js';

/** A folder of templates on the disk. It is read at once, without waiting: small files take four times as long otherwise. */
export class DirectoryFolder implements TemplateFolder {
  readonly name: string;
  readonly builtIn = false;
  readonly isOnDisk = true;

  /** @param directory a relative path is resolved against the working directory */
  constructor(directory: string) {
    this.name = resolve(directory);
  }

  nameOf(path: string): string {
    return join(this.name, ...path.split('/'));
  }

  pathOf(name: string): string | undefined {
    if (!isAbsolute(name)) return undefined;
    const path = relative(this.name, name);
    return path === '' || isAbsolute(path) || path.split(sep)[0] === '..'
      ? undefined
      : path.split(sep).join('/');
  }

  files(): string[] {
    checkDirectory(this.name);
    return filesBelow(this.name, '').toSorted();
  }

  filesIn(path: string): string[] {
    try {
      return readdirSync(this.nameOf(path)).toSorted();
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  }

  text(path: string): Utf8Text {
    return readUtf8(readFileSync(this.nameOf(path)));
  }

  octets(path: string): Buffer | undefined {
    const file = this.nameOf(path);
    try {
      return statSync(file).isFile() ? readFileSync(file) : undefined;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }
}

/** Not there, or what should be a folder on the way is a file. */
function isAbsent(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Does not follow links to directories, as readdir does in some versions of Node.js: a link to itself has no end. */
function filesBelow(directory: string, below: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap(entry => {
    const path = `${below}${entry.name}`;
    return entry.isDirectory() ? filesBelow(join(directory, entry.name), `${path}/`) : path;
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
    throw new MailTemplateError(
      'EMAILTEMPLATEDIRECTORY',
      `The template directory ${directory} does not exist. ${NO_DIRECTORY_HINT}`,
      { searched: [directory], cause: plainCause(error) },
    );
  }
}
