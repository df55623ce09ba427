import { CallVisitor } from './call-visitor.js';
import type { TemplateCall } from './call-visitor.js';

/** A call that only a helper can answer. */
export interface HelperCall {
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** `parameter` where a block around it has one of this name, which hides the helper; `decorator` of `{{* name}}`. */
  readonly kind: 'helper' | 'parameter' | 'decorator';
}

/** The calls of a template that only helpers can answer: with arguments, or within others; `{{name}}` may be a variable. */
export function helperCalls(program: hbs.AST.Program): HelperCall[] {
  const finder = new HelperCallFinder();
  finder.accept(program);
  return finder.calls;
}

class HelperCallFinder extends CallVisitor {
  readonly calls: HelperCall[] = [];
  readonly #blockParams: string[] = [];

  /** A block's parameters are variables within it, whatever their names. */
  override Program(program: hbs.AST.Program): void {
    const params = program.blockParams ?? [];
    this.#blockParams.push(...params);
    super.Program(program);
    this.#blockParams.length -= params.length;
  }

  override Decorator(decorator: hbs.AST.Decorator): void {
    this.#noteDecorator(decorator.path);
    super.Decorator(decorator);
  }

  override DecoratorBlock(decorator: hbs.AST.DecoratorBlock): void {
    this.#noteDecorator(decorator.path);
    super.DecoratorBlock(decorator);
  }

  #noteDecorator(path: hbs.AST.Expression): void {
    const name = 'original' in path ? String(path.original) : '';
    if (name !== 'inline') this.calls.push({ name, ...placeOf(path), kind: 'decorator' });
  }

  protected override note({ type, path, params, hash }: TemplateCall): void {
    const called = type === 'SubExpression' || (params?.length ?? 0) > 0 || (hash?.pairs.length ?? 0) > 0;
    if (!called || path.type !== 'PathExpression') return;
    const { data, depth, parts, original } = path as hbs.AST.PathExpression;
    const [name] = parts;
    // `user.greet`, `../x` and `this.x` are no names of helpers.
    if (data || depth > 0 || parts.length !== 1 || name === undefined || /^(?:\.|this\b)/.test(original))
      return;
    const hidden = this.#blockParams.includes(name);
    // In parentheses a parameter is itself.
    if (hidden && (params?.length ?? 0) === 0 && (hash?.pairs.length ?? 0) === 0) return;
    this.calls.push({ name, ...placeOf(path), kind: hidden ? 'parameter' : 'helper' });
  }
}

function placeOf({ loc: { start } }: hbs.AST.Expression): { line: number; column: number } {
  return { line: start.line, column: start.column + 1 };
}
