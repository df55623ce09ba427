import { nearestKey } from '../../text/nearest-key.js';
import { WordVisitor } from '../parsing/word-program.js';
import { checkCompiles } from '../rendering/check-compiles.js';
import type { LanguageFile, Word } from './language-file.js';
import { languageError } from './language-file.js';

/**
 * Checks the words of a language of the application.
 *
 * @param complete the language that has every word
 * @throws MailTemplateError `EMAILTEMPLATESYNTAX` for a group or key that is not known, what is no Handlebars, and markup
 */
export function checkWords({ file, culture, words }: LanguageFile, complete: LanguageFile | undefined): void {
  for (const word of words.values()) {
    const { name, source, place } = word;
    if (complete && !complete.words.has(name)) throw languageError(file, place, unknownWord(word, complete));
    const part = 'html';
    const { program } = checkCompiles({
      name,
      part,
      culture,
      shared: true,
      builtIn: false,
      file,
      source,
      word: place,
    });
    const fault = new WordVisitor().faultOf(program);
    if (fault !== undefined) throw languageError(file, place, `holds ${fault} in "${shown(name)}"`);
  }
}

function unknownWord({ name }: Word, { words }: LanguageFile): string {
  const known = [...words.keys()].map(shown);
  const near = nearestKey(shown(name), known);
  const [group = ''] = shown(name).split('.');
  const groups = [...new Set(known.map(key => key.split('.')[0] ?? ''))];
  const keys = known.filter(key => key.startsWith(`${group}.`));
  const all =
    keys.length > 0
      ? `"${group}" has ${keys.map(key => key.slice(group.length + 1)).join(', ')}`
      : `there are the groups ${groups.join(', ')}`;
  return `holds "${shown(name)}", which no mail uses; ${near === undefined ? all : `did you mean "${near}"?`}`;
}

/** `reset-password.button` of `words/reset-password/button`. */
function shown(name: string): string {
  return name.split('/').slice(1).join('.');
}
