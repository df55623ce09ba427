import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { errnoOf, messageOf } from '../errors/error-facts.js';
import { mayBeSecretPath } from '../redaction/may-be-secret.js';
import { visible } from '../redaction/printable.js';
import { credentialProblem } from './credential-problem.js';
import type { SettingParser } from './setting-parsers.js';
import { SettingValueError, text } from './setting-parsers.js';

/** Octets of the largest file that is read as a setting. */
const LARGEST = 64 * 1024;
/** Longest path that is shown in words: somebody may have written the secret itself in its place. */
const LONGEST_PATH = 255;
/** Stands for the path where it may be the secret. */
const NAMELESS =
  'the file (its name is not shown, as it may be the secret itself; write ./name for a name alone)';
const LARGEST_WORDS = `${LARGEST / 1024} KiB`;

/**
 * Reads `PasswordFile`: what counts is the content of the file, without one line end at its end. It is checked as a password
 * that is written in the settings.
 */
export const passwordFile: SettingParser<string> = value => {
  const content = fileText(value, () => undefined);
  const problem = credentialProblem(content);
  if (problem === undefined) return content;
  throw new SettingValueError(`${fileWords(shownPath(text(value).trim()))} ${problem}`);
};

/**
 * Reads a setting that is the path of a file: its content, without one line end at its end. The file must be an ordinary one of
 * at most 64 KiB in UTF-8. Words about it hold the path, never the content.
 *
 * @param binaryWords says of octets that are no text what they are, with words that complete "the file …"; undefined when it
 * does not know
 */
export function fileText(value: unknown, binaryWords: (bytes: Uint8Array) => string | undefined): string {
  const path = text(value).trim();
  if (/[\0\r\n]|-----BEGIN/.test(path) || path.length > LONGEST_PATH)
    throw new SettingValueError('must be the path of a file, but holds something else');
  const shown = shownPath(path);
  const bytes = contentOf(path, shown);
  const binary = binaryWords(bytes);
  if (binary !== undefined) throw new SettingValueError(`${fileWords(shown)} ${binary}`);
  const content = decoded(bytes, shown).replace(/\r?\n$/, '');
  if (content === '') throw new SettingValueError(`${fileWords(shown)} is empty`);
  return content;
}

function shownPath(path: string): string {
  return mayBeSecretPath(path) ? NAMELESS : visible(path);
}

/** What is said of a file beside the setting that it stands in for. */
export function besideWords(other: string): string {
  return `is set beside ${other}; set one of them: where one stands in a file and the other in the environment, an empty variable of the same name clears the one in the file`;
}

function contentOf(path: string, shown: string): Buffer {
  try {
    // Without waiting: a pipe to which nobody writes would hold the start for ever.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!fstatSync(file).isFile()) throw new SettingValueError(`${shown} is not an ordinary file`);
      return wholeFile(file, shown);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof SettingValueError) throw error;
    throw new SettingValueError(whyUnreadable(errnoOf(error) ?? messageOf(error), shown), { cause: error });
  }
}

function wholeFile(file: number, shown: string): Buffer {
  const bytes = Buffer.alloc(LARGEST + 1);
  let filled = 0;
  while (filled < bytes.length) {
    const read = readSync(file, bytes, filled, bytes.length - filled, null);
    if (read === 0) return bytes.subarray(0, filled);
    filled += read;
  }
  throw new SettingValueError(`${fileWords(shown)} has more than ${LARGEST_WORDS}`);
}

function whyUnreadable(code: string, shown: string): string {
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return `${fileWords(shown)} does not exist${lookedForIn(shown)}`;
  if (code === 'EACCES' || code === 'EPERM') return `${fileWords(shown)} may not be read by this process`;
  if (code === 'ERR_ACCESS_DENIED')
    return `${fileWords(shown)} may not be read by this process: the permission model of Node.js needs --allow-fs-read with its path`;
  if (code === 'EISDIR') return `${shown} is not an ordinary file`;
  return `${fileWords(shown)} cannot be read (${code})`;
}

/** A path that came from the environment, or from code, is relative to a folder that nobody has written. */
function lookedForIn(shown: string): string {
  return shown === NAMELESS || isAbsolute(shown) ? '' : ` in the working directory, ${process.cwd()}`;
}

function decoded(bytes: Buffer, shown: string): string {
  const notText = `${fileWords(shown)} is not a text in UTF-8`;
  try {
    const content = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // UTF-16 without a byte order mark.
    if (content.includes('\0')) throw new SettingValueError(notText);
    return content;
  } catch (error) {
    throw error instanceof SettingValueError ? error : new SettingValueError(notText);
  }
}

function fileWords(shown: string): string {
  return shown === NAMELESS ? shown : `the file ${shown}`;
}
