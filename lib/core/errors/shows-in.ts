import { inspect } from 'node:util';

/** Objects within objects, and values, that are looked at. */
const DEEPEST = 6;
const MOST_VALUES = 2000;
/** What every error is printed with, although it is not enumerable, or not an own property. */
const PRINTED = ['message', 'stack', 'cause', 'errors'] as const;

/**
 * Whether a text of which something is true stands anywhere in what was thrown: in its message, its stack, its fields and their
 * names, in what they hold, and in its causes. True as well for what is too large to be looked through, or cannot be read.
 *
 * @param shows whether a text shows what it must not
 */
export function showsIn(thrown: unknown, shows: (text: string) => boolean): boolean {
  const seen = new Set<unknown>([thrown]);
  const values = [{ value: thrown, depth: 0 }];
  try {
    // A list that grows is walked to its end.
    for (const { value, depth } of values) {
      if (typeof value === 'string' && shows(value)) return true;
      if (!isHolder(value) || ArrayBuffer.isView(value)) continue;
      if (depth > DEEPEST || values.length > MOST_VALUES) return true;
      for (const inner of [...valuesOf(value), ...PRINTED.map((name): unknown => Reflect.get(value, name))]) {
        if (seen.has(inner)) continue;
        seen.add(inner);
        values.push({ value: inner, depth: depth + 1 });
      }
    }
    return false;
  } catch {
    return true;
  }
}

function isHolder(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function valuesOf(value: object): Iterable<unknown> {
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set || Array.isArray(value)) return value;
  const keys = Reflect.ownKeys(value).filter(key => Object.prototype.propertyIsEnumerable.call(value, key));
  return [
    ...keys.filter(key => typeof key === 'string'),
    ...keys.map((key): unknown => Reflect.get(value, key)),
    ...(hasPrintOfItsOwn(value) ? [inspect(value, { depth: 1, maxStringLength: null })] : []),
  ];
}

/** A URL, a promise or a text in an object is printed with more than its fields. */
function hasPrintOfItsOwn(value: object): boolean {
  if (value instanceof Error || typeof value === 'function') return false;
  const prototype = Reflect.getPrototypeOf(value);
  return prototype !== null && prototype !== Object.prototype;
}
