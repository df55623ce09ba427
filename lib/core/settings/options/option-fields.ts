import { shownName } from '../../redaction/may-be-secret.js';
import { visible } from '../../redaction/printable.js';
import { nearestKey } from '../../text/nearest-key.js';
import type { OptionReader, OptionTable } from './option-reader.js';
import { isOptionObject, kindOf } from './value-kind.js';

/** Most unknown keys of one object that are named: somebody has passed another object by mistake. */
const MOST_NAMED = 10;
const LONGEST_KEY = 40;
/** How the outermost object is called in a problem. */
const WHOLE = 'options';

/**
 * An object of options; its key is empty where it is the outermost one. Each is read once, into a plain object of our own,
 * so that getters and classes do no harm. Unknown keys are told, with the nearest known one. A key whose value is undefined
 * is not given.
 *
 * @param elsewhere keys that are no options here, with what is said of each: words that complete "key: …"
 */
export function fields(table: OptionTable, elsewhere: Readonly<Record<string, string>> = {}): OptionReader {
  const readers = Object.entries(table);
  const known = Object.keys(table);
  return (value, key, report) => {
    if (!isOptionObject(value)) {
      report(key === '' ? WHOLE : key, `must be an object, but is ${kindOf(value)}`);
      return undefined;
    }
    const path = (name: string): string => (key === '' ? name : `${key}.${name}`);
    const read: Record<string, unknown> = {};
    for (const [name, reader] of readers) {
      try {
        // Not only own fields: a getter or the prototype of a class may give one.
        const given: unknown = Reflect.get(value, name);
        const usable = given === undefined ? undefined : reader(given, path(name), report);
        if (usable !== undefined) read[name] = usable;
      } catch {
        // Not the message: what throws may tell what it has read.
        report(path(name), 'cannot be read: its getter throws');
      }
    }
    const unknown = unknownKeys(value, table);
    if (unknown.length === 0) return read;
    for (const name of unknown.slice(0, MOST_NAMED))
      report(path(shown(name)), own(elsewhere, name) ?? notKnown(name.slice(0, LONGEST_KEY), known));
    if (unknown.length > MOST_NAMED)
      report(key === '' ? WHOLE : key, `has ${unknown.length - MOST_NAMED} more keys that are not known`);
    return read;
  };
}

/** Says of a key that it is not known, and what was probably meant. */
export function notKnown(name: string, known: readonly string[]): string {
  const near = nearestKey(name, known) ?? known.find(key => isBeginning(name, key));
  return near === undefined
    ? `is not known; known are ${known.join(', ')}`
    : `is not known; did you mean ${near}?`;
}

/** Whether a key was cut short: `logo` for `logoUrl`. */
function isBeginning(name: string, key: string): boolean {
  return name.length >= 3 && key.toLowerCase().startsWith(name.toLowerCase());
}

/** The own keys of an object that a table does not have; not those whose value is undefined, which are not given. */
function unknownKeys(value: object, table: OptionTable): string[] {
  try {
    return Object.keys(value).filter(name => {
      if (Object.hasOwn(table, name)) return false;
      const property = Object.getOwnPropertyDescriptor(value, name);
      return !property || !('value' in property) || property.value !== undefined;
    });
  } catch {
    return [];
  }
}

function own(words: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(words, name) ? words[name] : undefined;
}

function shown(name: string): string {
  if (shownName(name) !== name) return shownName(name);
  return visible(name.length > LONGEST_KEY ? `${name.slice(0, LONGEST_KEY)}…` : name);
}
