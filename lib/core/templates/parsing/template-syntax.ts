import Handlebars from 'handlebars';
import { isErrorLike, messageOf } from '../../errors/error-facts.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { canonicalCulture } from '../culture.js';
import type { TemplateFile } from '../files/template-file.js';
import { CallVisitor } from './call-visitor.js';
import type { TemplateCall } from './call-visitor.js';

type Program = hbs.AST.Program;
type Expression = hbs.AST.Expression;

/** Helpers whose condition may name a variable that the context lacks: this is how a template asks for it. */
const CONDITIONS: ReadonlySet<string> = new Set(['if', 'unless']);

/** A parsed template: its syntax tree, and which partials it names. */
export interface ParsedTemplate {
  readonly program: Program;
  /** Partials and layouts named by the template that it does not bring itself, with the line. */
  readonly partials: readonly { readonly name: string; readonly line: number }[];
  /** Names of the inline partials that it brings for itself and for its layouts. */
  readonly inline: ReadonlySet<string>;
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
  const { inline } = marker;
  return { program, inline, partials: marker.partials.filter(({ name }) => !inline.has(name)) };
}

/** Turns an error of the parser or compiler into one that names file, line and column. */
export function syntaxError(file: TemplateFile, error: unknown): MailTemplateError {
  const message = messageOf(error);
  const place = placeOf(file.source, error);
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

/** What stands at a place of a tree, as it is written there. */
export interface PathAtPlace {
  /** The path: `user.name`. */
  readonly path: string;
  /** Whether arguments follow, so that it can only be a helper. */
  readonly called: boolean;
}

/** The path that stands at a place of a tree. */
export function pathAt(program: Program, line: number, column: number): PathAtPlace | undefined {
  const finder = new PathFinder(line, column);
  finder.accept(program);
  return finder.found;
}

function parseSource(file: TemplateFile): Program {
  try {
    return Handlebars.parse(file.source, { srcName: file.file });
  } catch (error) {
    throw syntaxError(file, error);
  }
}

class StrictnessMarker extends CallVisitor {
  readonly partials: { name: string; line: number }[] = [];
  readonly inline = new Set<string>();

  protected override note({ path, params, hash }: TemplateCall): void {
    markArguments(path, params, hash);
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

class PathFinder extends CallVisitor {
  readonly #line: number;
  readonly #column: number;
  readonly #called = new Set<hbs.AST.Node>();
  found: PathAtPlace | undefined;

  constructor(line: number, column: number) {
    super();
    this.#line = line;
    this.#column = column;
  }

  override PathExpression(path: hbs.AST.PathExpression): void {
    // Compiling adds paths that stand nowhere in the source.
    const start = path.loc?.start;
    if (start?.line !== this.#line || start.column !== this.#column) return;
    this.found = { path: path.original, called: this.#called.has(path) };
  }

  protected override note(call: TemplateCall): void {
    if ((call.params?.length ?? 0) > 0 || (call.hash?.pairs.length ?? 0) > 0) this.#called.add(call.path);
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

/** What an error of Handlebars says, without the excerpt of the source. */
function reasonOf(message: string): string {
  if (message.startsWith('Lexical error')) return 'a comment or raw block that begins here has no end';
  return message.split('\n').at(-1) ?? message;
}

function literalName(name: hbs.AST.Node): string | undefined {
  if (name.type === 'SubExpression' || !('original' in name)) return undefined;
  return String(name.original);
}

function placeOf(source: string, error: unknown): { line: number; column: number } | undefined {
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
  const lines = source.slice(0, source.length - lexer._input.length).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
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
