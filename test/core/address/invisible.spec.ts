import { describe, expect, it } from '@jest/globals';
import { firstInvisible, wellFormed, withoutInvisible } from '../../../lib/core/address/invisible.js';

const EVERYWHERE_REFUSED: readonly [name: string, character: string, written: string][] = [
  ['a line end', '\n', 'U+000A'],
  ['NUL', '\0', 'U+0000'],
  ['a C1 control', '\u0085', 'U+0085'],
  ['a line separator', '\u2028', 'U+2028'],
  ['an embedding', '\u202a', 'U+202A'],
  ['the end of an embedding', '\u202c', 'U+202C'],
  ['an override', '\u202e', 'U+202E'],
  ['a byte order mark', '\ufeff', 'U+FEFF'],
  ['a word joiner', '\u2060', 'U+2060'],
  ['an invisible plus', '\u2064', 'U+2064'],
  ['a deprecated format character', '\u206a', 'U+206A'],
  ['a Hangul filler', '\u3164', 'U+3164'],
  ['a half-width Hangul filler', '\uffa0', 'U+FFA0'],
  ['a tag character', '\u{e0041}', 'U+E0041'],
  ['a reserved ignorable character', '\u{e0fff}', 'U+E0FFF'],
  ['an annotation', '\ufff9', 'U+FFF9'],
  ['a zero-width space between Latin letters', '\u200b', 'U+200B'],
  ['a lone surrogate', '\ud800', 'U+D800'],
];

describe('A character that nobody sees', () => {
  it.each(EVERYWHERE_REFUSED)('is found in subjects and file names: %s', (_name, character, written) => {
    for (const place of ['subject', 'file name'] as const)
      expect(firstInvisible(`in${character}voice.pdf`, place)).toBe(written);
    expect(withoutInvisible(`in${character}voice.pdf`, 'file name')).toBe('in_voice.pdf');
  });

  it.each([
    ['an isolate', '\u2067', 'U+2067'],
    ['a soft hyphen', '\u00ad', 'U+00AD'],
  ])('is found in file names, and may stand in subjects: %s', (_name, character, written) => {
    expect(firstInvisible(`a${character}b`, 'subject')).toBeUndefined();
    expect(firstInvisible(`a${character}b`, 'file name')).toBe(written);
  });

  it.each([
    ['plain ASCII', 'Your invoice no. 42'],
    ['an emoji of several with joiners', '👩‍👩‍👧 Familie'],
    ['an emoji with a variation selector', '❤️ and ☎︎'],
    ['a keycap and a flag', '1️⃣ 🇫🇷'],
    ['the flag of Scotland', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} Alba'],
    ['Persian with a non-joiner', 'می\u200cخواهم'],
    ['Hebrew with marks of direction', '\u200fשלום\u200e'],
    ['Khmer with zero-width spaces', 'ភាសា\u200bខ្មែរ'],
    ['Thai with zero-width spaces', 'ภาษา\u200bไทย'],
    ['Mongolian with a vowel separator', 'ᠮᠣᠩᠭᠣᠯ\u180eᠠ'],
    ['an ideograph with a variation selector', '葛\u{e0100}城'],
    ['a no-break space', 'M.\u00a0Dupont'],
    ['private use, and what is not assigned yet', '\ue000 \u{1fbff}'],
  ])('that a script or an emoji needs stands everywhere: %s', (_name, text) => {
    expect(firstInvisible(text, 'subject')).toBeUndefined();
    expect(firstInvisible(text, 'file name')).toBeUndefined();
  });

  it('is U+FFFD where it is half a character', () => {
    expect(wellFormed('a\ud83db\ude00 😀')).toBe('a\ufffdb\ufffd 😀');
  });
});
