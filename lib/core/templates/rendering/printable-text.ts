import { types } from 'node:util';

/**
 * The text of a value that may be printed: a text, finite number, bigint, boolean, valid Date, URL, or a list of these.
 *
 * @returns undefined when it may not
 */
export function printableText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isFinite(value) ? String(value) : undefined;
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? undefined : textOfObject(value);
    default:
      return undefined;
  }
}

/** What a value is that may not be printed, without the value itself: `undefined`, `a promise`, `an instance of Person`. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object') return typeof value === 'symbol' ? 'a symbol' : typeof value;
  if (types.isSymbolObject(value)) return 'a symbol';
  if (types.isDate(value)) return 'an invalid Date';
  if (Array.isArray(value)) return `a list that holds ${describeItem(value)}`;
  if (isPromise(value)) return 'a promise';
  if (types.isNativeError(value)) return 'an Error';
  const name = classNameOf(value);
  if (name === undefined || name === 'Object') return 'an object';
  if (NAMED.has(name)) return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
  return `an instance of ${name}`;
}

/**
 * What to do about a value that may not be printed.
 *
 * @param name what the template calls it
 */
export function remedyFor(value: unknown, name: string): string {
  if (value === undefined || value === null)
    return `give it a value, or write {{#if ${name}}}…{{/if}} or {{default ${name} "…"}}`;
  if (typeof value === 'number') return 'give a finite number';
  if (typeof value === 'function') return 'call it, and pass what it returns';
  if (typeof value === 'symbol' || types.isSymbolObject(value)) return 'pass a text';
  if (types.isDate(value)) return 'pass a valid Date, and print it with {{formatDate …}}';
  if (Array.isArray(value))
    return `go over it with {{#each ${name}}}…{{/each}}, or print texts with {{join ${name} ", "}}`;
  if (isPromise(value)) return 'await it, and pass what it resolves to';
  if (types.isNativeError(value)) return 'pass a text about it, such as its message';
  if (types.isMap(value) || types.isSet(value))
    return 'pass a list or a plain object, and go over it with {{#each …}}';
  if (isSafeString(value)) return 'only a SafeString that a helper makes is printed as HTML: pass a text';
  return `print one of its fields, such as {{${name === 'this' || name === '.' ? 'this' : name}.name}}`;
}

/** Whether a value can be awaited; a value whose `then` cannot be read is none. */
export function isPromise(value: unknown): boolean {
  if (typeof value !== 'object' && typeof value !== 'function') return false;
  if (types.isPromise(value)) return true;
  try {
    return typeof Object(value).then === 'function';
  } catch {
    return false;
  }
}

/** Whether a value is a SafeString of Handlebars, of whichever copy: applications may have one of their own. */
export function isSafeString(value: unknown): value is { toHTML(): string } {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return false;
  return (
    classNameOf(value) === 'SafeString' &&
    'string' in value &&
    'toHTML' in prototype &&
    typeof prototype.toHTML === 'function'
  );
}

const NAMED: ReadonlySet<string> = new Set(
  'Map Set WeakMap WeakSet WeakRef Buffer RegExp ArrayBuffer DataView Uint8Array SafeString'.split(' '),
);

function textOfObject(value: object): string | undefined {
  if (types.isDate(value))
    return Number.isNaN(Date.prototype.getTime.call(value)) ? undefined : String(value);
  if (value instanceof URL) return value.href;
  // A helper outside strict mode gets a text as `this` in a box, and may run its block with it.
  if (types.isBoxedPrimitive(value)) return printableText(value.valueOf());
  if (!Array.isArray(value)) return undefined;
  const texts: string[] = [];
  for (const item of value as readonly unknown[]) {
    const text = Array.isArray(item) ? undefined : printableText(item);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts.join(',');
}

function describeItem(list: readonly unknown[]): string {
  const index = list.findIndex(item => Array.isArray(item) || printableText(item) === undefined);
  const item = list[index];
  return Array.isArray(item) ? 'a list' : describeValue(item);
}

function classNameOf(value: object): string | undefined {
  try {
    const { constructor }: { constructor?: unknown } = Object(Object.getPrototypeOf(value));
    return typeof constructor === 'function' && /^[\p{L}_$][\p{L}\p{N}_$]{0,60}$/u.test(constructor.name)
      ? constructor.name
      : undefined;
  } catch {
    return undefined;
  }
}
