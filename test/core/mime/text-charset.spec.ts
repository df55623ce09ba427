import { describe, expect, it } from '@jest/globals';
import { isUtf8, textCharset } from '../../../lib/core/mime/text-charset.js';

function written(charset: string, text: string): string {
  const { start, encode } = textCharset(charset);
  return Buffer.concat([start, encode(text)]).toString('hex');
}

describe('A text is written', () => {
  it.each([
    ['utf-8', 'Mü€', '4dc3bce282ac'],
    ['UTF8', 'ü', 'c3bc'],
    ['us-ascii', 'a~\n', '617e0a'],
    ['iso-8859-1', 'Müÿ\u0085', '4dfcff85'],
    ['Latin1', 'ü', 'fc'],
    ['windows-1252', 'Mü€œŸ–', '4dfc809c9f96'],
    ['CP1252', '€', '80'],
    ['windows-1250', 'žš', '9e9a'],
    ['windows-1251', 'Привет', 'cff0e8e2e5f2'],
    ['windows-1253', 'Ελ', 'c5eb'],
    ['windows-1255', 'ש₪', 'f9a4'],
    ['iso-8859-2', 'ěšč\u0080', 'ecb9e880'],
    ['iso-8859-9', 'ğış', 'f0fdfe'],
    ['iso-8859-15', '€œ', 'a4bd'],
    ['koi8-r', 'Привет', 'f0d2c9d7c5d4'],
    ['koi8-u', 'ґ', 'ad'],
    ['macintosh', 'ü€', '9fdb'],
    ['ibm866', 'Пр\u001a\u007f', '8fe01a7f'],
    ['tis-620', 'ก', 'a1'],
    [' utf-16 ', 'aü😀', 'fffe6100fc003dd800de'],
    ['utf-16le', 'a\ud83d', '6100fdff'],
    ['utf-16be', 'aü', '006100fc'],
  ])('in %s: %j', (charset, text, octets) => {
    expect(written(charset, text)).toBe(octets);
  });

  it.each([
    ['us-ascii', 'ü'],
    ['us-ascii', '\u0080'],
    ['iso-8859-1', '€'],
    ['iso-8859-1', '😀'],
    ['windows-1252', 'Ж'],
    ['windows-1252', '\u0081'],
    ['windows-1252', '\u0080'],
    ['windows-1252', '\ufffd'],
    ['windows-1252', '\ud83d'],
    ['iso-8859-9', '€'],
    ['tis-620', '€'],
    ['koi8-r', 'ü'],
    ['windows-1253', 'ª'],
    ['windows-874', '\uf8c1'],
  ])('not in %s: %j', (charset, text) => {
    const point = (text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const words = new RegExp(`^holds .*U\\+${point}\\)?, which charset=${charset} has not; `);
    expect(() => written(charset, `abc${text}`)).toThrow(words);
  });

  it.each([
    ['shift_jis'],
    ['utf-7'],
    ['utf-32'],
    ['gb18030'],
    ['none-such'],
    [''],
    ['x-user-defined'],
    ['replacement'],
  ])('not in %j, which no text can be written in exactly', charset => {
    expect(() => textCharset(charset)).toThrow(
      /cannot be written in charset=.*charset=utf-8, or give .* a Buffer/,
    );
  });
});

describe('UTF-8', () => {
  it('is known by its names', () => {
    expect(['utf-8', ' UTF8', 'utf-16', ''].map(isUtf8)).toEqual([true, true, false, false]);
  });
});
