import { readFileSync } from 'node:fs';
import type { ParseError } from 'jsonc-parser';
import { parse, printParseErrorCode } from 'jsonc-parser';
import { MailSettingsError } from '../errors/mail-settings-error.js';
import { isRecord } from './settings-section.js';
import { errnoOf, messageOf } from '../errors/error-facts.js';

/**
 * Reads a settings file as .NET reads it: comments, trailing commas and a byte-order mark are fine, and members
 * without the outer braces too, because that is how documentation prints them.
 *
 * @returns undefined when there is no such file
 * @throws {@link MailSettingsError} `EMAILSETTINGS` naming file, line and column of a syntax error
 */
export function readSettingsFile(file: string): Record<string, unknown> | undefined {
  const content = readText(file);
  if (content === undefined) return undefined;
  const bare = /^(?:\s|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*"/.test(content);
  // The line end keeps the brace out of a comment in the last line.
  const json = bare ? `{${content}\n}` : content;
  const errors: ParseError[] = [];
  const value: unknown = parse(json, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first) {
    const { line, column } = position(json, first.offset, bare ? 1 : 0);
    const what = printParseErrorCode(first.error)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase();
    throw problem(file, `is not valid JSON: ${what} at line ${line}, column ${column}`);
  }
  if (!isRecord(value)) throw problem(file, 'must hold a JSON object with sections such as "MailSettings"');
  return value;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw problem(file, `cannot be read (${code ?? messageOf(error)})`, error);
  }
}

function position(json: string, offset: number, shift: number): { line: number; column: number } {
  const before = json.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  return { line, column: offset - lineStart + 1 - (line === 1 ? shift : 0) };
}

/** A problem with a settings file, as the one kind of error that settings have. */
export function problem(file: string, message: string, cause?: unknown): MailSettingsError {
  return new MailSettingsError([{ key: file, message }], { cause });
}
