import type { Scope } from './scope.js';
import type { Field } from './shape.js';
import { HELPER_ARGUMENTS, NATIVE_HELPERS, PRINTABLE } from './value-kinds.js';
import type { ValueKind } from './value-kinds.js';
import type { Value } from './value.js';
import { opaque } from './value.js';

/** What a path stands for, and the fields that lead to it. */
export interface Resolved {
  readonly value: Value;
  readonly fields: readonly Field[];
}

/** A call as Handlebars writes it: a mustache, a block or a sub-expression. */
export interface Call {
  readonly type: string;
  readonly path: hbs.AST.Node;
  readonly params?: readonly hbs.AST.Expression[];
  readonly hash?: hbs.AST.Hash;
}

const TEXT: readonly ValueKind[] = ['string'];
const KEY: readonly ValueKind[] = ['string', 'number'];

/** Follows the expressions of templates to what they need of the context. */
export class Expressions {
  readonly #root: Value;
  readonly #helpers: ReadonlySet<string>;
  readonly #problem: (node: hbs.AST.Node, message: string) => void;

  /**
   * @param root the whole context
   * @param helpers names of the application's helpers
   * @param problem called with what will fail whatever the context holds
   */
  constructor(
    root: Value,
    helpers: Iterable<string>,
    problem: (node: hbs.AST.Node, message: string) => void,
  ) {
    this.#root = root;
    this.#helpers = new Set([...helpers, ...NATIVE_HELPERS, ...HELPER_ARGUMENTS.keys()]);
    this.#problem = problem;
  }

  /** The name of the helper that a call runs; undefined when it reads a variable. */
  helperOf(call: Call, scope: Scope): string | undefined {
    const name = simpleName(call.path);
    if (name === undefined || scope.blockParams.some(params => params.has(name))) return undefined;
    return isHelperCall(call) || this.#helpers.has(name) ? name : undefined;
  }

  /** What a call or variable comes to. */
  call(call: Call, scope: Scope): Resolved {
    const name = this.helperOf(call, scope);
    if (name === 'lookup') return this.#lookup(call, scope);
    if (name !== undefined) {
      if (name === 'join') this.#join(call, scope);
      else this.arguments(call, scope, name);
      return { value: opaque(), fields: [] };
    }
    const called = this.resolve(asPath(call.path), scope, true);
    if (!isHelperCall(call)) return called;
    // A function of the context.
    this.arguments(call, scope);
    return { value: opaque(), fields: [] };
  }

  /** Follows the arguments of a helper. */
  arguments({ type, params, hash }: Call, scope: Scope, helper?: string): void {
    // What `default` hands on to a block need not be printable.
    const handsOn = helper === undefined || (helper === 'default' && type !== 'MustacheStatement');
    const takes = handsOn ? undefined : HELPER_ARGUMENTS.get(helper);
    const last = (params?.length ?? 0) - 1;
    for (const [index, param] of (params ?? []).entries()) {
      const kinds = takes?.params[index] ?? takes?.params.at(-1);
      // What `default` stands in for need not be there.
      const { value } =
        helper === 'default' && index < last ? this.test(param, scope) : this.evaluate(param, scope);
      if (kinds) this.restrict(value, scope, kinds);
    }
    for (const { value } of hash?.pairs ?? []) this.#use(value, scope, takes?.hash);
  }

  /** What an expression stands for. Rendering fails when the context lacks it. */
  evaluate(expression: hbs.AST.Node, scope: Scope): Resolved {
    if (expression.type === 'PathExpression')
      return this.resolve(expression as hbs.AST.PathExpression, scope, true);
    if (expression.type === 'SubExpression') return this.call(expression as hbs.AST.SubExpression, scope);
    return { value: opaque(), fields: [] };
  }

  /** What a condition tests; the context may lack it. */
  test(expression: hbs.AST.Node | undefined, scope: Scope): Resolved {
    if (expression?.type === 'PathExpression')
      return this.resolve(expression as hbs.AST.PathExpression, scope, false);
    return expression ? this.evaluate(expression, scope) : { value: opaque(), fields: [] };
  }

  /** Notes that a value must be of these kinds. */
  restrict(value: Value, scope: Scope, kinds: readonly ValueKind[]): void {
    if (value.kind === 'context' && !scope.uncertain) value.shape.restrict(kinds);
  }

