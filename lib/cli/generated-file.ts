import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isErrorLike, messageOf } from '../core/errors/error-facts.js';
import { pathFrom } from './path-from.js';

/** What a command writes into a file that belongs to it. */
export interface GeneratedFile {
  /** Its name as the user wrote it, for messages too. */
  readonly file: string;
  /** Where a relative name starts. */
  readonly cwd: string;
  /** Whether a text is one that the command has written. */
  readonly isOwn: (text: string) => boolean;
  /** Whether a text says the same as what would be written, so that the file is left alone. */
  readonly isSame: (old: string, text: string) => boolean;
}

/** The file cannot be read or written, or is not one that the command has written. */
export class GeneratedFileError extends Error {
  override readonly name = 'GeneratedFileError';
}

/**
 * Reads a file that the command has written before.
 *
 * @returns undefined when there is none
 * @throws {@link GeneratedFileError} when it cannot be read, or is another kind of file
 */
export function readGenerated({ file, cwd, isOwn }: GeneratedFile): string | undefined {
  const text = read(file, pathFrom(cwd, file));
  if (text !== undefined && text.trim() !== '' && !isOwn(text.replace(/^\uFEFF/, '')))
    throw new GeneratedFileError(
      `${file} was not written by this command, and is left alone. Name another file, or delete this one.`,
    );
  return text;
}

/**
 * Writes the file, whole or not at all.
 *
 * @returns whether it was written; a file that holds the same already is not touched
 * @throws {@link GeneratedFileError} when it cannot be written, or is another kind of file
 */
export function writeGenerated(generated: GeneratedFile, text: string): boolean {
  const { file, cwd, isSame } = generated;
  const old = readGenerated(generated);
  if (old !== undefined && isSame(old, text)) return false;
  const path = pathFrom(cwd, file);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new GeneratedFileError(`${file} cannot be written: ${reasonOf(error, path, file)}`, {
      cause: error,
    });
  }
  return true;
}

function read(file: string, path: string): string | undefined {
  try {
    if (statSync(path).isDirectory()) throw new Error('it is a directory');
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrorLike(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new GeneratedFileError(`${file} cannot be read: ${reasonOf(error, path, file)}`, {
      cause: error,
    });
  }
}

/** The reason of the system, with the name of the file as the user wrote it. */
function reasonOf(error: unknown, path: string, file: string): string {
  return messageOf(error).replaceAll(path, file);
}
