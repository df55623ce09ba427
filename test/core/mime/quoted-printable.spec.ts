import { describe, expect, it } from '@jest/globals';
import { encodeQuotedPrintable } from '../../../lib/core/mime/quoted-printable.js';
import { randomNumbers, randomText } from './random-text.js';

/** Independent of the encoder and of nodemailer: RFC 2045 6.7, on octets, and strict about what it takes. */
function decode(encoded: Buffer): Buffer {
  const octets: number[] = [];
  const text = encoded.toString('latin1');
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== '=') {
      octets.push(text.charCodeAt(index));
      continue;
    }
    const next = text.slice(index + 1, index + 3);
    if (next !== '\r\n') {
      if (!/^[0-9A-F]{2}$/.test(next)) throw new Error(`"=${next}" is no escape`);
      octets.push(Number.parseInt(next, 16));
    }
    index += 2;
  }
  return Buffer.from(octets);
}

function faultsOf(encoded: Buffer): string[] {
  const text = encoded.toString('latin1');
  const faults = text
    .split('\r\n')
    .flatMap(line => [
      ...(line.length > 76 ? [`a line of ${line.length}`] : []),
      ...(line.startsWith('.') ? ['a leading dot'] : []),
      ...(/[ \t]$/.test(line) ? ['white space at the end of a line'] : []),
      ...(/[\r\n]/.test(line) ? ['a bare line end'] : []),
    ]);
  return /^[\t\r\n\x20-\x7e]*$/.test(text) ? faults : [...faults, 'an octet that is not printable'];
}

describe('encodeQuotedPrintable', () => {
  it.each([
    ['', ''],
    ['Hello', 'Hello'],
    ['a=b', 'a=3Db'],
    ['é', '=C3=A9'],
    ['.', '=2E'],
    ['..a', '=2E.a'],
    ['a\r\n.b', 'a\r\n=2Eb'],
    ['a \r\n', 'a=20\r\n'],
    ['a\t', 'a=09'],
    ['a b\tc', 'a b\tc'],
    ['a\rb\nc', 'a=0Db=0Ac'],
    ['a\r\r\nb', 'a=0D\r\nb'],
    ['\0\u007f', '=00=7F'],
    ['x'.repeat(76), 'x'.repeat(76)],
    ['x'.repeat(77), `${'x'.repeat(75)}=\r\nxx`],
    [`${'x'.repeat(76)}\r\ny`, `${'x'.repeat(76)}\r\ny`],
    [`${'x'.repeat(75)} `, `${'x'.repeat(75)}=\r\n=20`],
    [`${'x'.repeat(75)}.y`, `${'x'.repeat(75)}=\r\n=2Ey`],
    [`${'x'.repeat(73)}é`, `${'x'.repeat(73)}=\r\n=C3=A9`],
  ])('writes %j as %j', (text, encoded) => {
    expect(encodeQuotedPrintable(Buffer.from(text)).toString('latin1')).toBe(encoded);
  });

  it('gives back any octets, in lines of at most 76 octets that never begin with a dot', () => {
    const next = randomNumbers(20261123);
    for (let round = 0; round < 400; round++) {
      const alphabet = round % 4;
      const octets = Buffer.from(
        Array.from({ length: next(400) }, () => {
          if (alphabet === 0) return next(256);
          if (alphabet === 1) return [0x2e, 0x0d, 0x0a, 0x20, 0x3d, 0x61][next(6)] ?? 0;
          if (alphabet === 2) return [0x2e, 0x61, 0x62][next(3)] ?? 0;
          return 0x20 + next(95);
        }),
      );
      const encoded = encodeQuotedPrintable(octets);
      expect(faultsOf(encoded)).toEqual([]);
      expect(decode(encoded)).toEqual(octets);
    }
  });

  it('gives back texts of many scripts', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const octets = Buffer.from(randomText(seed));
      const encoded = encodeQuotedPrintable(octets);
      expect(faultsOf(encoded)).toEqual([]);
      expect(decode(encoded)).toEqual(octets);
    }
  });

  it.each([
    ['only dots', '.'],
    ['only octets to escape', 'é'],
    ['only equals signs', '='],
    ['only spaces', ' '],
    ['only line ends', '\r\n'],
    ['only CR', '\r'],
  ])('has room for a long text of %s', (_name, piece) => {
    for (const count of [1, 24, 25, 26, 73, 75, 76, 77, 10_000]) {
      const octets = Buffer.from(piece.repeat(count));
      const encoded = encodeQuotedPrintable(octets);
      expect(faultsOf(encoded)).toEqual([]);
      expect(decode(encoded).equals(octets)).toBe(true);
    }
  });
});
