import { describe, expect, it } from '@jest/globals';
import { readUtf8 } from '../../../lib/core/text/utf8.js';

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

describe('The octets of a file', () => {
  it.each(['', 'a', 'Été 日本 🙂', 'a\0b', '\uFFFD', 'e\u0301'])('are read as UTF-8: %j', text => {
    expect(readUtf8(Buffer.from(text))).toEqual({ text });
    expect(readUtf8(Buffer.from(`\uFEFF${text}`))).toEqual({ text });
  });

  it.each<[string, Buffer, number, number, number]>([
    ['Latin-1', Buffer.from('ab\nCafé', 'latin1'), 2, 4, 7],
    ['Latin-1 after CRLF', Buffer.from('a\r\nb\r\né', 'latin1'), 3, 1, 7],
    ['Windows-1252', Buffer.from([0x31, 0x20, 0x80]), 1, 3, 3],
    ['Latin-1 after UTF-8', Buffer.concat([Buffer.from('é🙂'), Buffer.from([0xe9, 0x20])]), 1, 4, 7],
    ['a character that is cut off', Buffer.from('🙂').subarray(0, 3), 1, 1, 1],
    ['a lone continuation', Buffer.from([0x61, 0xbf]), 1, 2, 2],
    ['an overlong form', Buffer.from([0x61, 0xc0, 0xaf]), 1, 2, 2],
    ['a surrogate', Buffer.from([0x61, 0xed, 0xa0, 0x80]), 1, 2, 2],
    ['beyond Unicode', Buffer.from([0xf5, 0x80, 0x80, 0x80]), 1, 1, 1],
  ])('that are no UTF-8 are told by their place: %s', (_what, octets, line, column, octet) => {
    const { fault } = readUtf8(octets);
    expect(fault).toMatchObject({ line, column });
    expect(fault?.reason).toContain(`line ${line}, column ${column} (octet ${octet})`);
    expect(fault?.reason).toContain('Save it as UTF-8');
  });

  it.each<[string, Buffer, string]>([
    ['UTF-16', utf16('\uFEFFa'), 'UTF-16'],
    ['UTF-16 the other way', Buffer.from([0xfe, 0xff, 0, 0x61]), 'UTF-16'],
    ['UTF-16 without a mark', utf16('{ "a": 1 }'), 'UTF-16'],
    ['UTF-16 the other way without a mark', utf16('{ "a": 1 }').swap16(), 'UTF-16'],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), 'UTF-32'],
  ])('are told by their name: %s', (_what, octets, name) => {
    expect(readUtf8(octets).fault?.reason).toMatch(new RegExp(`^is ${name} and not UTF-8`));
  });

  it('are read in time when they are many', () => {
    const octets = Buffer.concat([Buffer.alloc(8_000_000, 'é'), Buffer.from([0xff])]);
    expect(readUtf8(octets).fault).toMatchObject({ line: 1, column: 4_000_001 });
  });
});
