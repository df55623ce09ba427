import type { ParsedTemplate } from './parse-template.js';
import { TemplateVisitor } from './template-visitor.js';

/** Stands in a masked source where the template prints something. */
export const PRINTED = '\uE002';

/** An expression that prints something. */
export interface PrintedExpression {
  /** Where it begins in the source, counted from 0. */
  readonly at: number;
  readonly length: number;
  /** The path or helper as it is written, such as `url` or `link`; undefined for a partial. */
  readonly path: string | undefined;
  /** The text given as the first argument, where it is written in the template. */
  readonly argument: string | undefined;
  /** Whether arguments follow. */
  readonly called: boolean;
  /** Whether it is printed without escaping. */
  readonly raw: boolean;
  /** The mustache or partial itself. */
  readonly statement: hbs.AST.MustacheStatement | hbs.AST.PartialStatement;
}

/** A template's own text, with everything of Handlebars covered in equal length. */
export interface MaskedSource {
  /** Line ends, lengths and text as in the source; {@link PRINTED} for what prints, blanks for everything else. */
  readonly text: string;
  readonly printed: readonly PrintedExpression[];
  /** Octets of the template's own text. */
  readonly size: number;
  /** Whether blocks of Handlebars stand between two places. */
  hasBlocks(from: number, to: number): boolean;
}

/** Covers what belongs to Handlebars, so that the rest can be read as HTML. */
export function maskedSource(source: string, { program }: Pick<ParsedTemplate, 'program'>): MaskedSource {
  const finder = new StatementFinder(lineStarts(source));
  finder.accept(program);
  const masked = source.split('');
  const own = new Uint8Array(source.length);
  for (const { from, to } of finder.content) own.fill(1, from, to);
  const printed = new Uint8Array(source.length);
  for (const { at, length } of finder.printed) printed.fill(1, at, at + length);
  for (let index = 0; index < source.length; index++) {
    const character = source[index];
    if (own[index] === 1 || character === '\n' || character === '\r') continue;
    masked[index] = printed[index] === 1 ? PRINTED : ' ';
  }
  const { blocks } = finder;
  return {
    text: masked.join(''),
    printed: finder.printed,
    size: finder.content.reduce((sum, { from, to }) => sum + Buffer.byteLength(source.slice(from, to)), 0),
    hasBlocks: (from, to) => blocks.some(at => at >= from && at < to),
  };
}

/** Where each line begins. */
function lineStarts(source: string): number[] {
  return [0, ...[...source.matchAll(/\r\n?|\n/g)].map(end => end.index + end[0].length)];
}

class StatementFinder extends TemplateVisitor {
  readonly content: { from: number; to: number }[] = [];
  readonly printed: PrintedExpression[] = [];
  readonly blocks: number[] = [];
  readonly #lines: readonly number[];

  constructor(lines: readonly number[]) {
    super();
    this.#lines = lines;
  }

  override ContentStatement(content: hbs.AST.ContentStatement): void {
    this.content.push({ from: this.#offset(content.loc.start), to: this.#offset(content.loc.end) });
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    const [first] = mustache.params;
    this.#print(mustache, {
      path: 'original' in mustache.path ? String(mustache.path.original) : undefined,
      argument: first?.type === 'StringLiteral' ? (first as hbs.AST.StringLiteral).value : undefined,
      called: mustache.params.length > 0 || (mustache.hash?.pairs.length ?? 0) > 0,
      raw: !mustache.escaped,
    });
    super.MustacheStatement(mustache);
  }

  override PartialStatement(partial: hbs.AST.PartialStatement): void {
    this.#print(partial, { path: undefined, argument: undefined, called: false, raw: true });
    super.PartialStatement(partial);
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    this.blocks.push(this.#offset(block.loc.start), this.#offset(block.loc.end) - 1);
    super.BlockStatement(block);
  }

  #print(
    statement: PrintedExpression['statement'],
    expression: Omit<PrintedExpression, 'at' | 'length' | 'statement'>,
  ): void {
    const { start, end } = statement.loc;
    const at = this.#offset(start);
    this.printed.push({ at, length: this.#offset(end) - at, ...expression, statement });
  }

  #offset({ line, column }: { line: number; column: number }): number {
    return (this.#lines[line - 1] ?? 0) + column;
  }
}
