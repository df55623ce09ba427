import { describe, expect, it } from '@jest/globals';
import { credentialProblem } from '../../../lib/core/settings/credential-problem.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { PICKUP, problemsOf, SMTP } from './settings-problems.js';

const CHARACTERS = [
  ['a line feed', '\n', 'a line break (U+000A)'],
  ['a line end of Windows', '\r\n', 'a line break (U+000D U+000A)'],
  ['a line separator', '\u2028', 'a line break (U+2028)'],
  ['NUL', '\0', 'a control character (U+0000)'],
  ['a tabulator', '\t', 'a control character (U+0009)'],
  ['DEL', '\u007f', 'a control character (U+007F)'],
  ['a control character of 8 bits', '\u009b', 'a control character (U+009B)'],
  ['a no-break space', '\u00a0', 'an invisible character (U+00A0)'],
  ['an ideographic space', '\u3000', 'an invisible character (U+3000)'],
  ['a soft hyphen', '\u00ad', 'an invisible character (U+00AD)'],
  ['a zero-width space', '\u200b', 'an invisible character (U+200B)'],
  ['a byte order mark', '\ufeff', 'an invisible character (U+FEFF)'],
  ['a change of direction', '\u202e', 'an invisible character (U+202E)'],
  ['a Hangul filler', '\u3164', 'an invisible character (U+3164)'],
  ['a variation selector', '\ufe0f', 'an invisible character (U+FE0F)'],
  ['a tag character', '\u{e0041}', 'an invisible character (U+E0041)'],
  ['a braille blank', '\u2800', 'an invisible character (U+2800)'],
  ['half a character', '\ud800', 'an invisible character (U+D800)'],
] as const;

describe.each(CHARACTERS)('A credential with %s', (_, character, words) => {
  it.each([
    ['at its end', `hunter2${character}`, 'at its end'],
    ['at its beginning', `${character}hunter2`, 'at its beginning'],
    ['inside', `h\u00fcnter${character}2`, 'as character 7'],
  ])('%s is a problem of Username and of Password that shows nothing of it', (_where, secret, place) => {
    const message = `holds ${words} ${place}; take it out`;
    expect(problemsOf({ ...SMTP, Username: 'ann', PASSWORD: secret })).toEqual([
      { key: 'PASSWORD', message },
    ]);
    expect(problemsOf({ ...SMTP, UserName: secret, Password: 'x' })).toEqual([{ key: 'UserName', message }]);
  });
});

describe('A credential', () => {
  it('may have blanks at its ends and inside, and any letter', () => {
    const Password = ' p\u00e4ss w\u00f6rd \u{1f511} \u043f\u0430\u0440\u043e\u043b\u044c ';
    expect(resolveMailSettings({ ...SMTP, Username: 'domain\\ann', Password }).password).toBe(Password);
  });

  it('is told of by the first few of its characters', () => {
    expect(credentialProblem('a\u200b\u200c\u200d\u2060\ufeff')).toBe(
      'holds an invisible character (U+200B U+200C U+200D U+2060 and more) at its end; take it out',
    );
  });

  it('is not looked at with a pickup directory, which has no use for it', () => {
    expect(problemsOf({ ...PICKUP, Username: 'ann\n', Password: 'x\n' })).toEqual([]);
  });
});
