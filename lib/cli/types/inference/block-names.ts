import { literalName } from './expressions.js';
import type { BlockParams, Closure } from './scope.js';
import type { Value } from './value.js';
import { opaque } from './value.js';

/** The names that a block gives to values; further ones are places and keys, or what only its helper knows. */
export function blockParamsOf(program: hbs.AST.Program, values: readonly Value[]): BlockParams {
  // Programs without names do not have the list.
  const { blockParams = [] }: { blockParams?: string[] } = program;
  return new Map(blockParams.map((name, index) => [name, values[index] ?? opaque()]));
}

/** The inline partials that a program brings, over those that it is given. */
export function inlinePartials(program: hbs.AST.Program, around: Closure): ReadonlyMap<string, Closure> {
  const blocks = program.body.filter(({ type }) => type === 'DecoratorBlock') as hbs.AST.DecoratorBlock[];
  if (blocks.length === 0) return around.partials;
  const partials = new Map(around.partials);
  for (const { params, program: body } of blocks) {
    const name = params[0] && literalName(params[0]);
    // They see each other, too.
    if (name !== undefined) partials.set(name, { ...around, program: body, partials });
  }
  return partials;
}
