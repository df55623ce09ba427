import type { ValueKind } from './value-kinds.js';

/** A field of an object of the context. */
export class Field {
  readonly shape: Shape;
  /** Whether rendering fails when it is not there. */
  required = false;

  constructor(shape: Shape) {
    this.shape = shape;
  }
}

interface Facts {
  readonly fields: Map<string, Field>;
  /** What it holds many of. */
  element: Shape | undefined;
  /** Kinds of values that every use of it takes; undefined when none says anything of them. */
  kinds: ReadonlySet<ValueKind> | undefined;
  /** Whether something goes through it item by item. */
  listed: boolean;
  /** Whether something goes through it and asks for the names of its fields. */
  keyed: boolean;
  /** Whether it is looked into with a name that only rendering knows. */
  indexed: boolean;
  /** Whether it is read where nothing says what. */
  open: boolean;
  /** What readers of the type should know of it. */
  readonly notes: Set<string>;
}

/** What is known of a shape. */
export interface ShapeFacts extends Readonly<Omit<Facts, 'fields' | 'notes'>> {
  readonly fields: ReadonlyMap<string, Field>;
  readonly notes: ReadonlySet<string>;
}

/**
 * What templates ask of one value of the context. It is collected use by use; a value that is found to be the same as
 * another one, as in a partial that calls itself, becomes one with it.
 */
export class Shape {
  #same: Shape | undefined;
  readonly #facts: Facts = {
    fields: new Map(),
    element: undefined,
    kinds: undefined,
    listed: false,
    keyed: false,
    indexed: false,
    open: false,
    notes: new Set(),
  };

  /** The one shape that stands for this one and all that are the same. */
  get representative(): Shape {
    return this.#same ? this.#same.representative : this;
  }

  /** What is known of it. */
  get facts(): ShapeFacts {
    return this.representative.#facts;
  }

  /** The field of a name, which is there from now on. */
  field(name: string): Field {
    const { fields } = this.representative.#facts;
    const known = fields.get(name);
    if (known) return known;
    const field = new Field(new Shape());
    fields.set(name, field);
    return field;
  }

  /** The shape of what it holds many of. */
  element(): Shape {
    return (this.representative.#facts.element ??= new Shape());
  }

  /** Notes that a use takes only values of these kinds. */
  restrict(kinds: Iterable<ValueKind>): void {
    const facts = this.representative.#facts;
    const { kinds: known } = facts;
    facts.kinds = new Set([...kinds].filter(kind => known === undefined || known.has(kind)));
  }

  /** Notes how it is used. */
  mark(...uses: readonly ('listed' | 'keyed' | 'indexed' | 'open')[]): void {
    for (const use of uses) this.representative.#facts[use] = true;
  }

  /** Notes what readers of the type should know. */
  note(text: string): void {
    this.representative.#facts.notes.add(text);
  }

  /** Makes this shape and another one the same. */
  unify(other: Shape): void {
    const [from, into] = [this.representative, other.representative];
    if (from === into) return;
    from.#same = into;
    const [old, facts] = [from.#facts, into.#facts];
    if (old.kinds) into.restrict(old.kinds);
    for (const use of ['listed', 'keyed', 'indexed', 'open'] as const) facts[use] ||= old[use];
    for (const note of old.notes) facts.notes.add(note);
    if (old.element) {
      if (facts.element) old.element.unify(facts.element);
      else facts.element = old.element;
    }
    for (const [name, { shape, required }] of old.fields) {
      const field = facts.fields.get(name);
      if (!field) {
        facts.fields.set(name, Object.assign(new Field(shape), { required }));
        continue;
      }
      field.required ||= required;
      shape.unify(field.shape);
    }
  }
}

/** A text that is the same for shapes that ask for the same. */
export function fingerprint(shape: Shape, seen: ReadonlyMap<Shape, number> = new Map()): string {
  const { representative, facts } = shape;
  const known = seen.get(representative);
  if (known !== undefined) return `^${known}`;
  const inner = new Map([...seen, [representative, seen.size]]);
  const fields = [...facts.fields].map(
    ([name, field]) =>
      `${JSON.stringify(name)}${field.required ? '' : '?'}:${fingerprint(field.shape, inner)}`,
  );
  const uses = (['listed', 'keyed', 'indexed', 'open'] as const).filter(use => facts[use]);
  return JSON.stringify({
    fields: fields.toSorted(),
    kinds: facts.kinds && [...facts.kinds].toSorted(),
    element: facts.element && fingerprint(facts.element, inner),
    uses,
  });
}
