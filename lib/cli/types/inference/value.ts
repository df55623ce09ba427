import type { Shape } from './shape.js';

/** What an expression of a template stands for. */
export type Value = ContextValue | ExtendedValue | OpaqueValue;

/** A value out of the context. */
export interface ContextValue {
  readonly kind: 'context';
  readonly shape: Shape;
}

/** What a partial with named arguments runs in: the arguments, laid over another value. */
export interface ExtendedValue {
  readonly kind: 'extended';
  readonly base: Value;
  readonly hash: ReadonlyMap<string, Value>;
}

/** A constant, what a helper returns, or data: nothing that the context could lack. */
export interface OpaqueValue {
  readonly kind: 'opaque';
}

/** A value of which nothing is known; each is a value of its own, equal to no other. */
export function opaque(): OpaqueValue {
  return { kind: 'opaque' };
}

/** Whether two values are surely the same. */
export function isSame(one: Value, other: Value | undefined): boolean {
  return one.kind === 'context' && other?.kind === 'context'
    ? one.shape.representative === other.shape.representative
    : one === other;
}

/** Takes two values for the same from now on, as far as they come out of the context. */
export function unifyValues(one: Value, other: Value): void {
  if (one.kind === 'context' && other.kind === 'context') one.shape.unify(other.shape);
  if (one.kind !== 'extended' || other.kind !== 'extended') return;
  unifyValues(one.base, other.base);
  for (const [name, value] of one.hash) {
    const same = other.hash.get(name);
    if (same) unifyValues(value, same);
  }
}

/** Notes of a value that it is read in ways that nothing says. */
export function openValue(value: Value, note: string): void {
  if (value.kind === 'extended') openValue(value.base, note);
  if (value.kind !== 'context') return;
  value.shape.mark('open');
  value.shape.note(note);
}
