import { TemplateVisitor } from './template-visitor.js';

/** A call of the helper `embed` whose argument is written in the template. */
export interface EmbedCall {
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
}

/** The images that a template names itself; those whose names come out of the context are not known before. */
export function embedCalls(program: hbs.AST.Program): EmbedCall[] {
  const finder = new EmbedFinder();
  finder.accept(program);
  return finder.calls;
}

class EmbedFinder extends TemplateVisitor {
  readonly calls: EmbedCall[] = [];

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    this.#note(mustache);
    super.MustacheStatement(mustache);
  }

  override SubExpression(expression: hbs.AST.SubExpression): void {
    this.#note(expression);
    super.SubExpression(expression);
  }

  #note({ path, params, loc }: Pick<hbs.AST.SubExpression, 'params' | 'loc'> & { path: hbs.AST.Node }): void {
    const [name] = params;
    const called = 'original' in path && path.original === 'embed';
    if (!called || params.length !== 1 || name?.type !== 'StringLiteral') return;
    const { value } = name as hbs.AST.StringLiteral;
    this.calls.push({ name: value, line: loc.start.line, column: loc.start.column + 1 });
  }
}
