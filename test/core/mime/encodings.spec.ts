import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import * as nodemailerBase64 from 'nodemailer/lib/base64';
import * as nodemailerQp from 'nodemailer/lib/qp';
import { base64Lines, encodeBase64Lines } from '../../../lib/core/mime/base64-lines.js';
import { encodeQuotedPrintable } from '../../../lib/core/mime/quoted-printable.js';
import { corpusOf, corpusTime } from './corpus-size.js';
import { cutAt, octets } from './octet-arbitraries.js';

/** Octets that encoders stumble over, in runs that reach over the end of a line and end right at it. */
const AWKWARD = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '.',
        '=',
        ' ',
        '\t',
        '\r',
        '\n',
        '\r\n',
        '\r\n.',
        ' \r\n',
        '\t\r\n',
        '\r\r\n',
        '\0',
        '\x7f',
      ),
      fc.constantFrom('é', '你好', '🎉', 'From ', '--', '=_', '=2E', '=\r\n', '\ufeff', '\u2028'),
      fc
        .record({
          piece: fc.constantFrom('x', '.', 'é', '=', ' ', '\t', '~', '}'),
          count: fc.integer({ min: 1, max: 160 }),
        })
        .map(({ piece, count }) => piece.repeat(count)),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { maxLength: 24 },
  )
  .map(pieces => Buffer.from(pieces.join('')));
const ANY_OCTETS = fc.oneof(
  AWKWARD,
  fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array)),
);

/** RFC 2045 6.7 in the plainest way: every octet becomes a token, tokens fill a line until the next one has no room. */
function plainQuotedPrintable(text: Buffer): string {
  return text.toString('latin1').split('\r\n').map(plainLine).join('\r\n');
}

function plainLine(line: string): string {
  const tokens = [...line].map((character, index) => {
    const blank = character === ' ' || character === '\t';
    const plain = blank ? index < line.length - 1 : /^[!-<>-~]$/.test(character);
    return plain ? character : `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
  const filled: string[] = [''];
  for (const [index, token] of tokens.entries()) {
    const room = index === tokens.length - 1 ? 76 : 75;
    const current = filled.at(-1) ?? '';
    if (current.length + token.length > room) filled.push(token === '.' ? '=2E' : token);
    else filled[filled.length - 1] = current + (current === '' && token === '.' ? '=2E' : token);
  }
  return filled.join('=\r\n');
}

/** The same for base64 (RFC 2045 6.8): 57 octets are a line. */
function plainBase64(text: Buffer): string {
  let encoded = '';
  for (let start = 0; start < text.length; start += 57)
    encoded += `${text.subarray(start, start + 57).toString('base64')}\r\n`;
  return encoded;
}

const decodeQuotedPrintable = (encoded: string): Buffer =>
  Buffer.from(
    encoded
      .replaceAll('=\r\n', '')
      .replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

describe('encodeQuotedPrintable', () => {
  it('writes octet for octet what the plainest encoder writes, and its decoding is what it was given', () => {
    fc.assert(
      fc.property(ANY_OCTETS, text => {
        const encoded = encodeQuotedPrintable(text).toString('latin1');
        expect(encoded).toBe(plainQuotedPrintable(text));
        expect(decodeQuotedPrintable(encoded).equals(text)).toBe(true);
      }),
      corpusOf(4000),
    );
  });

  it('escapes what nodemailer escapes, and dots at the beginning of a line besides', () => {
    fc.assert(
      fc.property(ANY_OCTETS, text => {
        // Nodemailer leaves a bare CR and a bare LF as they are.
        const lines = Buffer.from(text.toString('latin1').replace(/\r?\n|\r/g, '\r\n'), 'latin1');
        const joined = encodeQuotedPrintable(lines)
          .toString('latin1')
          .replaceAll('=\r\n', '')
          .replaceAll('=2E', '.');
        expect(joined).toBe(nodemailerQp.encode(lines));
      }),
      corpusOf(2000),
    );
  });

  it('reads a part of a larger buffer, and leaves it as it was', () => {
    fc.assert(
      fc.property(ANY_OCTETS, fc.nat({ max: 40 }), fc.nat({ max: 40 }), (text, before, after) => {
        const around = Buffer.concat([Buffer.alloc(before, '.'), text, Buffer.alloc(after, '\r\n')]);
        const copy = Buffer.from(around);
        const part = around.subarray(before, before + text.length);
        expect(encodeQuotedPrintable(part).equals(encodeQuotedPrintable(text))).toBe(true);
        expect(around.equals(copy)).toBe(true);
      }),
      corpusOf(500),
    );
  });

  it.each([
    ['plain text', 'The quick brown fox. '],
    ['dots', '.'],
    ['octets to escape', 'é'],
    ['blanks', ' '],
    ['line ends', '\r\n'],
    ['short lines', 'a \r\n.'],
    ['bare CRs', 'x\r'],
  ])('writes megabytes of %s as the plainest encoder does', (_name, piece) => {
    const text = Buffer.from(piece.repeat(Math.ceil(1_000_003 / piece.length)));
    expect(encodeQuotedPrintable(text).toString('latin1') === plainQuotedPrintable(text)).toBe(true);
  });
});

describe('encodeBase64Lines', () => {
  it('writes octet for octet what the plainest encoder and nodemailer write', () => {
    fc.assert(
      fc.property(octets(), content => {
        const encoded = encodeBase64Lines(content);
        const text = encoded.toString('latin1');
        expect(text === plainBase64(content)).toBe(true);
        const wrapped = nodemailerBase64.wrap(nodemailerBase64.encode(content), 76).replace(/\r\n$/, '');
        expect(text === (wrapped === '' ? '' : `${wrapped}\r\n`)).toBe(true);
        expect(Buffer.from(text, 'base64').equals(content)).toBe(true);
      }),
      corpusOf(2000),
    );
  });
});

describe('base64Lines', () => {
  it(
    'writes octet for octet the same for a stream, wherever it is cut and whatever its chunks are',
    async () => {
      await fc.assert(
        fc.asyncProperty(octets(), fc.array(fc.nat()), async (content, cuts) => {
          const streamed = await buffer(base64Lines(Readable.from(cutAt(content, cuts))));
          expect(streamed.equals(encodeBase64Lines(content))).toBe(true);
        }),
        corpusOf(1500),
      );
    },
    corpusTime(),
  );
});
