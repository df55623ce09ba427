import type { Field, Shape, ShapeFacts } from './inference/shape.js';
import type { ValueKind } from './inference/value-kinds.js';
import { comment, propertyKey } from './source-text.js';

/** The types of the package that generated types name. */
const ALIASES: Readonly<Record<string, readonly ValueKind[]>> = {
  DateValue: ['Date', 'number', 'string'],
  DurationValue: ['Duration', 'number', 'string'],
  LinkValue: ['URL', 'string'],
  NumberValue: ['bigint', 'number'],
  PrintableValue: ['Date', 'URL', 'bigint', 'boolean', 'number', 'string'],
};
const LONGEST_TUPLE = 10;
const CONFLICT = 'The templates use it in ways that no one value can satisfy.';

/** Writes shapes as TypeScript types. */
export class TypeText {
  /** The types of the package that were named. */
  readonly aliases = new Set<string>();
  /** Types that hold themselves, and so have names: the name and the type. */
  readonly declared = new Map<string, string>();
  readonly #names = new Map<Shape, string>();
  readonly #open = new Map<Shape, string>();

  /**
   * The type of a shape.
   *
   * @param name what a type that holds itself is called
   */
  typeOf(shape: Shape, name: string): string {
    const { representative } = shape;
    const known = this.#names.get(representative);
    if (known !== undefined) return known;
    const outer = this.#open.get(representative);
    if (outer !== undefined) return this.#nameFor(representative, outer);
    this.#open.set(representative, name);
    const text = this.#structure(shape, name);
    this.#open.delete(representative);
    const given = this.#names.get(representative);
    if (given === undefined) return text;
    this.declared.set(given, text);
    return given;
  }

  #structure(shape: Shape, name: string): string {
    const { facts } = shape;
    if (isConflict(facts)) return 'unknown';
    if (isList(facts)) return this.#list(facts, name);
    if (facts.kinds) return facts.fields.size > 0 ? 'string' : this.#kinds(facts.kinds);
    const element = facts.element && facts.indexed ? this.typeOf(facts.element, `${name}Item`) : undefined;
    if (facts.keyed || (element !== undefined && facts.fields.size === 0)) {
      const type = element ?? (facts.element ? this.typeOf(facts.element, `${name}Item`) : 'unknown');
      const record = `{\n  readonly [key: string]: ${indented(type)};\n}`;
      return facts.keyed || type.includes('\n')
        ? record
        : `${listOf(type)} | { readonly [key: string]: ${type} }`;
    }
    if (facts.fields.size === 0 && !facts.open) return 'unknown';
    return this.#object(facts, name);
  }

  #object({ fields, open, indexed }: ShapeFacts, name: string): string {
    const lines = [...fields]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, field]) => this.#field(key, field, name));
    // With `unknown` instead, objects that an interface describes would not fit.
    if (open || indexed) lines.push('[key: string]: any;');
    return `{\n${lines.map(line => `  ${indented(line)}\n`).join('')}}`;
  }

  #field(key: string, { shape, required }: Field, name: string): string {
    const type = this.typeOf(shape, name + pascalCase(key));
    const notes = comment(notesOf(shape));
    const optional = type === 'unknown' ? ' unknown' : orNull(type);
    return `${notes}${propertyKey(key)}${required ? `: ${type}` : `?:${optional}`};`;
  }

  #list({ fields, element }: ShapeFacts, name: string): string {
    const item = element ? this.typeOf(element, `${name}Item`) : 'unknown';
    const places = [...fields].filter(([key, { required }]) => required && isPlace(key));
    const length = Math.max(0, ...places.map(([key]) => Number(key) + 1));
    // A longer tuple is a list whose places a template happens to read.
    if (length === 0 || length > LONGEST_TUPLE || item.includes('\n')) return listOf(item);
    const items = Array.from({ length }, (_, place) => {
      const field = fields.get(String(place));
      return field ? this.typeOf(field.shape, `${name}Item`) : item;
    });
    return items.some(text => text.includes('\n'))
      ? listOf(items.find(text => text.includes('\n')) ?? item)
      : `readonly [${items.join(', ')}, ...${/[ |]/.test(item) ? `(${item})` : item}[]]`;
  }

  #kinds(kinds: ReadonlySet<ValueKind>): string {
    const wanted = [...kinds].toSorted().join();
    const alias = Object.keys(ALIASES).find(name => ALIASES[name]?.join() === wanted);
    if (alias === undefined) return [...kinds].join(' | ');
    this.aliases.add(alias);
    return alias;
  }

  #nameFor(shape: Shape, wanted: string): string {
    const taken = new Set([...this.#names.values(), ...Object.keys(ALIASES), 'Date', 'URL']);
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}${number}`;
    this.#names.set(shape, name);
    return name;
  }
}

/** What readers should know of a type. */
export function notesOf({ facts }: Shape): string[] {
  return [...(isConflict(facts) ? [CONFLICT] : []), ...facts.notes].toSorted();
}

/** The name of a type made of the name of a template. */
export function typeName(template: string): string {
  const name = pascalCase(template);
  return /^\p{L}/u.test(name) ? name : `T${name}`;
}

/** `reset-password` and `user_name` as parts of a type's name. */
function pascalCase(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(word => word !== '');
  return words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function isPlace(key: string): boolean {
  return /^\d+$/.test(key);
}

/** What lists and texts have, too. */
function isLength(key: string): boolean {
  return key === 'length';
}

function isList({ listed, keyed, fields }: ShapeFacts): boolean {
  if (keyed) return false;
  const keys = [...fields.keys()];
  return listed || (keys.some(isPlace) && keys.every(key => isPlace(key) || isLength(key)));
}

/** Whether no value can be all that it is used for. */
export function isConflict({ kinds, fields, listed, keyed, indexed, open }: ShapeFacts): boolean {
  const keys = [...fields.keys()];
  if (kinds && (kinds.size === 0 || listed || keyed || indexed || open)) return true;
  if (kinds && keys.length > 0) return !keys.every(isLength) || !kinds.has('string');
  return (listed || keyed) && (open || !keys.every(key => isLength(key) || (isPlace(key) && !keyed)));
}

function listOf(item: string): string {
  return /^[\w$]+$|^\{[^]*\}$/.test(item) ? `readonly ${item}[]` : `readonly (${item})[]`;
}

/** The type of what may be null, with the blank or line end before it. */
function orNull(type: string): string {
  if (!type.includes('\n') || /^\{[^]*\}$/.test(type)) return ` ${type} | null`;
  return `\n  | ${indented(indented(type))}\n  | null`;
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
