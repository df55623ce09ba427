import Handlebars from 'handlebars';
import type { TemplateFile } from '../files/template-file.js';
import type { SourcePlace } from './source-place.js';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Makes the syntax tree of a word what its part needs: the plain text in it is escaped for HTML, and its places are those
 * in the language file.
 */
export function adoptWord(program: hbs.AST.Program, { part, word }: TemplateFile): void {
  if (!word) return;
  if (part === 'html') new TextEscaper().accept(program);
  movePlaces(program, word, new Set());
}

/** A place in a word, as a place in its language file. */
export function placeOfWord(place: SourcePlace, word: SourcePlace | undefined): SourcePlace {
  if (!word) return place;
  return {
    line: place.line + word.line - 1,
    column: place.line === 1 ? place.column + word.column - 1 : place.column,
  };
}

class TextEscaper extends Handlebars.Visitor {
  override ContentStatement(content: hbs.AST.ContentStatement): void {
    content.value = content.value.replace(/[&<>]/g, character => ESCAPES[character] ?? character);
  }
}

/** Looks for what a word must not hold, since it is text for every part of a mail. */
export class WordVisitor extends Handlebars.Visitor {
  #fault: string | undefined;

  /** What a word holds that it must not; undefined when it is a word. */
  faultOf(program: hbs.AST.Program): string | undefined {
    this.accept(program);
    return this.#fault;
  }

  override ContentStatement({ original }: hbs.AST.ContentStatement): void {
    if (/<\/?[a-z][^<>]*>/i.test(String(original))) this.#fault ??= 'markup, which words have none of,';
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    if (!mustache.escaped) this.#fault ??= 'an expression that is printed without escaping';
    super.MustacheStatement(mustache);
  }
}

/** Several nodes may share one place, which moves once. */
function movePlaces(node: unknown, word: SourcePlace, moved: Set<object>): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key !== 'loc') movePlaces(value, word, moved);
    else if (isLocation(value))
      for (const position of [value.start, value.end])
        if (!moved.has(position)) {
          moved.add(position);
          const { line, column } = placeOfWord(position, word);
          Object.assign(position, { line, column });
        }
  }
}

function isLocation(value: unknown): value is hbs.AST.SourceLocation {
  return typeof value === 'object' && value !== null && 'start' in value && 'end' in value;
}
