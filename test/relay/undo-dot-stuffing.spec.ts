import { expect, it } from '@jest/globals';
import { DotUnstuffer } from '../../lib/relay/mail/undo-dot-stuffing.js';

function undo(text: string, chunk: number): string {
  const unstuffer = new DotUnstuffer();
  let result = '';
  for (let start = 0; start < text.length; start += chunk)
    result += unstuffer.next(Buffer.from(text.slice(start, start + chunk))).toString();
  return result;
}

it.each([
  ['a doubled dot at the beginning of a line', 'a\r\n..b\r\n', 'a\r\n.b\r\n'],
  ['one of three dots', '...\r\n', '..\r\n'],
  ['one of four dots', '....\r\n', '...\r\n'],
  ['no dot inside a line', 'a..b\r\n', 'a..b\r\n'],
  ['no single dot', '.\r\n.a\r\n', '.\r\n.a\r\n'],
  ['a doubled dot behind a bare LF', 'a\n..b\n', 'a\n.b\n'],
  ['doubled dots of lines in a row', '..\r\n..\r\n..x', '.\r\n.\r\n.x'],
])('Undoing dot-stuffing takes away %s, however the bytes are cut', (_what, stuffed, plain) => {
  for (let chunk = 1; chunk <= stuffed.length; chunk++) expect(undo(stuffed, chunk)).toBe(plain);
});
