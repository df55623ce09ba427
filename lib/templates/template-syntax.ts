import Handlebars from 'handlebars';
import { MailTemplateError } from '../errors/mail-template-error.js';
import type { TemplateFile } from './template-catalog.js';
import { messageOf } from '../errors/error-facts.js';

type Program = hbs.AST.Program;
type Expression = hbs.AST.Expression;

/** Helpers whose condition may name a variable that the context lacks: this is how a template asks for it. */
const CONDITIONS: ReadonlySet<string> = new Set(['if', 'unless']);

/** A parsed template: its syntax tree, and which partials it names. */
export interface ParsedTemplate {
  readonly program: Program;
  /** Partials and layouts named by the template that it does not bring itself, with the line. */
  readonly partials: readonly { readonly name: string; readonly line: number }[];
}

/**
 * Parses a template file and marks in its tree where a missing variable is an error.
 *
 * @throws {@link MailTemplateError} `EMAILTEMPLATESYNTAX` naming file, line and column
 */
export function parseTemplate(file: TemplateFile): ParsedTemplate {
  const program = parseSource(file);
  const marker = new StrictnessMarker();
  marker.accept(program);
  return { program, partials: marker.partials.filter(({ name }) => !marker.inline.has(name)) };
}

/** Turns an error of the parser or compiler into one that names file, line and column. */
export function syntaxError(file: TemplateFile, error: unknown): MailTemplateError {
  const message = messageOf(error);
  const { line, column } = placeOf(file.source, error, message);
  const reason =
    message
      .replace(/^Parse error on line \d+:\n/, '')
      .split('\n')
      .at(-1) ?? message;
  const where = line === undefined ? '' : ` at line ${line}, column ${column ?? 1}`;
  return new MailTemplateError(
    'EMAILTEMPLATESYNTAX',
    `${file.file} is no valid template${where}: ${reason}`,
    {
      ...(!file.shared && { template: file.name }),
      part: file.part,
      ...(file.culture !== '' && { culture: file.culture }),
      file: file.file,
      ...(line !== undefined && { line, column: column ?? 1 }),
      cause: error,
    },
  );
}

/** The path that stands at a place of a tree, as it is written there: `user.name`. */
export function pathAt(program: Program, line: number, column: number): string | undefined {
  const finder = new PathFinder(line, column);
  finder.accept(program);
  return finder.found;
}

function parseSource(file: TemplateFile): Program {
  try {
    return Handlebars.parse(file.source);
  } catch (error) {
    throw syntaxError(file, error);
  }
}

class StrictnessMarker extends Handlebars.Visitor {
  readonly partials: { name: string; line: number }[] = [];
  readonly inline = new Set<string>();

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    markArguments(mustache.path, mustache.params, mustache.hash);
    super.MustacheStatement(mustache);
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    markArguments(block.path, block.params, block.hash);
    super.BlockStatement(block);
  }

  override SubExpression(expression: hbs.AST.SubExpression): void {
    markArguments(expression.path, expression.params, expression.hash);
    super.SubExpression(expression);
  }

  override PartialStatement(partial: hbs.AST.PartialStatement): void {
    markAll(partial.params, partial.hash);
    const name = literalName(partial.name);
    if (name !== undefined && !name.startsWith('@'))
      this.partials.push({ name, line: partial.loc.start.line });
    super.PartialStatement(partial);
  }

  override PartialBlockStatement(partial: hbs.AST.PartialBlockStatement): void {
    // Without such a partial Handlebars would silently render the block alone: a mail without its layout.
    markAll(partial.params, partial.hash);
    const name = literalName(partial.name);
    if (name !== undefined) this.partials.push({ name, line: partial.loc.start.line });
    super.PartialBlockStatement(partial);
  }

  override DecoratorBlock(decorator: hbs.AST.DecoratorBlock): void {
    const [name] = decorator.params ?? [];
    if (name?.type === 'StringLiteral') this.inline.add((name as hbs.AST.StringLiteral).value);
    super.DecoratorBlock(decorator);
  }
}

class PathFinder extends Handlebars.Visitor {
  readonly #line: number;
  readonly #column: number;
  found: string | undefined;

  constructor(line: number, column: number) {
    super();
    this.#line = line;
    this.#column = column;
  }

  override PathExpression(path: hbs.AST.PathExpression): void {
    if (path.loc.start.line === this.#line && path.loc.start.column === this.#column)
      this.found = path.original;
  }
}

function markArguments(
  callee: Expression,
  params: readonly Expression[] | undefined,
  hash: hbs.AST.Hash | undefined,
): void {
  if (callee.type === 'PathExpression' && CONDITIONS.has((callee as hbs.AST.PathExpression).original)) return;
  markAll(params, hash);
}

function markAll(params: readonly Expression[] | undefined, hash: hbs.AST.Hash | undefined): void {
  for (const value of [...(params ?? []), ...(hash?.pairs ?? []).map(pair => pair.value)]) {
    // `strict` on a path is what Handlebars' own compiler sets where a value is printed.
    if (value.type === 'PathExpression') Object.assign(value, { strict: true });
  }
}

function literalName(name: hbs.AST.Node): string | undefined {
  if (name.type === 'SubExpression' || !('original' in name)) return undefined;
  return String(name.original);
}

function placeOf(source: string, error: unknown, message: string): { line?: number; column?: number } {
  if (
    typeof error === 'object' &&
    error !== null &&
    'lineNumber' in error &&
    typeof error.lineNumber === 'number'
  ) {
    const column = 'column' in error && typeof error.column === 'number' ? error.column + 1 : 1;
    return { line: error.lineNumber, column };
  }
  const line = Number(/^Parse error on line (\d+)/.exec(message)?.[1] ?? Number.NaN);
  if (Number.isNaN(line)) return {};
  return { line, column: columnFromExcerpt(source, line, message) };
}

/** The parser shows the text around an error on one line, with a caret below; the caret's text is looked for. */
function columnFromExcerpt(source: string, line: number, message: string): number {
  const [, excerpt = '', caret = ''] = message.split('\n');
  const before = excerpt.slice(0, caret.indexOf('^')).replace(/^\.\.\./, '');
  const start =
    source
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length + (line > 1 ? 1 : 0);
  const tail = before.slice(-20);
  for (let length = tail.length; length > 0; length--) {
    const place = source.indexOf(tail.slice(-length), start);
    const column = place - start + length;
    if (place >= 0 && !source.slice(start, start + column).includes('\n')) return column + 1;
  }
  return 1;
}
