import { describe, expect, it } from '@jest/globals';
import { UnorderedSet } from '../../../lib/core/concurrency/unordered-set.js';

interface Item {
  readonly name: string;
  place: number;
}

function items(...names: string[]): Item[] {
  return names.map(name => ({ name, place: -1 }));
}

describe('A set without an order', () => {
  it('holds what was added and not taken out, whatever the order of coming and going', () => {
    const set = new UnorderedSet<Item>();
    const [a, b, c, d] = items('a', 'b', 'c', 'd') as [Item, Item, Item, Item];
    for (const item of [a, b, c]) set.add(item);
    set.delete(a);
    set.add(d);
    set.delete(d);
    expect(set.size).toBe(2);
    expect(new Set(set.values())).toEqual(new Set([b, c]));
    set.delete(c);
    set.delete(b);
    expect(set.size).toBe(0);
    expect(set.values()).toEqual([]);
  });

  it('takes nothing out for what was taken out before, or never added', () => {
    const set = new UnorderedSet<Item>();
    const [a, b, c] = items('a', 'b', 'c') as [Item, Item, Item];
    set.add(a);
    set.add(b);
    set.delete(a);
    set.delete(a);
    set.delete(c);
    expect(set.values()).toEqual([b]);
  });

  it('gives those of now, so that they may be taken out while somebody goes through them', () => {
    const set = new UnorderedSet<Item>();
    for (const item of items('a', 'b', 'c')) set.add(item);
    const seen: string[] = [];
    for (const item of set.values()) {
      seen.push(item.name);
      set.delete(item);
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(set.size).toBe(0);
  });
});
