import { folded, foldedOctets, unescaped } from './reply-view.js';

/** Characters from which on a word of a mail is not shown. */
export const SHORTEST_WORD = 12;
/** Bits of the filter for each octet of the texts, and at most. */
const BITS = 16;
const MOST_BITS = 2 ** 27;
/** Octets of a mail that may be gone through to make sure; from then on whatever passes the filter counts as found. */
const MOST_COMPARED = 5e8;
/** What a character counts in the hash of a sequence for each one behind it, and when it leaves. */
const FACTOR = 0x01000193;
const LEAVING = power(FACTOR, SHORTEST_WORD);
const ASCII = /^[\0-\x7f]*$/;
const ESCAPES = /[%=&\\]/;

/** Begin and end of something in a text. */
type Range = readonly [from: number, to: number];

/**
 * The words of a mail's texts, to be found in what a server says. Their index is made once, in one pass: a filter of all sequences as
 * long as the shortest word. What passes it is looked for in the texts themselves, all sequences of one reply at once.
 */
export class BodyWords {
  readonly #forms: readonly string[];
  readonly #filter: Uint8Array;
  /** What has been looked for in the texts, and whether it is there. */
  readonly #known = new Map<string, boolean>();
  #left: number;

  /** @param texts the bodies of the mail as they are read */
  constructor(texts: readonly string[]) {
    this.#forms = [...new Set(texts.flatMap(text => [...formsOf(text)]))];
    const octets = this.#forms.reduce((sum, form) => sum + form.length, 0);
    this.#left = Math.max(1, Math.floor(MOST_COMPARED / (octets + 1)));
    const bits = 2 ** Math.ceil(Math.log2(Math.max(64, octets * BITS)));
    this.#filter = new Uint8Array(Math.min(bits, MOST_BITS) / 8);
    for (const form of this.#forms) forEachHash(form, hash => setBits(this.#filter, hash));
  }

  /**
   * Where something that was said holds words, or pieces of them, that are long enough.
   *
   * @param views what was said, in every form in which it is read, without blanks
   * @returns for each view begin and end of what it holds
   */
  runsIn(views: readonly string[]): Range[][] {
    const candidates = views.map(view => {
      const starts: number[] = [];
      forEachHash(view, (hash, start) => {
        if (mayHold(this.#filter, hash)) starts.push(start);
      });
      return starts;
    });
    this.#lookFor(views, candidates);
    return views.map((view, index) => {
      const found = candidates[index]?.filter(start => this.#known.get(sequenceAt(view, start)) === true);
      return joined(found ?? []);
    });
  }

  #lookFor(views: readonly string[], candidates: readonly (readonly number[])[]): void {
    const unknown = new Set<string>();
    for (const [index, view] of views.entries())
      for (const start of candidates[index] ?? []) {
        const sequence = sequenceAt(view, start);
        if (!this.#known.has(sequence)) unknown.add(sequence);
      }
    if (unknown.size === 0) return;
    const canLook = this.#left-- > 0;
    for (const sequence of unknown) this.#known.set(sequence, !canLook);
    if (canLook) for (const sequence of foundIn(this.#forms, unknown)) this.#known.set(sequence, true);
  }
}

function sequenceAt(text: string, start: number): string {
  return text.slice(start, start + SHORTEST_WORD);
}

/** Sequences that follow each other, or begin within each other, as one range. */
function joined(starts: readonly number[]): Range[] {
  const ranges: [number, number][] = [];
  for (const start of starts) {
    const last = ranges.at(-1);
    if (last && start === last[1] - SHORTEST_WORD + 1) last[1]++;
    else ranges.push([start, start + SHORTEST_WORD]);
  }
  return ranges;
}

/** A text in every form in which it may be compared with a view. */
function formsOf(text: string): Set<string> {
  const isAscii = ASCII.test(text);
  const plain = isAscii ? text.toLowerCase() : folded(text);
  const forms = new Set([plain]);
  if (ESCAPES.test(plain)) forms.add(unescaped(plain));
  if (!isAscii) forms.add(foldedOctets(text));
  return forms;
}

/** Those of some sequences that stand in one of the texts, each of which is gone through once. */
function* foundIn(texts: readonly string[], sequences: ReadonlySet<string>): Generator<string> {
  const wanted = new Map<number, string[]>();
  for (const sequence of sequences)
    forEachHash(sequence, hash => wanted.set(hash, [...(wanted.get(hash) ?? []), sequence]));
  const filter = new Uint8Array(8192);
  for (const hash of wanted.keys()) setBits(filter, hash);
  const found: string[] = [];
  for (const text of texts) {
    forEachHash(text, (hash, start) => {
      if (!mayHold(filter, hash)) return;
      const alike = wanted.get(hash);
      const sequence = alike && sequenceAt(text, start);
      if (sequence === undefined || !alike?.includes(sequence)) return;
      found.push(sequence);
      // What has been found is looked for no more: a text may repeat it a million times.
      wanted.set(
        hash,
        alike.filter(one => one !== sequence),
      );
    });
  }
  yield* found;
}

/** Two bits for each sequence. */
function setBits(filter: Uint8Array, hash: number): void {
  const mask = filter.length * 8 - 1;
  const first = hash & mask;
  const second = secondHash(hash) & mask;
  filter[first >>> 3] = (filter[first >>> 3] ?? 0) | (1 << (first & 7));
  filter[second >>> 3] = (filter[second >>> 3] ?? 0) | (1 << (second & 7));
}

function mayHold(filter: Uint8Array, hash: number): boolean {
  const mask = filter.length * 8 - 1;
  const first = hash & mask;
  if (((filter[first >>> 3] ?? 0) & (1 << (first & 7))) === 0) return false;
  const second = secondHash(hash) & mask;
  return ((filter[second >>> 3] ?? 0) & (1 << (second & 7))) !== 0;
}

function secondHash(hash: number): number {
  return Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
}

/** Tells the hash of each sequence, and where it begins. */
function forEachHash(text: string, tell: (hash: number, start: number) => void): void {
  const octets = Buffer.from(text, 'latin1');
  let hash = 0;
  for (let at = 0; at < octets.length; at++) {
    hash = (Math.imul(hash, FACTOR) + (octets[at] ?? 0)) | 0;
    const start = at - SHORTEST_WORD + 1;
    if (start > 0) hash = (hash - Math.imul(octets[start - 1] ?? 0, LEAVING)) | 0;
    if (start >= 0) tell(mixed(hash), start);
  }
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
