import type { OptionReader } from './option-reader.js';
import { isOptionObject, kindOf } from './value-kind.js';

/** Limits of a number. */
export interface NumberLimits {
  readonly min: number;
  readonly max: number;
  /** Whether it must be a whole number. @default false */
  readonly integer?: boolean;
}

/** What belongs to the application, or is checked by those who use it. */
export const anything: OptionReader = value => value;

/** A text that is not empty. */
export const text: OptionReader = kind(
  'a text that is not empty',
  value => typeof value === 'string' && value.trim() !== '',
);

/** A text, the empty one too. */
export const anyText: OptionReader = kind('a text', value => typeof value === 'string');

/** true or false; not as a text, which code has no reason to give. */
export const flag: OptionReader = kind('true or false', value => typeof value === 'boolean');

/** A function. */
export const callback: OptionReader = kind('a function', value => typeof value === 'function');

/** A class, which Nest instantiates; not an arrow function, and not a class of JavaScript itself such as Object. */
export const type: OptionReader = kind('a class', isOwnClass);

/** An object, whatever its fields. */
export const object: OptionReader = kind('an object', isOptionObject);

/** A list, whatever its items. */
export const list: OptionReader = kind('a list', value => Array.isArray(value));

/** A number within limits. */
export function number({ min, max, integer = false }: NumberLimits): OptionReader {
  const words = `${integer ? 'a whole number' : 'a number'} ${max === Infinity ? `of ${min} or more` : `from ${min} to ${max}`}`;
  return kind(
    words,
    value =>
      typeof value === 'number' &&
      value >= min &&
      value <= max &&
      (!integer || Number.isInteger(value) || value === Infinity),
  );
}

/** One of a few names, written exactly so. */
export function oneOf(...names: readonly string[]): OptionReader {
  const words = names.map(name => `"${name}"`);
  return kind(
    `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
    value => typeof value === 'string' && names.includes(value),
  );
}

/** A list, each item of one kind. With one item that is not, none can be used. */
export function listOf(item: OptionReader): OptionReader {
  return (value, key, report) => {
    const items: unknown = list(value, key, report);
    if (!Array.isArray(items)) return undefined;
    // Not map, which passes over the holes of a list.
    const read = Array.from(items, (one: unknown, index) => item(one, `${key}[${index}]`, report));
    return read.includes(undefined) ? undefined : read;
  };
}

/** An object whose fields may have any names and are of one kind. With one that is not, none can be used. */
export function recordOf(item: OptionReader): OptionReader {
  return (value, key, report) => {
    if (object(value, key, report) === undefined) return undefined;
    const read = Object.entries(Object(value)).map(([name, one]: [string, unknown]) => [
      name,
      item(one, `${key}.${name}`, report),
    ]);
    return read.some(([, one]) => one === undefined) ? undefined : Object.fromEntries(read);
  };
}

/**
 * What a predicate accepts.
 *
 * @param words complete "must be …"
 */
export function kind(words: string, accepts: (value: unknown) => boolean): OptionReader {
  return (value, key, report) => {
    if (accepts(value)) return value;
    report(key, `must be ${words}, but is ${kindOf(value)}`);
    return undefined;
  };
}

/** Whether `new` can be said of a function that an application brought along. */
export function isOwnClass(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  try {
    // Runs nothing of it, and throws unless it can be constructed.
    Reflect.construct(Object, [], value);
  } catch {
    return false;
  }
  // Bound functions are native too, but have no prototype.
  return (
    !('prototype' in value) || !/\{\s*\[native code\]\s*\}\s*$/.test(Function.prototype.toString.call(value))
  );
}
