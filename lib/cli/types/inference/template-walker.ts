import { asksForKeys } from './asks-for-keys.js';
import { blockParamsOf, inlinePartials } from './block-names.js';
import type { Call, Resolved } from './expressions.js';
import { Expressions, isHelperCall, literalName } from './expressions.js';
import type { BlockParams, Closure, Scope } from './scope.js';
import { OUTERMOST_SCOPE } from './scope.js';
import type { Field, Shape } from './shape.js';
import { PRINTABLE } from './value-kinds.js';
import type { Value } from './value.js';
import { isSame, opaque, openValue, unifyValues } from './value.js';

type Program = hbs.AST.Program;
type Partial = hbs.AST.PartialStatement | hbs.AST.PartialBlockStatement;

/** What a template finds outside of itself. */
export interface Surroundings {
  /** The names of the application's helpers. */
  readonly helpers: Iterable<string>;
  /** The layout or partial of a name; `broken` when it cannot be read, undefined when there is none. */
  partial(name: string): Program | 'broken' | undefined;
  /** Called with what will fail whatever the context holds. */
  problem(node: hbs.AST.Node, message: string): void;
}

/** Far more than the largest templates take; only partials that call each other in many ways come here. */
const MOST_STATEMENTS = 100_000;
/** Partials within partials; beyond some thousands the stack of this process would end. */
const DEEPEST = 200;
/** Goes through a template as rendering would, with every branch taken, and collects what it needs of the context. */
export class TemplateWalker {
  readonly #root: Shape;
  readonly #surroundings: Surroundings;
  readonly #expressions: Expressions;
  readonly #running: { program: Program; block: Program | undefined; context: Value }[] = [];
  #statements = 0;

