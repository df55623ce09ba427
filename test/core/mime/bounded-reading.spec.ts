import { describe, expect, it } from '@jest/globals';
import { plainText } from '../../../lib/core/mime/plain-text.js';
import { readMail } from '../../../lib/core/mime/read-mail.js';
import { excessOf } from '../../support/growth.js';

const MIXED =
  'Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nhi\r\n--x\r\nContent-Type: text/html\r\n\r\n';

function lines(head: string, line: string, octets: number): Buffer {
  return Buffer.from(`${head}${line.repeat(octets / line.length)}x\r\n--x--\r\n`);
}

describe('Reading a mail that is made to keep a parser busy', () => {
  it.each([
    ['links without an end', MIXED, '<a href='],
    ['comments without an end', MIXED, '<!--'],
    ['scripts without an end', MIXED, '<script'],
    ['lines of white space in HTML', MIXED, ' \r\n'],
    ['lines of white space', 'Subject: x\r\n\r\n', ' \r\n'],
    ['lines of white space in the header', 'Subject: x\r\n', ' \r\n'],
    ['empty lines', 'Content-Type: text/html\r\n\r\n', '\r\n'],
    ['lines of tabs in encoded text', 'Content-Transfer-Encoding: base64\r\n\r\n', '\t\r\n'],
  ])('costs no more than its size says: %s', async (_name, head, line) => {
    const [small, large] = [lines(head, line, 24_000), lines(head, line, 96_000)];
    expect(await excessOf(readMail, small, large, { pieces: 4, most: 2.25 })).toBeLessThan(2.25);
  });

  it('ends after so many short lines, whatever the mail has behind them', async () => {
    const [head, line] = ['Subject: x\r\n\r\n', ' \r\n'];
    const [small, large] = [lines(head, line, 300_006), lines(head, line, 3_000_000)];
    const { subject, problem } = await readMail(large);
    expect([subject, problem]).toEqual(['x', expect.stringContaining('more than 100,000 short lines')]);
    expect(await excessOf(readMail, small, large, { pieces: 1, most: 5 })).toBeLessThan(5);
  });

  it('does not end after lines as those of base64', async () => {
    const file = Buffer.alloc(5_500_000, 'x');
    const base64 = file.toString('base64').replace(/.{64}/g, '$&\r\n');
    const mail = await readMail(
      Buffer.from(`Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}\r\n`),
    );
    expect([mail.problem, mail.attachments[0]?.content.equals(file)]).toEqual([undefined, true]);
  });
});

describe('The text of a mail with HTML and text side by side', () => {
  it('holds the words of both', async () => {
    const html = '<p>Hello <b>Ann</b> &amp; <a href="https://x.test">all</a></p>';
    const { text, problem } = await readMail(Buffer.from(`${MIXED}${html}\r\n--x--\r\n`));
    expect([text?.split(/\s+/).filter(Boolean), problem]).toEqual([
      ['hi', 'Hello', 'Ann', '&', 'all'],
      undefined,
    ]);
  });

  it.each([
    ['<head><title>t</title></head><p>a</p>\n\n<p>b <!-- c -->d</p>', 'a\n\nb d\n'],
    ['<style>p{}</style><ul><li>a<li>b</ul>x<br/>y', 'a\nb\nx\ny'],
    ['1 &lt; 2 &#8364; <script>"</p>"</script>!', '1 < 2 € !'],
    ['<pa>x</PA> < y', 'x'],
    ['<script>never ends', ''],
    ['a <!-- never ends', 'a'],
  ])('of %j is %j', (html, text) => {
    expect(plainText(html)).toBe(text);
  });
});
