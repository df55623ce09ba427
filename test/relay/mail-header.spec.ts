import { describe, expect, it } from '@jest/globals';
import { headerValue, readMailHeader } from '../../lib/core/delivery/pickup/mail-header.js';
import { UnreadableMailError } from '../../lib/core/delivery/pickup/unreadable-mail-error.js';

function read(
  text: string,
  complete = true,
): { names: string[]; values: string[]; rest: string } | undefined {
  const bytes = Buffer.from(text, 'latin1');
  const header = readMailHeader(bytes, complete);
  return (
    header && {
      names: header.fields.map(field => field.name),
      values: header.fields.map(field => headerValue(bytes, field)),
      rest: bytes.toString('latin1', header.end),
    }
  );
}

describe('The header of a pickup file', () => {
  it.each(['\r\n', '\n', '\r'])('is read with the line end %j, folded fields as one', end => {
    expect(
      read(['From: a@b.c', 'Subject: one', '\ttwo', ' three', 'To : x@y.z', '', 'Body: no'].join(end)),
    ).toEqual({
      names: ['from', 'subject', 'to'],
      values: ['a@b.c', 'one\ttwo three', 'x@y.z'],
      rest: `${end}Body: no`,
    });
  });

  it('sees a field that hides behind a bare CR, because it will be a line of its own on the way', () => {
    expect(read('Subject: x\rBcc: hidden@contoso.com\r\n\r\n')?.names).toEqual(['subject', 'bcc']);
  });

  it('may end with the file', () => {
    expect(read('From: a@b.c\r\nTo: d@e.f')).toMatchObject({ names: ['from', 'to'], rest: '' });
  });

  it('is not read to its end before the end is there', () => {
    expect(read('From: a@b.c\r\nTo: d@e.f', false)).toBeUndefined();
    expect(read('From: a@b.c\r\nTo: d@e.f\r\n', false)).toBeUndefined();
    expect(read('From: a@b.c\r\nTo: d@e.f\r\n\r', false)).toBeUndefined();
    expect(read('From: a@b.c\r\nTo: d@e.f\r\n\r\n', false)?.names).toEqual(['from', 'to']);
  });

  it('begins behind a byte-order mark', () => {
    const bytes = Buffer.from('\uFEFFFrom: a@b.c\n\n');
    expect(readMailHeader(bytes, true)).toMatchObject({ start: 3, fields: [{ name: 'from', start: 3 }] });
  });

  it.each([
    ['an empty file', '', 'It is empty.'],
    ['an empty first line', '\r\nFrom: a@b.c\r\n\r\n', 'It is no mail: it begins with an empty line.'],
    ['text', 'Dear Ann,\r\nhello\r\n', 'It is no mail: its first line is no header field.'],
    ['a continuation first', ' folded\r\n', 'It is no mail: its first line is no header field.'],
    ['binary', '\x00\x01\xff\xfe\x00', 'It is no mail: its first line is no header field.'],
    [
      'a broken third line',
      'From: a@b.c\nTo: d@e.f\nno field\n\nx',
      'Line 3 is no header field; an empty line must end the header.',
    ],
  ])('is refused in words: %s', (_what, text, message) => {
    expect(() => read(text)).toThrow(UnreadableMailError);
    expect(() => read(text)).toThrow(message);
  });

  it('of a megabyte is read in one go', () => {
    const text = `${Array.from({ length: 20_000 }, (_, index) => `X-Receiver: user${index}@contoso.com\r\n`).join('')}\r\n`;
    expect(read(text)?.names).toHaveLength(20_000);
  });
});
