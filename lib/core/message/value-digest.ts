import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import { types } from 'node:util';
import { MailMessageError } from '../errors/mail-message-error.js';
import { grouped, guarded } from './plain-values.js';

/** Texts are gathered up to this length: many small pieces cost more than hashing them. */
const PIECE = 64 * 1024;
const DEEPEST = 100;
const MOST_VALUES = 1_000_000;
const LONE_SURROGATE = /\p{Cs}/u;

/**
 * SHA-256 of a value of any kind, by what it holds: fields in any order, lists, Maps and Sets in their own. Each value is written
 * with its type and length, so that no two that differ read the same. A field that is undefined is not there; a function counts
 * as one, whatever it does; an instance of a class counts by its own fields, and by what its `toJSON` says where it has one.
 *
 * @param kind what the value is, so that equal values of two kinds differ
 * @param field what errors call the value; of an object each of its fields is named
 * @throws MailMessageError `EMAILMESSAGE` for what cannot be compared: it refers back to itself, is too large, or can be read only
 *   once
 */
export function valueDigest(kind: string, value: unknown, field: string): Buffer {
  const writer = new ValueWriter(field);
  return guarded({ field, code: 'EMAILMESSAGE', secret: true }, () => writer.digest(kind, value));
}

/** Writes one value into a hash. */
class ValueWriter {
  readonly #hash: Hash = createHash('sha256');
  /** The objects around the value that is being written, the outermost first. */
  readonly #above: object[] = [];
  #text = '';
  #left = MOST_VALUES;
  #field: string;

  constructor(field: string) {
    this.#field = field;
  }

  digest(kind: string, value: unknown): Buffer {
    this.#string(kind);
    this.#value(value);
    this.#flush();
    return this.#hash.digest();
  }

  #value(value: unknown): void {
    if (--this.#left < 0) this.#refuse(`holds more than ${grouped(MOST_VALUES)} values`);
    switch (typeof value) {
      case 'string':
        return this.#string(value);
      case 'number':
        return this.#write(`d${Object.is(value, -0) ? '-0' : value};`);
      case 'bigint':
        return this.#write(`i${value};`);
      case 'boolean':
        return this.#write(value ? 't' : 'f');
      case 'object':
        return value === null ? this.#write('n') : this.#object(value);
      case 'undefined':
        return this.#write('u');
      default:
        return this.#write(typeof value === 'function' ? 'F' : 'Y');
    }
  }

  #object(value: object): void {
    if (this.#above.includes(value)) this.#refuse('refers back to itself');
    if (this.#above.length >= DEEPEST) this.#refuse(`is nested more than ${DEEPEST} levels deep`);
    this.#above.push(value);
    this.#content(value);
    this.#above.pop();
  }

  #content(value: object): void {
    if (types.isDate(value)) return this.#write(`D${Date.prototype.getTime.call(value)};`);
    if (types.isTypedArray(value) || types.isDataView(value)) return this.#octets(value);
    if (types.isAnyArrayBuffer(value)) return this.#octets(new Uint8Array(value));
    if (types.isRegExp(value)) return this.#list('R', [RegExp.prototype.toString.call(value)]);
    if (types.isBoxedPrimitive(value)) return this.#list('P', [unboxed(value)]);
    if (types.isPromise(value)) return this.#write('A');
    if (Array.isArray(value)) return this.#list('L', value);
    if (types.isMap(value)) return this.#list('M', Map.prototype.entries.call(value));
    if (types.isSet(value)) return this.#list('S', Set.prototype.values.call(value));
    if (value instanceof URL) return this.#list('U', [value.href]);
    if (types.isNativeError(value)) this.#list('E', [value.name, value.message]);
    else if (isIterable(value)) this.#iterable(value);
    const json = jsonOf(value);
    if (json === undefined) return this.#fields(value, () => true);
    // Beside what it says of itself what it says of that to others, who may print it: caches of libraries are no plain values.
    this.#list('J', [json]);
    this.#fields(value, isPlainValue);
  }

  #iterable(value: Iterable<unknown>): void {
    const items = value[Symbol.iterator]();
    if (Object.is(items, value))
      this.#refuse('holds something that can be read only once, such as a generator');
    this.#list('I', { [Symbol.iterator]: () => items });
  }

  /** The own fields of an object, each read once; what is undefined is not there. */
  #fields(value: object, counts: (item: unknown) => boolean): void {
    this.#write('{');
    const outermost = this.#above.length === 1;
    const field = this.#field;
    for (const name of Object.keys(value).sort()) {
      const item = valueAt(value, name);
      if (item === undefined || !counts(item)) continue;
      if (outermost) this.#field = name.slice(0, 100);
      this.#string(name);
      this.#value(item);
    }
    this.#field = field;
    this.#write('}');
  }

  #list(tag: string, items: Iterable<unknown>): void {
    this.#write(`${tag}[`);
    for (const item of items) this.#value(item);
    this.#write(']');
  }

  #string(text: string): void {
    if (!LONE_SURROGATE.test(text)) return this.#write(`s${text.length}:${text}`);
    // UTF-8 would make one of all that differ in such characters.
    this.#write('w');
    this.#octets(Buffer.from(text, 'utf16le'));
  }

  #octets(view: NodeJS.ArrayBufferView): void {
    this.#write(`b${kindOfView(view)}${view.byteLength}:`);
    this.#flush();
    this.#hash.update(view);
  }

  #write(text: string): void {
    this.#text += text;
    if (this.#text.length > PIECE) this.#flush();
  }

  #flush(): void {
    this.#hash.update(this.#text);
    this.#text = '';
  }

  #refuse(problem: string): never {
    throw new MailMessageError(
      'EMAILMESSAGE',
      this.#field,
      `${problem}, so that two sends with one idempotencyKey cannot be compared; give plain data`,
    );
  }
}

/** What a field is whose getter throws. */
const UNREADABLE = Symbol('unreadable');

/** A template need not read a field whose getter throws. */
function valueAt(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name);
  } catch {
    return UNREADABLE;
  }
}

/** What an object says of itself as JSON; undefined when it says nothing, or only itself. */
function jsonOf(value: object): unknown {
  const toJSON = valueAt(value, 'toJSON');
  if (typeof toJSON !== 'function') return undefined;
  try {
    const json: unknown = toJSON.call(value, '');
    return json === value ? undefined : json;
  } catch {
    return undefined;
  }
}

function isPlainValue(value: unknown): boolean {
  return (typeof value !== 'object' && typeof value !== 'function') || types.isDate(value);
}

function isIterable(value: object): value is Iterable<unknown> {
  return typeof Reflect.get(value, Symbol.iterator) === 'function';
}

function unboxed(value: object): unknown {
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  return types.isBigIntObject(value) ? BigInt.prototype.valueOf.call(value) : undefined;
}

function kindOfView(view: NodeJS.ArrayBufferView): string {
  return types.isDataView(view) ? 'DataView' : Object.prototype.toString.call(view).slice(8, -1);
}
