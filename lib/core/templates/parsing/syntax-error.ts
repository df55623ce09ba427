import Handlebars from 'handlebars';
import { isErrorLike, messageOf } from '../../errors/error-facts.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { canonicalCulture } from '../culture.js';
import type { TemplateFile } from '../files/template-file.js';
import type { SourcePlace } from './source-place.js';
import { placeAt } from './source-place.js';
import { placeOfWord } from './word-program.js';

/** Turns an error of the parser or compiler into one that names file, line and column. */
export function syntaxError(file: TemplateFile, error: unknown): MailTemplateError {
  const message = messageOf(error);
  const found = placeOf(file.source, error);
  const place = found && placeOfWord(found, file.word);
  const where = place ? ` at line ${place.line}, column ${place.column}` : '';
  return new MailTemplateError(
    'EMAILTEMPLATESYNTAX',
    `${file.file} is no valid template${where}: ${reasonOf(message)}`,
    {
      ...(!file.shared && { template: file.name }),
      part: file.part,
      ...(file.culture !== '' && { culture: canonicalCulture(file.culture) }),
      file: file.file,
      ...place,
      cause: error,
    },
  );
}

/** What an error of Handlebars says, without the excerpt of the source. */
function reasonOf(message: string): string {
  if (message.startsWith('Lexical error')) return 'a comment or raw block that begins here has no end';
  return message.split('\n').at(-1) ?? message;
}

function placeOf(source: string, error: unknown): SourcePlace | undefined {
  if (isErrorLike(error) && 'lineNumber' in error && typeof error.lineNumber === 'number') {
    const column = 'column' in error && typeof error.column === 'number' ? error.column + 1 : 1;
    return { line: error.lineNumber, column };
  }
  const lexer = lexerOf(Handlebars);
  if (!lexer || !isErrorLike(error)) return undefined;
  // The parser stops at a token it does not want; the lexer stops before text of which it can make no token.
  if (error.message.startsWith('Parse error'))
    return { line: lexer.yylloc.first_line, column: lexer.yylloc.first_column + 1 };
  if (!error.message.startsWith('Lexical error')) return undefined;
  return placeAt(source, source.length - lexer._input.length);
}

interface Lexer {
  /** What is left of the source. */
  readonly _input: string;
  /** Where the last token stands; line from 1, column from 0. */
  readonly yylloc: { readonly first_line: number; readonly first_column: number };
}

/** Handlebars keeps its lexer, as it was when parsing ended; the errors of its parser do not say where they are. */
function lexerOf(handlebars: object): Lexer | undefined {
  const parser: unknown = 'Parser' in handlebars ? handlebars.Parser : undefined;
  const lexer: unknown =
    typeof parser === 'object' && parser !== null && 'lexer' in parser ? parser.lexer : undefined;
  return isLexer(lexer) ? lexer : undefined;
}

function isLexer(lexer: unknown): lexer is Lexer {
  if (typeof lexer !== 'object' || lexer === null || !('_input' in lexer) || !('yylloc' in lexer))
    return false;
  const { yylloc } = lexer;
  return (
    typeof lexer._input === 'string' &&
    typeof yylloc === 'object' &&
    yylloc !== null &&
    'first_line' in yylloc &&
    'first_column' in yylloc
  );
}