  /**
   * What a path stands for.
   *
   * @param strict whether rendering fails when the context lacks it
   */
  resolve(path: hbs.AST.PathExpression, scope: Scope, strict: boolean): Resolved {
    const parts = path.parts.map(String);
    const [first = ''] = parts;
    if (path.data) {
      return first === 'root' && path.depth === 0
        ? this.#walk(this.#root, parts.slice(1), scope, strict)
        : { value: opaque(), fields: [] };
    }
    // Checking a template adds paths without parts to calls of partials: the context that there is.
    const named = parts.length > 0 && path.depth === 0 && !isScoped(path);
    const params = named ? scope.blockParams.find(names => names.has(first)) : undefined;
    const param = params?.get(first);
    if (param) return this.#walk(param, parts.slice(1), scope, strict);
    const base = scope.depths[path.depth];
    if (base) return this.#walk(base, parts, scope, strict);
    if (strict && parts.length > 0)
      this.#problem(
        path,
        `uses ${path.original}, but there is nothing around it: a partial does not see where it is used`,
      );
    return { value: opaque(), fields: [] };
  }

  #walk(start: Value, parts: readonly string[], scope: Scope, strict: boolean): Resolved {
    let value = start;
    const fields: Field[] = [];
    for (const part of parts) value = this.#step(value, part, scope, strict, fields);
    return { value, fields };
  }

  #step(value: Value, name: string, scope: Scope, strict: boolean, fields: Field[]): Value {
    if (value.kind === 'opaque') return opaque();
    if (value.kind === 'extended')
      return value.hash.get(name) ?? this.#step(value.base, name, scope, strict, fields);
    const field = value.shape.field(name);
    // Only the application's helper knows whether this is read, and of what.
    if (scope.uncertain) return opaque();
    if (strict && !scope.present.has(field)) field.required = true;
    fields.push(field);
    return { kind: 'context', shape: field.shape };
  }

  #use(expression: hbs.AST.Node, scope: Scope, kinds: readonly ValueKind[] | undefined): void {
    const { value } = this.evaluate(expression, scope);
    if (kinds) this.restrict(value, scope, kinds);
  }

  /** `join` goes through its list and prints each item. */
  #join({ params, hash }: Call, scope: Scope): void {
    const [list, separator] = params ?? [];
    const { value } = list ? this.evaluate(list, scope) : { value: opaque() };
    if (value.kind === 'context' && !scope.uncertain) {
      value.shape.mark('listed');
      value.shape.element().restrict(PRINTABLE);
    }
    if (separator) this.#use(separator, scope, TEXT);
    for (const pair of hash?.pairs ?? []) this.#use(pair.value, scope, TEXT);
  }

  #lookup({ type, params }: Call, scope: Scope): Resolved {
    const [object, key] = params ?? [];
    if (!object || !key) return { value: opaque(), fields: [] };
    const { value } = this.evaluate(object, scope);
    if (key.type === 'StringLiteral') {
      const fields: Field[] = [];
      const name = (key as hbs.AST.StringLiteral).value;
      // Printed, it must be there; a condition or `default` may ask for what is not.
      return { value: this.#step(value, name, scope, type === 'MustacheStatement', fields), fields };
    }
    this.#use(key, scope, KEY);
    // In a partial the names that are looked up are those of its arguments, which are all there.
    if (value.kind !== 'context' || scope.uncertain) return { value: opaque(), fields: [] };
    value.shape.mark(isPosition(key) ? 'listed' : 'indexed');
    return { value: { kind: 'context', shape: value.shape.element() }, fields: [] };
  }
}

/** Whether a key can only be the place in a list. */
function isPosition(key: hbs.AST.Expression): boolean {
  return key.type === 'NumberLiteral' || /^@(?:\.\.\/)*index$/.test(literalName(key) ?? '');
}

/** The path of a call; `{{"first name"}}` is one, too. */
function asPath(node: hbs.AST.Node): hbs.AST.PathExpression {
  if (node.type === 'PathExpression') return node as hbs.AST.PathExpression;
  const original = literalName(node) ?? '';
  return { type: 'PathExpression', loc: node.loc, data: false, depth: 0, parts: [original], original };
}

/** What a literal or path says, as it is written. */
export function literalName(node: hbs.AST.Node): string | undefined {
  if (node.type === 'NullLiteral' || node.type === 'UndefinedLiteral')
    return node.type === 'NullLiteral' ? 'null' : 'undefined';
  return 'original' in node ? String(node.original) : undefined;
}

/** The name of what could be a helper. */
function simpleName(node: hbs.AST.Node): string | undefined {
  const path = asPath(node);
  return path.data || path.depth > 0 || isScoped(path) || path.parts.length !== 1
    ? undefined
    : String(path.parts[0]);
}

function isScoped({ original }: hbs.AST.PathExpression): boolean {
  return /^\.|^this\b/.test(original);
}

/** Whether a call can only be one of a helper: it has arguments, or stands within another one. */
export function isHelperCall({ type, params, hash }: Call): boolean {
  return type === 'SubExpression' || (params?.length ?? 0) > 0 || (hash?.pairs.length ?? 0) > 0;
}
