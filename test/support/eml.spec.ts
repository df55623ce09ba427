import { AssertionError } from 'node:assert';
import { describe, expect, it } from '@jest/globals';
import { assertWellFormedMail, headerLines, headerOf, headersOf } from './eml.js';

const HEADER = ['Message-ID: <1@example.com>', 'Date: Mon, 23 Nov 2026 12:00:00 +0000', 'Subject: hello'];

function mail(body: string, header: readonly string[] = HEADER): Buffer {
  return Buffer.from(`${header.join('\r\n')}\r\n\r\n${body}`);
}

describe('assertWellFormedMail', () => {
  it.each([
    ['a short body', mail('hello\r\n')],
    ['no body', mail('')],
    ['a line of exactly 998 octets', mail(`${'x'.repeat(998)}\r\n`)],
    ['a folded header', mail('hello\r\n', [...HEADER, 'X-Long: one', ' two', '\tthree'])],
    ['lines in the body that look like bad headers', mail('no colon\r\n \r\n: x\r\nDate: again\r\n')],
  ])('takes a mail with %s', (_name, bytes) => {
    expect(() => assertWellFormedMail(bytes)).not.toThrow();
  });

  it.each([
    ['a bare LF', mail('one\ntwo\r\n'), 'The mail holds a bare LF in line 5.'],
    ['a bare CR', mail('one\rtwo\r\n'), 'The mail holds a bare CR in line 5.'],
    ['CR CR LF', mail('one\r\r\n'), 'The mail holds a bare CR in line 5.'],
    ['a bare CR at the very end', mail('one\r\n\r'), 'The mail holds a bare CR in line 6.'],
    ['a NUL', mail('a\0b\r\n'), 'The mail holds a NUL in line 5.'],
    ['no CRLF at the end', mail('hello'), 'The mail does not end with CRLF.'],
    ['nothing at all', Buffer.alloc(0), 'The mail does not end with CRLF.'],
    ['999 octets', mail(`${'x'.repeat(999)}\r\n`), 'The mail has 999 octets in line 5, more than 998.'],
    ['999 octets in fewer characters', mail(`${'é'.repeat(500)}\r\n`), /has 1000 octets in line 5/],
    ['a leading dot', mail('one\r\n.two\r\n'), 'The mail begins line 6 with a dot.'],
    ['a lone dot', mail('one\r\n.\r\ntwo\r\n'), 'The mail begins line 6 with a dot.'],
    ['no Date', mail('', HEADER.slice(0, 1)), 'The mail has 0 Date headers instead of one.'],
    ['two Message-IDs', mail('', [...HEADER, 'message-id: <2@x>']), /has 2 Message-ID headers/],
    ['an empty Message-ID', mail('', ['Message-ID: ', ...HEADER.slice(1)]), /an empty Message-ID header/],
    ['a header name with a space', mail('', [...HEADER, 'X Y: z']), /invalid header name .*"X Y"/],
    ['a header without a name', mail('', [': z', ...HEADER]), /invalid header name .*""/],
    ['a header name that is not ASCII', mail('', [...HEADER, 'Bëtreff: z']), /invalid header name/],
    ['a header line without colon', mail('', [...HEADER, 'nonsense']), /no colon in line 4 .*"nonsense"/],
    ['a fold of white space only', mail('', [...HEADER, ' \t', ' x']), /only white space in line 4/],
    ['a fold in the first line', mail('', [' x', ...HEADER]), /no colon in line 1/],
    ['no header section', Buffer.from(`\r\n${HEADER.join('\r\n')}\r\n`), /0 Message-ID headers/],
  ])('refuses a mail with %s', (_name, bytes, message) => {
    expect(() => assertWellFormedMail(bytes)).toThrow(AssertionError);
    expect(() => assertWellFormedMail(bytes)).toThrow(message);
  });
});

describe('headerLines', () => {
  it('unfolds, keeps order and decodes UTF-8, and stops at the body', () => {
    const bytes = mail('X-Body: no\r\n', ['B: one', '  two', 'A:grüße', 'b: again']);
    expect(headerLines(bytes)).toEqual([
      { name: 'B', value: 'one  two' },
      { name: 'A', value: 'grüße' },
      { name: 'b', value: 'again' },
    ]);
    expect(headersOf(bytes, 'B')).toEqual(['one  two', 'again']);
    expect(headerOf(bytes, 'a')).toBe('grüße');
    expect(headerOf(bytes, 'X-Body')).toBeUndefined();
    expect(() => headerOf(bytes, 'b')).toThrow('has 2 b headers');
  });
});
