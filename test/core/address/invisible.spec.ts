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
  ['a soft hyphen', '\u00ad', 'U+00AD'],
  ['a grapheme joiner without a mark', '\u034f', 'U+034F'],
  ['a joiner between Latin letters', '\u200d', 'U+200D'],
  ['a mark of direction between Latin letters', '\u200f', 'U+200F'],
  ['a variation selector behind a letter', '\ufe0f', 'U+FE0F'],
  ['a lone surrogate', '\ud800', 'U+D800'],
];

const PLACES = ['name', 'subject', 'file name'] as const;

describe('A character that nobody sees', () => {
  it.each(EVERYWHERE_REFUSED)(
    'is found in names, subjects and file names: %s',
    (_name, character, written) => {
      for (const place of PLACES) expect(firstInvisible(`in${character}voice.pdf`, place)).toBe(written);
      expect(withoutInvisible(`in${character}voice.pdf`, 'file name')).toBe('in_voice.pdf');
    },
  );

  it('that is an isolate is found in names and file names, and may stand in subjects', () => {
    expect(firstInvisible('a\u2067b', 'subject')).toBeUndefined();
    for (const place of ['name', 'file name'] as const)
      expect(firstInvisible('a\u2067b', place)).toBe('U+2067');
  });

  it.each(['in\u200d\u200d\u200dvoice', 'П\u200cривет', 'Α\u200eλφα', '\u{e0067}', 'a\u200b', '\u200b'])(
    'is found among others of its kind, and in other scripts: %j',
    text => {
      for (const place of PLACES) expect(firstInvisible(text, place)).toMatch(/^U\+/);
    },
  );

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
    ['a star with a variation selector', '★\ufe0f Sale'],
    ['a mark of direction behind a Latin word', 'C++\u200e ABC\u200f!'],
    ['an emoji between letters', 'a👩‍💻b'],
    ['Bengali with a joiner', 'র\u200d্যাব'],
    ['Sinhala with a joiner', 'ශ්\u200dරී'],
    ['Hebrew with a joined point', 'ל\u05b7\u034f\u05b4'],
    ['a no-break space', 'M.\u00a0Dupont'],
    ['private use, and what is not assigned yet', '\ue000 \u{1fbff}'],
  ])('that a script or an emoji needs stands everywhere: %s', (_name, text) => {
    for (const place of PLACES) expect(firstInvisible(text, place)).toBeUndefined();
  });

  it('is U+FFFD where it is half a character', () => {
    expect(wellFormed('a\ud83db\ude00 😀')).toBe('a\ufffdb\ufffd 😀');
  });
});
