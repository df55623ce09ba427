import type { Node, ParseError } from 'jsonc-parser';
import { parseTree, printParseErrorCode } from 'jsonc-parser';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import type { SourcePlace } from '../parsing/source-place.js';
import { placeAt } from '../parsing/source-place.js';
import { readTemplateText } from './read-template-text.js';
import type { TemplateFolder } from './template-folder.js';

/** What a language file must hold. */
const FORM = 'an object of groups, such as { "reset-password": { "title": "Reset your password" } }';

/** A sentence of a language file. */
export interface Word {
  /** Name of the partial that prints it: `words/reset-password/button`. */
  readonly name: string;
  /** Handlebars, without markup. */
  readonly source: string;
  /** Where the text begins, behind its quotation mark. */
  readonly place: SourcePlace;
}

/** The words of one language in one folder of templates. */
export interface LanguageFile {
  /** Lower-case culture. */
  readonly culture: string;
  /** What messages call it: an absolute path, or a place among the templates that are no files. */
  readonly file: string;
  /** By the name of their partial. */
  readonly words: ReadonlyMap<string, Word>;
}

/**
 * Reads a language file, where comments and trailing commas are fine.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` when it cannot be read, `EMAILTEMPLATESYNTAX` when it is not
 *   UTF-8 or no object of groups of texts
 */
export function readLanguageFile(folder: TemplateFolder, path: string, culture: string): LanguageFile {
  const file = folder.nameOf(path);
  const text = readTemplateText(folder, path, 'language file');
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first) {
    const what = printParseErrorCode(first.error).replace(/([a-z])([A-Z])/g, '$1 $2');
    throw languageError(file, placeAt(text, first.offset), `is not valid JSON: ${what.toLowerCase()}`);
  }
  if (tree?.type !== 'object')
    throw languageError(file, placeAt(text, tree?.offset ?? 0), `must hold ${FORM}`);
  const words = new Map<string, Word>();
  for (const [group, value, node] of membersOf(tree)) {
    if (value.type !== 'object')
      throw languageError(file, placeAt(text, node.offset), `must hold ${FORM}; "${group}" is no object`);
    for (const [key, word, { offset }] of membersOf(value)) {
      const source: unknown = word.value;
      if (typeof source !== 'string' || source.trim() === '')
        throw languageError(file, placeAt(text, offset), `holds no text for "${group}.${key}"`);
      const name = `words/${group}/${key}`;
      words.set(name, { name, source, place: placeAt(text, word.offset + 1) });
    }
  }
  return { culture, file, words };
}

/**
 * Reads a built-in language file, which is known to be right and laid out with one word a line: in a tenth of the time, since
 * applications wait for it when they start.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` when it cannot be read
 */
export function readBuiltInLanguage(folder: TemplateFolder, path: string, culture: string): LanguageFile {
  const text = readTemplateText(folder, path, 'language file');
  const groups = JSON.parse(text) as Record<string, Record<string, string>>;
  const words = new Map<string, Word>();
  const lines = text.split('\n');
  let line = 0;
  for (const [group, keys] of Object.entries(groups))
    for (const [key, source] of Object.entries(keys)) {
      const begin = `    "${key}": "`;
      line = Math.max(
        line,
        lines.findIndex((written, index) => index >= line && written.startsWith(begin)),
      );
      const name = `words/${group}/${key}`;
      words.set(name, { name, source, place: { line: line + 1, column: begin.length + 1 } });
    }
  return { culture, file: folder.nameOf(path), words };
}

/** An error that names a language file and a place in it. */
export function languageError(
  file: string,
  { line, column }: SourcePlace,
  reason: string,
  cause?: unknown,
): MailTemplateError {
  return new MailTemplateError(
    'EMAILTEMPLATESYNTAX',
    `${file}, line ${line}, column ${column}: the language file ${reason}`,
    { file, line, column, cause },
  );
}

function membersOf({ children = [] }: Node): [string, Node, Node][] {
  return children.flatMap((member): [string, Node, Node][] => {
    const [key, value] = member.children ?? [];
    return key && value ? [[String(key.value), value, member]] : [];
  });
}
