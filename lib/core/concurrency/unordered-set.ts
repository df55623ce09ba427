/** Something that knows its place in an {@link UnorderedSet}. */
export interface Placed {
  /** Written by the set that holds it. */
  place: number;
}

/**
 * Objects that come and go, in no order. A `Set` that is used for that is made anew again and again inside, and each of its
 * old tables that a garbage collector has found old keeps what stood in it, and the next table, until all memory is looked through.
 */
export class UnorderedSet<T extends Placed> {
  readonly #items: T[] = [];

  /** How many there are. */
  get size(): number {
    return this.#items.length;
  }

  /** Adds one that is in no such set. */
  add(item: T): void {
    item.place = this.#items.push(item) - 1;
  }

  /** Takes one out that is in this set; any other stays what it is. */
  delete(item: T): void {
    if (this.#items[item.place] !== item) return;
    const last = this.#items.pop();
    if (!last || last === item) return;
    this.#items[item.place] = last;
    last.place = item.place;
  }

  /** All of them now: who is called for each may take them out. */
  values(): readonly T[] {
    return [...this.#items];
  }
}
