import { kindOf } from '../../core/settings/options/value-kind.js';
import { UnreadableJobError } from './unreadable-job-error.js';

/**
 * Reads a value of a job. What it throws holds nothing of the value.
 *
 * @param place where it stands, such as `record.tries`
 * @throws UnreadableJobError `damaged`
 */
export type FieldReader<T> = (value: unknown, place: string) => T;

/** The fields of an object of JSON. */
export interface JobFields {
  /** @throws UnreadableJobError `damaged` when it is missing, or not what it must be */
  required<T>(name: string, reader: FieldReader<T>): T;
  /** @returns undefined when it is not there */
  optional<T>(name: string, reader: FieldReader<T>): T | undefined;
}

/** Most characters of a text of which nothing else is said. */
const LONGEST_TEXT = 64 * 1024;
/** Most items of a list: more recipients than any server takes. */
const MOST_ITEMS = 1_000_000;

/** An object, and its fields; others that it has are not looked at. */
export function fieldsOf(value: unknown, place: string): JobFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(place, `must be an object, but is ${kindOf(value)}`);
  const read = <T>(name: string, reader: FieldReader<T>): T | undefined => {
    const given: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    return given === undefined ? undefined : reader(given, place === '' ? name : `${place}.${name}`);
  };
  return {
    optional: read,
    required: (name, reader) => {
      const found = read(name, reader);
      if (found === undefined) throw wrong(place === '' ? name : `${place}.${name}`, 'is missing');
      return found;
    },
  };
}

/** A text that is not empty, without control characters. */
export const line: FieldReader<string> = (value, place) => {
  const text = anyText(value, place);
  if (text === '') throw wrong(place, 'is empty');
  if (/\p{Cc}/u.test(text)) throw wrong(place, 'holds control characters');
  return text;
};

/** A text, whatever it holds. */
export const anyText: FieldReader<string> = (value, place) => {
  if (typeof value !== 'string') throw wrong(place, `must be a text, but is ${kindOf(value)}`);
  if (value.length > LONGEST_TEXT) throw wrong(place, `has ${value.length} characters`);
  return value;
};

/** A text of some form. */
export function textLike(form: RegExp, words: string): FieldReader<string> {
  return (value, place) => {
    if (typeof value === 'string' && form.test(value)) return value;
    throw wrong(place, `must be ${words}`);
  };
}

/** One of a few names. */
export function oneOf<const T extends string>(...names: readonly T[]): FieldReader<T> {
  return (value, place) => {
    const name = names.find(one => one === value);
    if (name === undefined) throw wrong(place, `must be ${names.join(' or ')}`);
    return name;
  };
}

/** Octets in base64. */
export const base64: FieldReader<Buffer> = (value, place) => {
  if (typeof value !== 'string') throw wrong(place, `must be base64, but is ${kindOf(value)}`);
  const octets = Buffer.from(value, 'base64');
  // Buffer.from passes over whatever is no base64.
  const padding = value.endsWith('==') ? 2 : Number(value.endsWith('='));
  if (octets.length !== Math.floor(((value.length - padding) * 3) / 4)) throw wrong(place, 'is no base64');
  return octets;
};

/** true or false. */
export const flag: FieldReader<boolean> = (value, place) => {
  if (typeof value !== 'boolean') throw wrong(place, `must be true or false, but is ${kindOf(value)}`);
  return value;
};

/** A whole number within limits. */
export function whole(min: number, max: number): FieldReader<number> {
  return (value, place) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw wrong(place, `must be a whole number from ${min} to ${max}, but is ${kindOf(value)}`);
  };
}

/** Milliseconds since 1970, up to where a Date ends. */
export const time: FieldReader<number> = whole(0, 8.64e15);

/** A list, each item of one kind. */
export function listOf<T>(item: FieldReader<T>, least = 0): FieldReader<T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw wrong(place, `must be a list, but is ${kindOf(value)}`);
    const items: unknown[] = value;
    if (items.length < least || items.length > MOST_ITEMS) throw wrong(place, `has ${items.length} items`);
    return items.map((one, index) => item(one, `${place}[${index}]`));
  };
}

/** Says that a value cannot be what a job of this package holds. */
export function wrong(place: string, what: string): UnreadableJobError {
  return new UnreadableJobError(
    'damaged',
    `Its data cannot be read: ${place === '' ? 'it' : place} ${what}; somebody has changed it, and it cannot be sent`,
  );
}
