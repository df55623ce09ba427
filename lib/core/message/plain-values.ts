import { isPromise } from 'node:util/types';
import { wellFormed } from '../address/invisible.js';
import { isMailError } from '../errors/mail-error.js';
import type { MailMessageErrorCode } from '../errors/mail-message-error.js';
import { MailMessageError } from '../errors/mail-message-error.js';
import { MESSAGE_LIMITS } from './message-limits.js';

/** Which field of a message something is, and the code of errors about it. */
export interface FieldPlace {
  readonly field: string;
  readonly code: MailMessageErrorCode;
  /** The code where there is too much of it. @default code */
  readonly tooMany?: MailMessageErrorCode;
  /** Whether it may be a secret, so that what its getter throws is no cause: it may tell what was read. @default false */
  readonly secret?: boolean;
}

/**
 * Reads something of what a caller handed over. Getters and proxies are code, and may throw anything.
 *
 * @throws {@link MailMessageError} about that field, whatever is thrown
 */
export function guarded<T>(place: FieldPlace, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(place, error);
  }
}

/** The error of a field whose reading has thrown something; an error about the message stays what it is. */
export function unreadable({ field, code, secret = false }: FieldPlace, thrown: unknown): unknown {
  if (isMailError(thrown)) return thrown;
  return new MailMessageError(code, field, 'cannot be read: a getter or proxy of it throws', {
    cause: secret ? undefined : thrown,
  });
}

/**
 * Copies a list, of which each item is read once. A hole is undefined.
 *
 * @param most items that it may have; with more, none is read
 * @returns undefined when it is no list
 * @throws {@link MailMessageError} when it is too long or cannot be read
 */
export function plainList(place: FieldPlace, value: unknown, most: number): unknown[] | undefined {
  return guarded(place, () => {
    if (!Array.isArray(value)) return undefined;
    const { length }: { length: unknown } = value;
    if (typeof length !== 'number' || !(length >= 0 && length <= most))
      throw new MailMessageError(
        place.tooMany ?? place.code,
        place.field,
        `has more items than the ${grouped(most)} that are allowed`,
        { value: length },
      );
    return Array.from({ length }, (_, index): unknown => value[index]);
  });
}

/** Which fields of an object are read. */
export interface ObjectFields {
  /** Fields that a class or a getter may give too. */
  readonly known: readonly string[];
  /** Whether whatever else the object has of its own is copied as well, so that it can be told. @default true */
  readonly others?: boolean;
  /** What a field is called in errors. @default its own name */
  readonly called?: (name: string) => string;
}

/**
 * Copies the fields of an object. Each is read once; one that is undefined is not there.
 *
 * @returns undefined when it is no object with fields, but a list, a Map, a boxed text, a promise …
 * @throws {@link MailMessageError} when it cannot be read
 */
export function plainFields(
  place: FieldPlace,
  value: unknown,
  { known, others = true, called = name => name }: ObjectFields,
): Map<string, unknown> | undefined {
  if (!isFieldObject(place, value)) return undefined;
  const read = new Map<string, unknown>();
  const names = others ? ownNames(place, value).filter(name => !known.includes(name)) : [];
  for (const name of [...known, ...names]) {
    const item: unknown = guarded({ ...place, field: called(name) }, () => Reflect.get(value, name));
    if (item !== undefined) read.set(name, item);
  }
  return read;
}

/** Whether a value is an object that has fields, and not one that holds items or is a value itself. */
export function isFieldObject(place: FieldPlace, value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return guarded(place, () => {
    if (isPromise(value) || value instanceof Date || ArrayBuffer.isView(value)) return false;
    return !(Symbol.iterator in value);
  });
}

/**
 * The names of an object's own fields.
 *
 * @throws {@link MailMessageError} when there are too many, or they cannot be read
 */
export function ownNames(place: FieldPlace, value: object): string[] {
  const names = guarded(place, () => Object.keys(value));
  if (names.length <= MESSAGE_LIMITS.fields) return names;
  throw new MailMessageError(
    place.tooMany ?? place.code,
    place.field,
    `has more fields than the ${grouped(MESSAGE_LIMITS.fields)} that are allowed`,
    { value: names.length },
  );
}

/**
 * A text with U+FFFD in place of lone surrogates; anything else as it is.
 *
 * @param most characters that a text may have
 * @throws {@link MailMessageError} when it is longer
 */
export function plainText(place: FieldPlace, value: unknown, most: number): unknown {
  if (typeof value !== 'string') return value;
  if (value.length > most)
    throw new MailMessageError(
      place.code,
      place.field,
      `has ${grouped(value.length)} characters, more than the ${grouped(most)} that are allowed`,
    );
  return wellFormed(value);
}

/**
 * The text of one header, such as a subject, which is bounded in octets.
 *
 * @throws {@link MailMessageError} when it is longer than {@link MESSAGE_LIMITS} allows
 */
export function plainHeaderText(place: FieldPlace, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const most = MESSAGE_LIMITS.headerOctets;
  const octets = value.length > most ? value.length : Buffer.byteLength(value);
  if (octets > most)
    throw new MailMessageError(
      place.code,
      place.field,
      `is longer than the ${grouped(most)} octets (UTF-8) that a header may have`,
    );
  return wellFormed(value);
}

/** A number as people write it: 100,000. */
export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}
