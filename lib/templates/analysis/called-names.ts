import Handlebars from 'handlebars';
import { isHelperCall } from './expressions.js';
import type { Call } from './expressions.js';

/**
 * The names that templates call with arguments: helpers, so that they are helpers without arguments, too. Where only
 * some calls have arguments, the others must not be taken for variables.
 */
export class CalledNames extends Handlebars.Visitor {
  readonly names = new Set<string>();

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    this.#note(mustache);
    super.MustacheStatement(mustache);
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    this.#note(block);
    super.BlockStatement(block);
  }

  override SubExpression(expression: hbs.AST.SubExpression): void {
    this.#note(expression);
    super.SubExpression(expression);
  }

  #note(call: Call): void {
    if (!isHelperCall(call) || call.path.type !== 'PathExpression') return;
    const { data, depth, parts, original } = call.path as hbs.AST.PathExpression;
    if (!data && depth === 0 && parts.length === 1 && original === parts[0]) this.names.add(original);
  }
}
