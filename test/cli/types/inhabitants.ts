import type { Shape } from '../../../lib/cli/types/inference/shape.js';
import { isConflict } from '../../../lib/cli/types/type-text.js';

/** A type has no values. */
export class NoValueError extends Error {}

/** Says what is chosen where a type leaves a choice: a number below the count. */
export type Choose = (count: number) => number;

/** A generator of choices that makes the same ones again. */
export function choices(seed: number): Choose {
  let state = seed * 2_654_435_761 + 1;
  return count => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}

const TEXTS = { date: '2026-03-29T12:00:00Z', link: 'https://contoso.com/', duration: 'PT3H', word: 'word' };

/** A value of the type of a shape. */
export function inhabitant(shape: Shape, choose: Choose, depth = 0): unknown {
  const { facts } = shape;
  const { fields, kinds, element } = facts;
  const inner = (of: Shape | undefined): unknown =>
    of ? inhabitant(of, choose, depth + 1) : pick<unknown>(['x', 0, true, null], choose);
  if (isConflict(facts)) throw new NoValueError('no value has this type');
  if (facts.keyed || (facts.indexed && !facts.listed))
    return Object.fromEntries(['a', 'b'].slice(choose(3)).map(key => [key, inner(element)]));
  const places = [...fields].filter(([key, { required }]) => required && /^\d+$/.test(key));
  if (facts.listed || places.length > 0) {
    const least = Math.max(0, ...places.map(([key]) => Number(key) + 1));
    const length = least + (depth > 8 ? 0 : choose(3));
    return Array.from({ length }, (_, place) => inner(fields.get(String(place))?.shape ?? element));
  }
  if (kinds) return primitive(kinds, choose);
  if (fields.size === 0) return pick([true, 'x', 1, false, '', null], choose);
  const given = [...fields].filter(([, { required }]) => required || (depth <= 8 && choose(2) === 0));
  return Object.fromEntries(given.map(([key, field]) => [key, inhabitant(field.shape, choose, depth + 1)]));
}

function primitive(kinds: ReadonlySet<string>, choose: Choose): unknown {
  if (kinds.has('Duration')) return pick<unknown>([60, 0, TEXTS.duration, { hours: 3 }], choose);
  if (kinds.has('boolean'))
    return pick<unknown>([TEXTS.word, '', 0, 12, 10n, true, false, new Date(0), new URL(TEXTS.link)], choose);
  const values: unknown[] = [];
  if (kinds.has('Date')) values.push(new Date(0), TEXTS.date);
  if (kinds.has('URL')) values.push(new URL(TEXTS.link), TEXTS.link);
  if (kinds.has('bigint')) values.push(1n);
  if (kinds.has('number')) values.push(0, 3);
  return values.length > 0 ? pick(values, choose) : TEXTS.word;
}

function pick<T>(values: readonly T[], choose: Choose): T | undefined {
  return values[choose(values.length)];
}
