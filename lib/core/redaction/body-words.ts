import { folded, foldedOctets, unescaped } from './reply-view.js';

/** Characters from which on a word of a mail is not shown. */
export const SHORTEST_WORD = 12;
/** Characters of a mail's texts that are looked at. */
const MOST_TEXT = 1024 * 1024;
/** Bits of the filter for each octet of the texts. */
const BITS = 16;
/** Octets that may be gone through to find the words of one text; what is left then is hidden as a whole. */
const MOST_COMPARED = 2e8;
/** What a character counts in the hash of a sequence for each one behind it, and when it leaves. */
const FACTOR = 0x01000193;
const LEAVING = power(FACTOR, SHORTEST_WORD);

/**
 * The words of a mail's texts, to be found in what a server says. Its index is made once, in one pass: a filter of all
 * sequences as long as the shortest word.
 */
export class BodyWords {
  readonly #octets: string;
  readonly #filter: Uint8Array;

  /** @param texts the bodies of the mail as they are read, HTML with its tags */
  constructor(texts: readonly string[]) {
    const all = texts.join('\n').slice(0, MOST_TEXT);
    const plain = folded(all);
    this.#octets = [...new Set([plain, unescaped(plain), foldedOctets(all)])].join('\n');
    const bits = 2 ** Math.ceil(Math.log2(Math.max(64, this.#octets.length * BITS)));
    this.#filter = filterOf(this.#octets, bits);
  }

  /**
   * Where a text without blanks holds words, or pieces of them, that are long enough.
   *
   * @returns begin and end of each
   */
  runsIn(text: string): [number, number][] {
    const filter = this.#filter;
    const octets = this.#octets;
    const runs: [number, number][] = [];
    const hashes = hashesOf(text);
    let left = Math.ceil(MOST_COMPARED / (octets.length + 1));
    for (let start = 0; start < hashes.length; start++) {
      if (!mayHold(filter, hashes[start] ?? 0)) continue;
      if (left-- <= 0) return [...runs, [start, text.length]];
      const end = start + SHORTEST_WORD;
      const found = octets.indexOf(text.slice(start, end));
      if (found === -1) continue;
      let last = end;
      while (last < text.length && text[last] === octets[found + last - start]) last++;
      runs.push([start, last]);
      // What follows may stand in another word, which may begin within this one.
      start = last - SHORTEST_WORD;
    }
    return runs;
  }
}

/** A bit for the hash of each sequence of the octets. */
function filterOf(octets: string, bits: number): Uint8Array {
  const filter = new Uint8Array(bits / 8);
  for (const hash of hashesOf(octets)) {
    const bit = hash & (bits - 1);
    filter[bit >>> 3] = (filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
  }
  return filter;
}

function mayHold(filter: Uint8Array, hash: number): boolean {
  const bit = hash & (filter.length * 8 - 1);
  return ((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

/** The hash of each sequence, by where it begins. */
function hashesOf(text: string): Int32Array {
  const octets = Buffer.from(text, 'latin1');
  const hashes = new Int32Array(Math.max(0, octets.length - SHORTEST_WORD + 1));
  let hash = 0;
  for (let at = 0; at < octets.length; at++) {
    hash = (Math.imul(hash, FACTOR) + (octets[at] ?? 0)) | 0;
    const start = at - SHORTEST_WORD + 1;
    if (start > 0) hash = (hash - Math.imul(octets[start - 1] ?? 0, LEAVING)) | 0;
    if (start >= 0) hashes[start] = mixed(hash);
  }
  return hashes;
}

function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return half ^ (half >>> 13);
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let count = 0; count < exponent; count++) result = Math.imul(result, base);
  return result;
}
