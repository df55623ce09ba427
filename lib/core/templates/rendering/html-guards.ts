import { HtmlPlaces } from '../parsing/html-places.js';
import type { HtmlPlace } from '../parsing/html-tag.js';
import { CLOSE, MARKS, REOPEN, WITHIN } from './html-escaping.js';

type Program = hbs.AST.Program;
type Statement = hbs.AST.Statement;
type Partial = hbs.AST.PartialStatement | hbs.AST.PartialBlockStatement;

/**
 * Puts the hidden helpers of `HtmlEscaping` into a template, where it prints at a place that needs them.
 *
 * @param program a syntax tree, which is left as it is
 * @returns the template, and whether it ends outside of any tag
 */
export function guarded(program: Program): { readonly program: Program; readonly balanced: boolean } {
  const places = new HtmlPlaces(program, { emptyValues: true });
  return { program: guardedProgram(program, places, inlineValues(program)), balanced: places.balanced };
}

/** Whether a template prints only what stays within quotation marks around it: text without marks, values, and blocks of these. */
export function isPlainValue(program: Program | undefined): boolean {
  return (program?.body ?? []).every(statement => {
    switch (statement.type) {
      case 'ContentStatement':
        return !MARKS.test((statement as hbs.AST.ContentStatement).value);
      case 'MustacheStatement':
        return (statement as hbs.AST.MustacheStatement).escaped;
      case 'BlockStatement': {
        const block = statement as hbs.AST.BlockStatement;
        return isPlainValue(block.program) && isPlainValue(block.inverse);
      }
      case 'CommentStatement':
        return true;
      default:
        return false;
    }
  });
}

function guardedProgram(program: Program, places: HtmlPlaces, inline: ReadonlySet<string>): Program {
  const body = program.body.flatMap(statement => guardedStatement(statement, places, inline));
  return { ...program, body };
}

function guardedStatement(
  statement: Statement,
  places: HtmlPlaces,
  inline: ReadonlySet<string>,
): Statement[] {
  switch (statement.type) {
    case 'MustacheStatement':
      return places.of(statement).every(isQuotedOrText) && places.of(statement).length > 0
        ? [statement]
        : around(statement, hidden(statement, CLOSE));
    case 'PartialStatement':
      return guardedPartial(statement as Partial, statement, places.of(statement), inline);
    case 'PartialBlockStatement':
    case 'DecoratorBlock':
    case 'BlockStatement': {
      const block = statement as hbs.AST.BlockStatement;
      const { program, inverse }: { program?: Program; inverse?: Program } = block;
      const inner = {
        ...block,
        ...(program && { program: guardedProgram(program, places, inline) }),
        ...(inverse && { inverse: guardedProgram(inverse, places, inline) }),
      };
      return statement.type === 'PartialBlockStatement'
        ? guardedPartial(statement as Partial, inner, places.of(statement), inline)
        : [inner];
    }
    default:
      return [statement];
  }
}

/** A partial can hold anything; within a value that is in order when it holds no marks. */
function guardedPartial(
  { name, loc }: Partial,
  statement: Statement,
  places: readonly HtmlPlace[],
  inline: ReadonlySet<string>,
): Statement[] {
  if (places.length > 0 && places.every(({ kind }) => kind === 'text')) return [statement];
  const literal = name.type === 'SubExpression' || !('original' in name) ? undefined : String(name.original);
  if (literal === undefined || literal === '@partial-block' || !places.every(isQuotedOrText))
    return around(statement, hidden({ loc }, CLOSE));
  return inline.has(literal) ? [statement] : around(statement, hidden({ loc }, WITHIN, literal));
}

function isQuotedOrText({ kind }: HtmlPlace): boolean {
  return kind === 'text' || kind === 'plain-text' || kind === 'value';
}

function around(statement: Statement, before: Statement): Statement[] {
  return [before, statement, hidden(statement, REOPEN)];
}

function hidden({ loc }: Pick<Statement, 'loc'>, name = '', argument?: string): Statement {
  const strip = { open: false, close: false };
  const path = { type: 'PathExpression', loc, data: false, depth: 0, parts: [name], original: `[${name}]` };
  const params =
    argument === undefined ? [] : [{ type: 'StringLiteral', loc, value: argument, original: argument }];
  return Object.assign({ type: 'MustacheStatement', loc }, { path, params, escaped: false, strip });
}

/** The inline partials of a file that are plain values. */
function inlineValues(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  const mixed = new Set<string>();
  const look = (within: Program | undefined): void => {
    for (const statement of within?.body ?? []) {
      const block = statement as hbs.AST.DecoratorBlock & hbs.AST.BlockStatement;
      const [name] = block.params ?? [];
      if (statement.type === 'DecoratorBlock' && name?.type === 'StringLiteral')
        (isPlainValue(block.program) ? names : mixed).add((name as hbs.AST.StringLiteral).value);
      if (['DecoratorBlock', 'BlockStatement', 'PartialBlockStatement'].includes(statement.type)) {
        look(block.program);
        look(block.inverse);
      }
    }
  };
  look(program);
  return new Set([...names].filter(name => !mixed.has(name)));
}
