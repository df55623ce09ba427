import { describe, expect, it } from '@jest/globals';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import {
  encodeOwnHeader,
  encodeText,
  formatHeader,
  formatMailboxes,
} from '../../../lib/core/mime/header-text.js';

describe('encodeText', () => {
  it.each([['Hello'], ['Hello Ann, 100% = ok?'], [''], ['a'.repeat(70)]])(
    'leaves plain text alone: %j',
    text => {
      expect(encodeText(text)).toBe(text);
    },
  );

  it.each([
    [' a'],
    ['  a'],
    ['a '],
    ['a  b'],
    ['=?utf-8?Q?x?='],
    ['é'],
    ['a\tb'],
    ['a'.repeat(71)],
    ['🎉'.repeat(300)],
  ])('writes everything else as encoded words of at most 75 characters: %j', text => {
    const words = encodeText(text).split(' ');
    expect(words.every(word => /^=\?UTF-8\?[QB]\?[!-~]+\?=$/.test(word) && word.length <= 75)).toBe(true);
  });
});

describe('encodeOwnHeader', () => {
  it.each([
    [`<https://contoso.com/unsubscribe?token=${'a'.repeat(300)}>`],
    ['<mailto:a@b.com>, <https://x.com/y>'],
    ['x'.repeat(900)],
  ])('leaves ASCII as it is, because the header may be structured', text => {
    expect(encodeOwnHeader(text)).toBe(text);
  });

  it('makes one blank of several, which mean nothing between the tokens of a structured header', () => {
    expect(encodeOwnHeader(' <https://a.example/u>,  <mailto:u@a.example> ')).toBe(
      '<https://a.example/u>, <mailto:u@a.example>',
    );
  });

  it('leaves a token that is too long for a line, which is refused and not destroyed', () => {
    const token = 'x'.repeat(1200);
    expect(encodeOwnHeader(token)).toBe(token);
    expect(() => formatHeader('List-Unsubscribe', token)).toThrow(/cannot be folded/);
  });

  it.each([['é'], ['=?x']])('encodes what cannot stand as it is', text => {
    expect(encodeOwnHeader(text)).toMatch(/^=\?UTF-8\?/);
  });
});

describe('formatHeader', () => {
  it('folds at spaces', () => {
    const lines = formatHeader('Subject', 'word '.repeat(60).trim()).split('\r\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.every(line => line.length <= 78)).toBe(true);
    expect(lines.slice(1).every(line => line.startsWith(' '))).toBe(true);
  });

  it('refuses a line that cannot be folded under 998 octets', () => {
    expect(() => formatHeader('X-Long', 'x'.repeat(999))).toThrow(MailMessageError);
    expect(() => formatHeader('X-Long', 'x'.repeat(999))).toThrow('more than 998 octets');
  });
});

describe('formatMailboxes', () => {
  it.each([
    [{ address: 'a@b.com' }, 'a@b.com'],
    [{ name: 'Ann Lee', address: 'a@b.com' }, 'Ann Lee <a@b.com>'],
    [{ name: 'Lee, Ann', address: 'a@b.com' }, '"Lee, Ann" <a@b.com>'],
    [{ name: 'a "b" \\c', address: 'a@b.com' }, '"a \\"b\\" \\\\c" <a@b.com>'],
    [{ name: 'x <evil@x.com>', address: 'a@b.com' }, '"x <evil@x.com>" <a@b.com>'],
  ])('writes %j as %s', (mailbox, text) => {
    expect(formatMailboxes([mailbox])).toBe(text);
  });

  it.each([['Jörg'], ['דוד לוי'], ['🎉'], ['a  b'], ['=?utf-8?Q?x?='], ['x'.repeat(71)]])(
    'encodes the name %j',
    name => {
      expect(formatMailboxes([{ name, address: 'a@b.com' }])).toMatch(
        /^(?:=\?UTF-8\?[QB]\?[A-Za-z0-9!*+\-/=_]+\?= )+<a@b\.com>$/,
      );
    },
  );

  it('separates mailboxes with a comma', () => {
    expect(formatMailboxes([{ address: 'a@b.com' }, { name: 'C', address: 'c@d.com' }])).toBe(
      'a@b.com, C <c@d.com>',
    );
  });
});
