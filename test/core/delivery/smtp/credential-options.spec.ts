import { describe, expect, it } from '@jest/globals';
import { checkSmtpOptions } from '../../../../lib/core/delivery/smtp/smtp-option-table.js';

const SECRET = 'hunter2-geheim';

describe('A credential in code', () => {
  it.each([
    [{ user: 'ann\n', pass: SECRET }, 'smtp.auth.user', 'a line break (U+000A) at its end'],
    [{ user: 'ann', pass: `${SECRET}\r\n` }, 'smtp.auth.pass', 'a line break (U+000D U+000A) at its end'],
    [{ user: 'ann', pass: `\ufeff${SECRET}` }, 'smtp.auth.pass', '(U+FEFF) at its beginning'],
    [{ method: 'LOGIN', user: 'ann', pass: `a\0${SECRET}` }, 'smtp.auth.pass', '(U+0000) as character 2'],
    [
      { credentials: { user: 'ann', pass: `${SECRET}\u00a0` } },
      'smtp.auth.credentials.pass',
      '(U+00A0) at its end',
    ],
    [{ type: 'OAuth2', user: 'a\u200bnn', accessToken: SECRET }, 'smtp.auth.user', '(U+200B) as character 2'],
    [{ type: 'OAuth2', user: 'ann', accessToken: `${SECRET}\n` }, 'smtp.auth.accessToken', '(U+000A)'],
    [{ type: 'OAuth2', user: 'ann', refreshToken: `${SECRET}\u3164` }, 'smtp.auth.refreshToken', '(U+3164)'],
    [
      { type: 'OAuth2', user: 'ann', refreshToken: 'x', clientSecret: `${SECRET}\u202e` },
      'smtp.auth.clientSecret',
      '(U+202E)',
    ],
    [{ type: 'OAuth2', user: 'ann', refreshToken: 'x', clientId: 'id\t' }, 'smtp.auth.clientId', '(U+0009)'],
  ])('with a character that nobody sees is a problem that shows nothing of it: %j', (auth, key, words) => {
    const problems = checkSmtpOptions({ auth });
    expect(problems).toEqual([{ key, message: expect.stringContaining(words) }]);
    expect(JSON.stringify(problems)).not.toContain(SECRET);
  });

  it('may hold anything where a mechanism of the application reads it', () => {
    const auth = { method: 'KEY', user: 'ann', pass: 'first line\nsecond line\n' };
    expect(checkSmtpOptions({ auth, customAuth: { KEY: () => {} } })).toEqual([]);
  });

  it('may have blanks', () => {
    expect(checkSmtpOptions({ auth: { user: 'ann', pass: ' two words ' } })).toEqual([]);
  });
});