  constructor(root: Shape, surroundings: Surroundings) {
    this.#root = root;
    this.#surroundings = surroundings;
    this.#expressions = new Expressions(
      { kind: 'context', shape: root },
      surroundings.helpers,
      (node, message) => surroundings.problem(node, message),
    );
  }

  /** Goes through one template. */
  walk(program: Program): void {
    this.#statements = 0;
    this.#enter({ ...OUTERMOST_SCOPE, program }, { kind: 'context', shape: this.#root }, OUTERMOST_SCOPE);
  }

  /** Runs a program in a context of its own. */
  #enter(closure: Closure, context: Value, scope: Scope, blockParams?: BlockParams): void {
    const depths = isSame(context, closure.depths[0]) ? closure.depths : [context, ...closure.depths];
    const inner = { ...closure, depths, present: scope.present, uncertain: scope.uncertain };
    this.#run(closure.program, {
      ...inner,
      blockParams: blockParams ? [blockParams, ...closure.blockParams] : closure.blockParams,
      partials: inlinePartials(closure.program, closure),
    });
  }

  /** Runs a program in the context that there is. */
  #branch(program: Program | undefined, scope: Scope, present: readonly Field[] = []): void {
    if (!program) return;
    this.#run(program, {
      ...scope,
      partials: inlinePartials(program, { ...scope, program }),
      ...(present.length > 0 && { present: new Set([...scope.present, ...present]) }),
    });
  }

  #run(program: Program, scope: Scope): void {
    for (const statement of program.body) {
      if (++this.#statements > MOST_STATEMENTS) {
        this.#giveUp();
        return;
      }
      this.#statement(statement, scope);
    }
  }

  #giveUp(): void {
    this.#root.mark('open');
    this.#root.note('Its partials call each other in more ways than can be followed.');
  }

  #statement(statement: hbs.AST.Statement, scope: Scope): void {
    switch (statement.type) {
      case 'MustacheStatement': {
        const { value } = this.#expressions.call(statement as hbs.AST.MustacheStatement, scope);
        this.#expressions.restrict(value, scope, PRINTABLE);
        return;
      }
      case 'BlockStatement':
        return this.#block(statement as hbs.AST.BlockStatement, scope);
      case 'PartialStatement':
        return this.#partial(statement as hbs.AST.PartialStatement, scope);
      case 'PartialBlockStatement':
        return this.#partialBlock(statement as hbs.AST.PartialBlockStatement, scope);
    }
  }

  #block(block: hbs.AST.BlockStatement, scope: Scope): void {
    // Either can be missing, whatever the types of Handlebars say.
    const { program, inverse }: { program?: Program; inverse?: Program } = block;
    const [param] = block.params;
    const helper = this.#expressions.helperOf(block, scope);
    if (helper === 'if' || helper === 'unless') {
      const { fields } = this.#expressions.test(param, scope);
      const [truthy, falsy] = helper === 'if' ? [program, inverse] : [inverse, program];
      this.#branch(truthy, scope, fields);
      this.#branch(falsy, scope);
    } else if (helper === 'eq') {
      this.#expressions.arguments(block, scope, helper);
      this.#branch(program, scope);
      this.#branch(inverse, scope);
    } else if ((helper === 'each' || helper === 'with') && param) {
      const resolved = this.#expressions.evaluate(param, scope);
      if (program && helper === 'each') this.#each(program, resolved, scope);
      else if (program) this.#with(program, resolved, scope);
      this.#branch(inverse, scope);
    } else {
      this.#foreign(block, program, inverse, helper, scope);
    }
  }

  #each(program: Program, { value, fields }: Resolved, scope: Scope): void {
    const element: Value =
      value.kind === 'context' && !scope.uncertain
        ? { kind: 'context', shape: value.shape.element() }
        : opaque();
    if (value.kind === 'context' && !scope.uncertain)
      value.shape.mark('listed', ...(asksForKeys(program) ? (['keyed'] as const) : []));
    // What is known of the fields of one item says nothing of the next.
    const others =
      element.kind === 'context' ? new Set<Field>(element.shape.facts.fields.values()) : new Set<Field>();
    const present = new Set([...scope.present, ...fields].filter(field => !others.has(field)));
    const names = blockParamsOf(program, [element]);
    this.#enter({ ...scope, program }, element, { ...scope, present }, names);
  }

  #with(program: Program, { value, fields }: Resolved, scope: Scope): void {
    const present = new Set([...scope.present, ...fields]);
    const names = blockParamsOf(program, [value]);
    this.#enter({ ...scope, program }, value, { ...scope, present }, names);
  }

  /** A block of an application's helper, or `{{#x}}…{{/x}}`, which is a condition, `with` or `each` as x is. */
  #foreign(
    block: hbs.AST.BlockStatement,
    program: Program | undefined,
    inverse: Program | undefined,
    helper: string | undefined,
    scope: Scope,
  ): void {
    const { value } = this.#expressions.call(block, scope);
    const isVariable = helper === undefined && !isHelperCall(block);
    if (isVariable && value.kind === 'context' && program && !scope.uncertain)
      value.shape.note('Read by {{#…}}, which does not say whether it is a condition, an object or a list.');
    const unsure = { ...scope, uncertain: true };
    if (program) {
      const names = blockParamsOf(program, []);
      this.#branch(program, { ...unsure, blockParams: [names, ...scope.blockParams] });
      if (isVariable) this.#enter({ ...scope, program }, opaque(), unsure);
    }
    this.#branch(inverse, isVariable ? scope : unsure);
  }

  #partialBlock(partial: hbs.AST.PartialBlockStatement, scope: Scope): void {
    const block: Closure = { ...scope, program: partial.program };
    const partials = inlinePartials(partial.program, block);
    this.#partial(partial, { ...scope, partials }, { ...block, partials: scope.partials });
  }

  #partial(partial: Partial, scope: Scope, block: Closure | undefined = scope.partialBlock): void {
    const context = this.#contextOf(partial, scope);
    if (partial.name.type === 'SubExpression') {
      this.#dynamic(partial.name as hbs.AST.SubExpression, context, scope);
      return;
    }
    const name = literalName(partial.name) ?? '';
    const closure = name === '@partial-block' ? scope.partialBlock : scope.partials.get(name);
    if (closure) {
      // A block sees the block around it, an inline partial the one it is given.
      const given = name === '@partial-block' ? closure : { ...closure, partialBlock: block };
      this.#call(given, context, scope);
      return;
    }
    if (name === '@partial-block') return;
    const found = this.#surroundings.partial(name);
    if (found === 'broken') openValue(context, `Uses the partial "${name}", which has a syntax error.`);
    else if (found)
      this.#call(
        { ...OUTERMOST_SCOPE, program: found, partials: scope.partials, partialBlock: block },
        context,
        scope,
      );
    else this.#surroundings.problem(partial, `uses the partial "${name}", which does not exist`);
  }

  /** What a partial runs in. */
  #contextOf({ params, hash }: Partial, scope: Scope): Value {
    const [param] = params ?? [];
    const base = param ? this.#expressions.evaluate(param, scope).value : (scope.depths[0] ?? opaque());
    const pairs = (hash?.pairs ?? []).map(({ key, value }): [string, Value] => [
      key,
      this.#expressions.evaluate(value, scope).value,
    ]);
    return pairs.length > 0 ? { kind: 'extended', base, hash: new Map(pairs) } : base;
  }

  /** A partial whose name only rendering knows. */
  #dynamic(name: Call, context: Value, scope: Scope): void {
    const { value, fields } = this.#expressions.call(name, scope);
    this.#expressions.restrict(value, scope, ['string']);
    const last = fields.at(-1);
    if (last && !scope.present.has(last)) last.required = true;
    openValue(context, 'Goes to a partial whose name only rendering knows; it can read anything.');
  }

  /** Runs a partial or block, but not again and again what calls itself. */
  #call(closure: Closure, context: Value, scope: Scope): void {
    const { program } = closure;
    const block = closure.partialBlock?.program;
    const active = this.#running.filter(call => call.program === program && call.block === block);
    if (active.some(call => isSame(call.context, context))) return;
    // The first one can be more than what the others are: a mail with comments is no comment.
    const [first, last] = [active[0], active.at(-1)];
    if (last && last !== first) {
      unifyValues(context, last.context);
      return;
    }
    if (this.#running.length >= DEEPEST) {
      this.#giveUp();
      return;
    }
    this.#running.push({ program, block, context });
    this.#enter(closure, context, scope);
    this.#running.pop();
  }
}
