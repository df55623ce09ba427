import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isErrorLike, messageOf } from '../../core/errors/error-facts.js';
import { isSameText } from './declaration-changes.js';
import { MARK } from './declaration-file.js';

/** The file cannot be read or written, or is not one that the command has written. */
export class DeclarationFileError extends Error {
  override readonly name = 'DeclarationFileError';
}

/**
 * Reads a file that the command has written before.
 *
 * @returns undefined when there is none
 * @throws {@link DeclarationFileError} when it cannot be read, or is another kind of file
 */
export function readDeclaration(file: string): string | undefined {
  const text = read(file);
  if (text !== undefined && text.trim() !== '' && !text.replace(/^\uFEFF/, '').startsWith(MARK))
    throw new DeclarationFileError(
      `${file} was not written by this command, and is left alone. Name another file, or delete this one.`,
    );
  return text;
}

/**
 * Writes the file, whole or not at all.
 *
 * @returns whether it was written; a file that holds the same already is not touched
 * @throws {@link DeclarationFileError} when it cannot be written, or is another kind of file
 */
export function writeDeclaration(file: string, text: string): boolean {
  const old = readDeclaration(file);
  if (old !== undefined && isSameText(old, text)) return false;
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new DeclarationFileError(`${file} cannot be written: ${messageOf(error)}`, { cause: error });
  }
  return true;
}

function read(file: string): string | undefined {
  try {
    if (statSync(file).isDirectory()) throw new Error('it is a directory');
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isErrorLike(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new DeclarationFileError(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
