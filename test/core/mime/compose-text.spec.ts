import { describe, expect, it } from '@jest/globals';
import type { ParsedMail } from 'mailparser';
import { headerOf } from '../../support/eml.js';
import { PATHS } from './composing.js';
import { decodeWords } from './encoded-words.js';
import { randomLine, randomText } from './random-text.js';

const TO = { to: 'ann@contoso.com' } as const;

/** What a text is after its line ends became those of a mail, as mailparser reports them. */
const asRead = (text: string): string => text.replace(/\r\n|\r|\n/g, '\n');
/** A mail of one part ends its last line. */
const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

const textOf = (parsed: ParsedMail): string => String(parsed.text);

describe.each(PATHS)('a text, composed $path,', ({ composed }) => {
  it('of any script, with dots, bare line ends, long lines and trailing spaces, comes back as it was', async () => {
    for (let seed = 1; seed <= 120; seed++) {
      const text = randomText(seed);
      const { parsed } = await composed({ ...TO, text });
      expect([seed, ended(textOf(parsed))]).toEqual([seed, ended(asRead(text))]);
    }
  });

  it('comes back as it was beside its HTML', async () => {
    for (let seed = 500; seed <= 560; seed++) {
      const [text, html] = [randomText(seed), randomText(seed + 1000)];
      const { parsed } = await composed({ ...TO, text, html });
      expect([seed, ended(textOf(parsed))]).toEqual([seed, ended(asRead(text))]);
      expect([seed, ended(String(parsed.html))]).toEqual([seed, ended(asRead(html))]);
    }
  });

  it.each([
    ['a lone dot', '.'],
    ['only dots', '.\n..\n...\n'],
    ['dots and bare CRs', '.\r.\r.'],
    ['one line of 100,000 characters', 'x'.repeat(100_000)],
    ['one line of 100,000 emoji', '🎉'.repeat(100_000)],
    ['only Hebrew', 'שלום\n'.repeat(500)],
    ['the look of a boundary', '--=_x-1\r\n--=_x-1--\r\n'],
    ['the look of headers', 'Bcc: evil@x.com\n\nFrom: x\n'],
    ['controls', 'a\0b\u0001c\u007f'],
    ['trailing white space', 'a \t \nb\t\n'],
  ])('of %s comes back as it was', async (_name, text) => {
    const { parsed } = await composed({ ...TO, text });
    expect(ended(textOf(parsed)) === ended(asRead(text))).toBe(true);
  });

  it('of mostly non-Latin letters is written in base64, and any other readably', async () => {
    const encodingOf = async (text: string): Promise<string | undefined> =>
      headerOf((await composed({ ...TO, text })).bytes, 'Content-Transfer-Encoding');
    expect(await encodingOf('שלום עולם')).toBe('base64');
    expect(await encodingOf('Grüße aus München')).toBe('quoted-printable');
    expect(await encodingOf('Hello')).toBe('quoted-printable');
  });

  it('never has two line ends where it has one', async () => {
    const { bytes } = await composed({ ...TO, text: 'a\r\nb\n' });
    expect(bytes.toString().endsWith('\r\n\r\na\r\nb\r\n')).toBe(true);
  });
});

describe.each(PATHS)('a subject, composed $path,', ({ composed }) => {
  it('of any script and any spaces comes back as it was', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const subject = randomLine(seed);
      const { bytes } = await composed({ ...TO, subject, text: 'x' });
      expect([seed, decodeWords(headerOf(bytes, 'Subject') ?? '')]).toEqual([seed, subject]);
    }
  });

  it.each([
    ['10,000 unbroken characters', 'x'.repeat(10_000)],
    ['10,000 unbroken emoji', '🎉'.repeat(10_000)],
    ['10,000 words', 'word '.repeat(10_000).trim()],
    ['runs of spaces', 'a  b   c    d'],
    ['spaces at its ends', '  a  '],
    ['nothing but spaces', '     '],
    ['an encoded word', '=?utf-8?B?SGVsbG8=?='],
    ['half an encoded word', 'a =?utf-8?Q?x'],
    ['emoji', '🎉 Done 👩‍👩‍👧'],
    ['Hebrew', 'שלום עולם'],
    ['a word of 70 characters in the middle', `a ${'x'.repeat(70)} b`],
    ['a word of 71 characters in the middle', `a ${'x'.repeat(71)} b`],
    ['underscores and question marks', 'é_?=_é ? _'],
    ['a tab', 'a\tb'],
  ])('of %s comes back as it was', async (_name, subject) => {
    const { bytes } = await composed({ ...TO, subject, text: 'x' });
    expect(decodeWords(headerOf(bytes, 'Subject') ?? '')).toBe(subject);
  });

  it('is understood by mailparser too', async () => {
    for (const subject of ['Grüße  aus =?utf-8?Q?x?= 🎉', 'x'.repeat(10_000), 'Hello Ann']) {
      const { parsed } = await composed({ ...TO, subject, text: 'x' });
      expect(parsed.subject).toBe(subject);
    }
  });

  it('is folded into lines of at most 78 octets', async () => {
    const { bytes } = await composed({ ...TO, subject: 'ü'.repeat(3000), text: 'x' });
    const head = bytes.toString().split('\r\n\r\n')[0] ?? '';
    expect(head.split('\r\n').filter(line => line.length > 78)).toEqual([]);
  });

  it('may be missing or empty', async () => {
    expect(headerOf((await composed({ ...TO, text: 'x' })).bytes, 'Subject')).toBeUndefined();
    expect(headerOf((await composed({ ...TO, subject: '', text: 'x' })).bytes, 'Subject')).toBeUndefined();
  });
});
