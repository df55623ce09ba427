import { describe, expect, it } from '@jest/globals';
import { made, words } from './made.js';

const rows = (...lines: string[]): string => lines.join('\n');

describe('A table of values in a text part', () => {
  it('has its cells apart and each row on a line', async () => {
    expect(
      await made('<table><tr><td>Apple</td><td>1</td></tr><tr><td>Pear</td><td>22</td></tr></table>'),
    ).toBe(rows('Apple  1', 'Pear   22'));
  });

  it.each([
    ['without end tags', '<table><tr><td>Apple<td>1<tr><td>Pear<td>22</table>'],
    ['with groups of rows', '<table><tbody><tr><td>Apple<td>1<tbody><tr><td>Pear<td>22</table>'],
    [
      'with paragraphs in its cells',
      '<table><tr><td><p>Apple</p><td><p>1</p><tr><td><p>Pear<td><p>22</table>',
    ],
    ['that says it lays out', '<table role="presentation"><tr><td>Apple<td>1<tr><td>Pear<td>22</table>'],
    ['with empty columns', '<table><tr><td>Apple<td>&nbsp;<td>1<tr><td>Pear<td><td>22</table>'],
    ['with a form around its rows', '<table><form><tr><td>Apple<td>1<tr><td>Pear<td>22</form></table>'],
    ['without rows', '<table><td>Apple<td>1</td><tr><td>Pear<td>22</table>'],
    [
      'with a stray end tag',
      '<table><tr><td>Apple</div></td></b><td>1</tr></table_><tr><td>Pear<td>22</table>',
    ],
  ])('%s reads alike', async (_how, html) => {
    expect(await made(html)).toBe(rows('Apple  1', 'Pear   22'));
  });

  it('has headers, a caption and a foot, and numbers at the right where the page has them so', async () => {
    const html =
      '<table><caption>Order 7</caption><thead><tr><th>Item</th><th>Price</th></tr></thead><tr><td>Apple</td><td align="right">9.00</td></tr>' +
      '<tr><td>Pears</td><td style="text-align:right">10.50</td></tr><tfoot><tr><th>Total</th><td align="right">19.50</td></tr></tfoot></table>after';
    expect(await made(html)).toBe(
      rows('Order 7', 'Item   Price', 'Apple   9.00', 'Pears  10.50', 'Total  19.50', '', 'after'),
    );
  });

  it('keeps columns below each other under cells that span several', async () => {
    const html =
      '<table><tr><th rowspan=2>Region<th colspan=2>Sales</th></tr><tr><th>May<th>June</tr><tr><td>North<td>1<td>2</tr><tr><td colspan=2>Together<td>3</table>';
    expect(await made(html)).toBe(
      rows('Region  Sales', '        May  June', 'North   1    2', 'Together     3'),
    );
  });

  it('keeps a row on a line when one of its values has a few lines', async () => {
    const shirt = '<tr><td>Shirt<br><small>blue, M</small><td>2<td>20.00</tr>';
    expect(await made(`<table>${shirt}<tr><td>Hat<td>1<td>9.00</table>`)).toBe(
      rows('Shirt blue, M  2  20.00', 'Hat            1  9.00'),
    );
    const total = '<tr><td colspan=2>Together<td>29.00';
    expect(await made(`<table>${shirt}${total}</table>`)).toBe(
      rows('Shirt blue, M  2  20.00', 'Together          29.00'),
    );
    expect(await made('<table><tr><td>Name<td>Ann<tr><td>Address<td>Mill Lane 1<br>Bath</table>')).toBe(
      rows('Name     Ann', 'Address  Mill Lane 1 Bath'),
    );
  });

  it.each([
    ['of one row', '<table><tr><td>Contoso<br>Bath<td>Help', 'Contoso\nBath\n\nHelp'],
    [
      'of two addresses',
      '<table><tr><td>To<br>Ann<td>By<br>Bob<tr><td>x<td>y',
      'To\nAnn\n\nBy\nBob\n\nx\n\ny',
    ],
    ['of paragraphs', '<table><tr><td><p>One<p>Two<td>b<tr><td>c<td>d', 'One\n\nTwo\n\nb\n\nc\n\nd'],
  ])('reads cell by cell %s with lines in its cells', async (_what, html, text) => {
    expect(await made(html)).toBe(text);
  });

  it('counts characters of two columns', async () => {
    expect(await made('<table><tr><td>日本<td>1<tr><td>abcd<td>2</table>')).toBe(rows('日本  1', 'abcd  2'));
  });

  it('that is wider than a line has marks between its cells', async () => {
    const cell = 'Consulting services for the new warehouse';
    const html = `<table><tr><th>A<th>B<th>C</tr><tr><td>${cell}<td><td>${cell}</tr></table>`;
    expect(await made(html)).toBe(
      rows('A | B | C', `${cell} |  | Consulting services for the`, '  new warehouse'),
    );
  });

  it('has lines of a cell beside each other where it has headers', async () => {
    expect(await made('<table><tr><th>A<th>B<tr><td>Chair<br><small>No. 7</small><td>1</table>')).toBe(
      rows('A            B', 'Chair No. 7  1'),
    );
  });

  it('has the items of a list beside each other where it has headers', async () => {
    const html = '<table><tr><th>Name<td>Ann<tr><th>Roles<td><ul><li>clerk<li>judge</ul></table>';
    expect(await made(html)).toBe(rows('Name   Ann', 'Roles  clerk, judge'));
  });

  it('of 10,000 rows has 10,000 lines', async () => {
    const text = await made(`<table>${'<tr><td>Item</td><td>1</td></tr>'.repeat(10_000)}</table>`);
    expect(text).toBe(Array.from({ length: 10_000 }, () => 'Item  1').join('\n'));
  });
});

describe('A table that lays out a page', () => {
  it.each([
    [
      'of one column',
      '<table><tr><td><h1>A</h1></td></tr><tr><td><p>b</p><p>c</p></td></tr></table>',
      'A\n\nb\n\nc',
    ],
    [
      'of two columns',
      '<table role="presentation"><tr><td><p>a</p><p>b</p></td><td><p>c</p></td></tr></table>',
      'a\n\nb\n\nc',
    ],
    [
      'of two short columns',
      '<table role=" Presentation "><tr><td>Left</td><td>Right</td></tr></table>',
      'Left\nRight',
    ],
    [
      'with spacers',
      '<table role="none"><tr><td>a</td></tr><tr><td height="20">&nbsp;</td></tr><tr><td>b</td></tr></table>',
      'a\nb',
    ],
    [
      'in a table',
      '<table><tr><td><table><tr><td>a</td></tr></table></td><td><table><tr><td>b</td></tr></table></td></tr></table>',
      'a\n\nb',
    ],
  ])('%s is read in order', async (_what, html, text) => {
    expect(await made(html)).toBe(text);
  });

  it('is read in order with long texts side by side', async () => {
    const [left, right] = ['left '.repeat(40), 'right '.repeat(40)];
    expect(await words(`<table><tr><td>${left}</td><td>${right}</td></tr></table>`)).toBe(
      `${left}${right}`.trim(),
    );
  });

  it('does not melt, however cells are made', async () => {
    const cell = 'style="display:table-cell"';
    expect(
      await words(`<div ${cell}>a</div><div ${cell}>b</div><span ${cell}>c</span><span ${cell}>d</span>`),
    ).toBe('a b c d');
    expect(await words('<td>a</td><td>b</td>')).toBe('a b');
    expect(await words('<table>a<tr>b<td>c<div>d</div></table>')).toBe('a b c d');
  });
});
