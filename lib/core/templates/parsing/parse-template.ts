import Handlebars from 'handlebars';
import type { TemplateFile } from '../files/template-file.js';
import { CallVisitor } from './call-visitor.js';
import type { TemplateCall } from './call-visitor.js';
import { syntaxError } from './syntax-error.js';
import { adoptWord } from './word-program.js';

type Program = hbs.AST.Program;
type Expression = hbs.AST.Expression;

/** Helpers whose condition may name a variable that the context lacks: with them a template asks whether it is there. */
const CONDITIONS: ReadonlySet<string> = new Set(['if', 'unless']);

/** A partial or layout that a template names. */
export interface NamedPartial {
  readonly name: string;
  /** Where it is named, counted from 1. */
  readonly line: number;
  /** Whether it is given a block: `{{#> name}}…{{/name}}`. */
  readonly block: boolean;
}

/** A parsed template: its syntax tree, and which partials it names. */
export interface ParsedTemplate {
  readonly program: Program;
  /** Partials and layouts named by the template that it does not bring itself. */
  readonly partials: readonly NamedPartial[];
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
  adoptWord(program, file);
  const marker = new StrictnessMarker();
  marker.accept(program);
  const { inline } = marker;
  return { program, inline, partials: marker.partials.filter(({ name }) => !inline.has(name)) };
}

function parseSource(file: TemplateFile): Program {
  try {
    return Handlebars.parse(file.source, { srcName: file.file });
  } catch (error) {
    throw syntaxError(file, error);
  }
}

/** Marks the arguments of helpers and partials as strict, and collects the names of partials. */
class StrictnessMarker extends CallVisitor {
  readonly partials: NamedPartial[] = [];
  readonly inline = new Set<string>();

  protected override note({ path, params, hash }: TemplateCall): void {
    markArguments(path, params, hash);
  }

  override PartialStatement(partial: hbs.AST.PartialStatement): void {
    markAll(partial.params, partial.hash);
    const name = literalName(partial.name);
    if (name !== undefined && !name.startsWith('@'))
      this.partials.push({ name, line: partial.loc.start.line, block: false });
    super.PartialStatement(partial);
  }

  override PartialBlockStatement(partial: hbs.AST.PartialBlockStatement): void {
    // Without such a partial Handlebars would silently render the block alone: a mail without its layout.
    markAll(partial.params, partial.hash);
    const name = literalName(partial.name);
    if (name !== undefined) this.partials.push({ name, line: partial.loc.start.line, block: true });
    super.PartialBlockStatement(partial);
  }

  override DecoratorBlock(decorator: hbs.AST.DecoratorBlock): void {
    const [name] = decorator.params ?? [];
    if (name?.type === 'StringLiteral') this.inline.add((name as hbs.AST.StringLiteral).value);
    super.DecoratorBlock(decorator);
  }
}

function markArguments(
  callee: Expression,
  params: readonly Expression[] | undefined,
  hash: hbs.AST.Hash | undefined,
): void {
  const name = callee.type === 'PathExpression' ? (callee as hbs.AST.PathExpression).original : '';
  if (CONDITIONS.has(name)) return;
  // The last one is what stands in for the others.
  markAll(name === 'default' ? params?.slice(1).slice(-1) : params, hash);
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
