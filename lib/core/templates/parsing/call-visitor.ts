import { TemplateVisitor } from './template-visitor.js';

/** A place of a syntax tree where something is printed or a helper called. */
export interface TemplateCall {
  readonly type: string;
  readonly path: hbs.AST.Expression;
  readonly params?: readonly hbs.AST.Expression[];
  readonly hash?: hbs.AST.Hash;
}

/** Visits every `{{path …}}`, `{{#path …}}` and `(path …)` of a tree. */
export abstract class CallVisitor extends TemplateVisitor {
  /** Called with each call, before the calls within it. */
  protected abstract note(call: TemplateCall): void;

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    this.note(mustache);
    super.MustacheStatement(mustache);
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    this.note(block);
    super.BlockStatement(block);
  }

  override SubExpression(expression: hbs.AST.SubExpression): void {
    this.note(expression);
    super.SubExpression(expression);
  }
}
