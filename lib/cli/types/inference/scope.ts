import type { Field } from './shape.js';
import type { Value } from './value.js';

/** A block or inline partial, with what it sees of the place where it stands. */
export interface Closure {
  readonly program: hbs.AST.Program;
  /** Contexts around it, the innermost first: what `../` reaches. */
  readonly depths: readonly Value[];
  readonly blockParams: readonly BlockParams[];
  readonly partials: ReadonlyMap<string, Closure>;
  readonly partialBlock: Closure | undefined;
}

/** The names that one block gives with `as |item index|`. */
export type BlockParams = ReadonlyMap<string, Value>;

/** What a piece of a template sees. */
export interface Scope extends Omit<Closure, 'program'> {
  /** Fields that the conditions around have found to be there. */
  readonly present: ReadonlySet<Field>;
  /** Whether an application's helper decides if this runs at all. */
  readonly uncertain: boolean;
}

/** What the outermost template sees: nothing around it. */
export const OUTERMOST_SCOPE: Scope = {
  depths: [],
  blockParams: [],
  partials: new Map(),
  partialBlock: undefined,
  present: new Set(),
  uncertain: false,
};
