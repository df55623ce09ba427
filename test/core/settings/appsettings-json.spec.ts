import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appsettings } from '../../../lib/core/settings/appsettings.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { settingsErrorOf } from './settings-problems.js';

describe('a settings file', () => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  const load = (content: string | Uint8Array): Record<string, unknown> =>
    appsettings(directory.write('appsettings.json', content), {})();

  it.each([
    ['line comments', '{\n // the server\n "Host": "a" // here\n}'],
    ['block comments', '/* mail */ { "Host": /* inside */ "a" } /* end */'],
    ['trailing commas', '{ "Host": "a", }'],
    ['a byte-order mark', '\uFEFF{ "Host": "a" }'],
    ['Windows line ends', '{\r\n  "Host": "a"\r\n}\r\n'],
    ['members without outer braces', '"Host": "a"'],
    ['members without outer braces and a trailing comma', '"Host": "a",\n'],
    ['members without outer braces below a comment', '// mail\n/* settings */\n"Host": "a"'],
    ['members without outer braces before a comment', '"Host": "a" // the server'],
    ['members without outer braces behind a byte-order mark', '\uFEFF"Host": "a"'],
  ])('may have %s', (_name, content) => {
    expect(load(content)).toEqual({ Host: 'a' });
  });

  it('may have trailing commas in lists and comments that look like strings', () => {
    expect(load('{ "A": [1, 2, /* "x": */ ], "Url": "http://x//y" }')).toEqual({
      A: [1, 2],
      Url: 'http://x//y',
    });
  });

  it.each<[string, Buffer, string]>([
    [
      'Latin-1',
      Buffer.from('{\n "Password": "ge\u00fc" }', 'latin1'),
      'is not UTF-8: at line 2, column 17 (octet 19)',
    ],
    ['UTF-16', Buffer.from('\uFEFF{ "Host": "a" }', 'utf16le'), 'is UTF-16 and not UTF-8'],
    ['UTF-16 without a mark', Buffer.from('{ "Host": "a" }', 'utf16le'), 'is UTF-16 and not UTF-8'],
    ['UTF-16 the other way', Buffer.from('\uFEFF"Host": "a"', 'utf16le').swap16(), 'is UTF-16 and not UTF-8'],
  ])('is refused as %s, with the place and without its content', (_encoding, content, words) => {
    const { message } = settingsErrorOf(() => load(content));
    expect(message).toContain(`appsettings.json`);
    expect(message).toContain(words);
    expect(message).toContain('Save it as UTF-8');
    expect(message).not.toMatch(/ge|Host/);
  });

  it('is read as UTF-8', () => {
    expect(load('{"FromAddress":"Bücher 📚 <a@b.com>"}')).toEqual({ FromAddress: 'Bücher 📚 <a@b.com>' });
  });

  it.each([
    ['a missing comma', '{\n  "Host": "a"\n  "Port": 25\n}', 3, 3],
    ['a missing value', '{ "Host": }', 1, 11],
    ['a word without quotes', '{\n  Host: "a"\n}', 2, 3],
    ['a missing colon', '{\r\n\r\n  "Host" "a"\r\n}', 3, 10],
    ['an error behind a byte-order mark', '\uFEFF{ Host: 1 }', 1, 3],
    ['an error without outer braces', '"Host": "a" "Port": 25', 1, 13],
    ['an error in a later line without outer braces', '"Host": "a"\n"Port": 25', 2, 1],
    ['two objects', '{}\n{}', 2, 1],
  ])('with %s is refused with file, line and column', (_name, content, line, column) => {
    const file = directory.write('appsettings.json', content);
    const error = settingsErrorOf(appsettings(file, {}));
    expect(error.problems).toEqual([
      {
        key: file,
        message: expect.stringMatching(
          new RegExp(`^is not valid JSON: .* at line ${line}, column ${column}$`),
        ),
      },
    ]);
    expect(error.message).toContain(file);
  });

  it('cut off in the middle is refused at its end', () => {
    expect(settingsErrorOf(() => load('{\n  "MailSettings": {\n')).message).toMatch(/at line \d, column \d/);
  });

  it.each([['[]'], ['"text'], ['5'], ['null'], ['']])('that holds no object is refused: %j', content => {
    expect(settingsErrorOf(() => load(content)).code).toBe('EMAILSETTINGS');
  });

  it('with a syntax error has nothing of its content repeated', () => {
    const error = settingsErrorOf(() => load('{ "Password": "hunter2" "Port": 25 }'));
    expect(error.message + String(error.stack)).not.toContain('hunter2');
  });
});
