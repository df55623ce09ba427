import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isErrorLike, messageOf } from '../../core/errors/error-facts.js';
import { pathFrom } from '../path-from.js';
import { isSameText } from './declaration-changes.js';
import { MARK } from './declaration-file.js';

/** The file cannot be read or written, or is not one that the command has written. */
export class DeclarationFileError extends Error {
  override readonly name = 'DeclarationFileError';
}

/**
 * Reads a file that the command has written before.
 *
 * @param file its name as the user wrote it, for messages too
 * @param cwd where a relative name starts
 * @returns undefined when there is none
 * @throws {@link DeclarationFileError} when it cannot be read, or is another kind of file
 */
export function readDeclaration(file: string, cwd: string): string | undefined {
  const text = read(file, pathFrom(cwd, file));
  if (text !== undefined && text.trim() !== '' && !text.replace(/^\uFEFF/, '').startsWith(MARK))
    throw new DeclarationFileError(
      `${file} was not written by this command, and is left alone. Name another file, or delete this one.`,
    );
  return text;
}

/**
 * Writes the file, whole or not at all.
 *
 * @param file its name as the user wrote it, for messages too
 * @param cwd where a relative name starts
 * @returns whether it was written; a file that holds the same already is not touched
 * @throws {@link DeclarationFileError} when it cannot be written, or is another kind of file
 */
export function writeDeclaration(file: string, text: string, cwd: string): boolean {
  const old = readDeclaration(file, cwd);
  if (old !== undefined && isSameText(old, text)) return false;
  const path = pathFrom(cwd, file);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new DeclarationFileError(`${file} cannot be written: ${reasonOf(error, path, file)}`, {
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
    throw new DeclarationFileError(`${file} cannot be read: ${reasonOf(error, path, file)}`, {
      cause: error,
    });
  }
}

/** The reason of the system, with the name of the file as the user wrote it. */
function reasonOf(error: unknown, path: string, file: string): string {
  return messageOf(error).replaceAll(path, file);
}
