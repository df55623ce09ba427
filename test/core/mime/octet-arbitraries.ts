import * as fc from 'fast-check';
import { randomNumbers } from './random-text.js';

const LONGEST = 300 * 1024;
/** Where encoders may begin something new: a line, the encoder's own chunk, and a chunk of Node's streams. */
const BORDERS = [57, 57 * 2, 57 * 10, 57 * 18, 57 * 100];
const FAR_BORDERS = [57 * 1024, 57 * 1024 * 2, 16 * 1024, 64 * 1024, 128 * 1024, 256 * 1024];

/** Octets to take contents from; making them anew for each case would take most of the time. */
const RANDOM_OCTETS = randomOctets(LONGEST + 1024);
const LARGE_OCTETS = Buffer.concat(Array.from({ length: 5 }, () => RANDOM_OCTETS));
const POOLS: readonly Buffer[] = [
  RANDOM_OCTETS,
  Buffer.alloc(LONGEST + 1024, '.\r\n'),
  Buffer.alloc(LONGEST + 1024, 'From the words of a text.\n..\n\n'),
  Buffer.alloc(LONGEST + 1024, 0),
];

/** Contents of 0 to 300 KiB, most of them small or of a length near to a border. */
export function octets(): fc.Arbitrary<Buffer> {
  const length = fc.oneof(
    { arbitrary: fc.nat({ max: 300 }), weight: 24 },
    { arbitrary: near(BORDERS), weight: 20 },
    { arbitrary: near(FAR_BORDERS), weight: 3 },
    { arbitrary: fc.nat({ max: LONGEST }), weight: 1 },
  );
  return fc
    .tuple(fc.constantFrom(...POOLS), length, fc.nat({ max: 1000 }))
    .map(([pool, count, start]) => pool.subarray(start, start + count));
}

/** Contents a little longer than what is read ahead of a file. */
export function largeOctets(): fc.Arbitrary<Buffer> {
  const beyond = fc.oneof(fc.integer({ min: 1, max: 120 }), fc.constantFrom(57 * 1024, 64 * 1024, 300_000));
  return beyond.map(octetsBeyond => LARGE_OCTETS.subarray(0, 1024 * 1024 + octetsBeyond));
}

/**
 * The chunks of a stream of these octets, cut at these places (modulo the length); what they are differs too, and some
 * are empty.
 */
export function cutAt(content: Buffer, cuts: readonly number[]): Uint8Array[] {
  const places = cuts.map(cut => cut % (content.length + 1)).toSorted((a, b) => a - b);
  return [0, ...places].map((place, index) => {
    const chunk = content.subarray(place, places[index] ?? content.length);
    return index % 3 === 2 ? new Uint8Array(chunk) : chunk;
  });
}

function near(borders: readonly number[]): fc.Arbitrary<number> {
  return fc
    .tuple(fc.constantFrom(...borders), fc.integer({ min: -3, max: 3 }))
    .map(([border, distance]) => border + distance);
}

function randomOctets(length: number): Buffer {
  const next = randomNumbers(length);
  return Buffer.from(Array.from({ length }, () => next(256)));
}
