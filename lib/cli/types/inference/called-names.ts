import { CallVisitor } from '../../../core/templates/parsing/call-visitor.js';
import type { TemplateCall } from '../../../core/templates/parsing/call-visitor.js';
import { isHelperCall } from './expressions.js';

/**
 * The names that templates call with arguments: helpers, so that they are helpers without arguments, too. Where only
 * some calls have arguments, the others must not be taken for variables.
 */
export class CalledNames extends CallVisitor {
  readonly names = new Set<string>();

  protected override note(call: TemplateCall): void {
    if (!isHelperCall(call) || call.path.type !== 'PathExpression') return;
    const { data, depth, parts, original } = call.path as hbs.AST.PathExpression;
    if (!data && depth === 0 && parts.length === 1 && original === parts[0]) this.names.add(original);
  }
}
