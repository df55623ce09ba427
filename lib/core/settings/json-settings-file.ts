import { readFileSync } from 'node:fs';
import type { Node, ParseError } from 'jsonc-parser';
import { parse, parseTree, printParseErrorCode } from 'jsonc-parser';
import { deniedWords, errnoOf, messageOf } from '../errors/error-facts.js';
import { MailSettingsError } from '../errors/mail-settings-error.js';
import { readUtf8 } from '../text/utf8.js';
import { setOwn } from './merge-settings.js';
import { isRecord } from './settings-section.js';

/**
 * Reads a settings file as .NET reads it: comments, trailing commas and a byte-order mark are fine, and members
 * without the outer braces too, because that is how documentation prints them.
 *
 * @returns undefined when there is no such file
 * @throws {@link MailSettingsError} `EMAILSETTINGS` naming file, line and column of a syntax error, or of what is not UTF-8
 */
export function readSettingsFile(file: string): Record<string, unknown> | undefined {
  const text = readJson(file);
  if (!text) return undefined;
  const { json, bare } = text;
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

/**
 * Finds the line of every value of a settings file: a tree of the same shape, with line numbers for values.
 *
 * @returns undefined when there is no such file, or when it holds no JSON object
 */
export function settingLines(file: string): Record<string, unknown> | undefined {
  const text = readJson(file);
  const root = text && parseTree(text.json, [], { allowTrailingComma: true });
  if (!text || !root) return undefined;
  const ends = [...text.json.matchAll(/\n/g)].map(({ index }) => index);
  const lines = linesBelow(root, ends);
  return isRecord(lines) ? lines : undefined;
}

/** @param ends offsets of the line ends */
function linesBelow(node: Node, ends: readonly number[]): unknown {
  const { children = [] } = node;
  if (node.type === 'array') return children.map(child => linesBelow(child, ends));
  if (node.type !== 'object') {
    const next = ends.findIndex(end => end >= node.offset);
    return (next < 0 ? ends.length : next) + 1;
  }
  const lines: Record<string, unknown> = {};
  for (const { children: [key, value] = [] } of children)
    if (key && value) setOwn(lines, String(key.value), linesBelow(value, ends));
  return lines;
}

function readJson(file: string): { json: string; bare: boolean } | undefined {
  const content = readText(file);
  if (content === undefined) return undefined;
  const bare = /^(?:\s|\/\/[^\n]*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*"/.test(content);
  // The line end keeps the brace out of a comment in the last line.
  return { json: bare ? `{${content}\n}` : content, bare };
}

function readText(file: string): string | undefined {
  const octets = readOctets(file);
  if (!octets) return undefined;
  const { text, fault } = readUtf8(octets);
  if (text === undefined) throw problem(file, fault.reason);
  return text;
}

function readOctets(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw problem(file, deniedWords(error) ?? `cannot be read (${code ?? messageOf(error)})`, error);
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
