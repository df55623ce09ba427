import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { base64Lines, encodeBase64Lines } from '../../../lib/core/mime/base64-lines.js';
import { randomNumbers } from './random-text.js';

const LENGTHS = [0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 1000, 65_536];

describe('encodeBase64Lines', () => {
  it.each(LENGTHS)('writes %d octets in lines of at most 76 characters, each ending with CRLF', length => {
    const next = randomNumbers(length);
    const octets = Buffer.from(Array.from({ length }, () => next(256)));
    const lines = encodeBase64Lines(octets).toString('latin1').split('\r\n');
    expect(lines.pop()).toBe('');
    expect(lines.every(line => /^[A-Za-z0-9+/]{1,76}={0,2}$/.test(line) && line.length <= 76)).toBe(true);
    expect(Buffer.from(lines.join(''), 'base64').equals(octets)).toBe(true);
  });
});

describe('base64Lines', () => {
  it('writes the same as in one piece, wherever the stream is cut', async () => {
    const next = randomNumbers(7);
    for (let round = 0; round < 60; round++) {
      const octets = Buffer.from(Array.from({ length: next(600) }, () => next(256)));
      const chunks: Buffer[] = [];
      for (let start = 0; start < octets.length;) {
        const end = start + 1 + next(130);
        chunks.push(octets.subarray(start, end));
        start = end;
      }
      const encoded = await buffer(base64Lines(Readable.from(chunks)));
      expect(encoded.equals(encodeBase64Lines(octets))).toBe(true);
    }
  });

  it('encodes a chunk of any size in small pieces, and as in one piece', async () => {
    for (const length of [58_368, 58_369, 300_000]) {
      const octets = Buffer.from(Array.from({ length }, (_, index) => (index * 31) % 251));
      const pieces: Buffer[] = [];
      for await (const piece of base64Lines(Readable.from([Buffer.from('!'), octets]))) pieces.push(piece);
      expect(Math.max(...pieces.map(piece => piece.length))).toBeLessThan(100_000);
      const whole = encodeBase64Lines(Buffer.concat([Buffer.from('!'), octets]));
      expect(Buffer.concat(pieces).equals(whole)).toBe(true);
    }
  });

  it('writes the same into one memory, for a reader that is done with a piece before the next', async () => {
    const octets = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251));
    const chunks = [octets.subarray(0, 20), octets.subarray(20, 70_001), octets.subarray(70_001)];
    const copies: Buffer[] = [];
    const memories = new Set<ArrayBufferLike>();
    for await (const piece of base64Lines(Readable.from(chunks), { reuse: true })) {
      copies.push(Buffer.from(piece));
      if (piece.length >= 76) memories.add(piece.buffer);
    }
    expect(Buffer.concat(copies).equals(encodeBase64Lines(octets))).toBe(true);
    expect(memories.size).toBeLessThanOrEqual(2);
  });
});
