import { describe, expect, it } from '@jest/globals';
import { made } from './made.js';

const LONG = `https://example.com/reset?token=${'a1-'.repeat(100)}&x=%20y`;
const fill = 'word '.repeat(14);

describe('A link in a text part', () => {
  it.each([
    ['<a href="https://x.test/a">Open</a>.', 'Open <https://x.test/a>.'],
    ['<a href="https://x.test/?a=1&amp;b=2"> Open </a>now', 'Open <https://x.test/?a=1&b=2> now'],
    [
      '<a href="https://x.test/a">A</a><a href="https://x.test/b">B</a>',
      'A <https://x.test/a> B <https://x.test/b>',
    ],
    ['(<a href="https://x.test/a">A</a>)', '(A <https://x.test/a>)'],
    ['<a href="https://x.test/a b">A</a>', 'A <https://x.test/a%20b>'],
    ['<a href=" https://x.test/\n a ">A</a>', 'A <https://x.test/%20a>'],
    ['<a href="https://x.test/"><b>A</b> <i>b</i></a>', 'A b <https://x.test/>'],
    ['<a href="mailto:help@x.test?subject=Hi">Write</a>', 'Write <help@x.test>'],
    ['<a href="tel:+15550100">Call</a>', 'Call <tel:+15550100>'],
    [
      '<a>A</a> <a name="b">B</a> <a href="#c">C</a> <a href="javascript:x()">D</a> <a href="">E</a>',
      'A B C D E',
    ],
    ['<a href="https://x.test/a">unended <p>next</p>', 'unended\n\nnext <https://x.test/a>'],
    [
      '<a href="https://x.test/a">one <a href="https://x.test/b">two</a>',
      'one <https://x.test/a> two <https://x.test/b>',
    ],
    [
      '<a href="https://x.test/a"><b>one</a> and</b> more <a href="https://x.test/b">two</a>',
      'one <https://x.test/a> and more two <https://x.test/b>',
    ],
    [
      '<a href="https://x.test/a"><b>one<a href="https://x.test/b"><i>two',
      'one <https://x.test/a> two <https://x.test/b>',
    ],
    ['<a href="https://x.test/a">one<p>two</a> three</p>four', 'one\n\ntwo <https://x.test/a> three\n\nfour'],
    ['<a href="https://x.test/a"><b>one</b> <i>two</a> three</i>', 'one two <https://x.test/a> three'],
    ['<a href="https://x.test/a">one<b> </a>two</b>', 'one <https://x.test/a> two'],
    ['<a href="https://x.test/a"><b></a>one</b>', 'one'],
    ['<a href="https://x.test/a"><b><img src="x"></a>one</b>', '<https://x.test/a> one'],
  ])('%s', async (html, text) => {
    expect(await made(html)).toBe(text);
  });

  it.each([
    ['https://x.test/', 'https://x.test/'],
    ['https://x.test/', 'https://x.test'],
    ['https://x.test', 'HTTPS://X.test/'],
    ['mailto:a@x.test', 'a@x.test'],
    ['mailto:a@x.test?subject=b', 'A@x.test'],
    ['tel:+1-555-0100', '+1 (555) 0100'],
    [LONG, LONG],
  ])('is written once when its text is its address: %s, %s', async (href, text) => {
    expect(
      await made(`<a href="${href.replaceAll('&', '&amp;')}">${text.replaceAll('&', '&amp;')}</a>`),
    ).toBe(text);
  });

  it('is never broken, wherever in the line it stands', async () => {
    for (let words = 0; words < 16; words++) {
      const text = await made(`<p>${'word '.repeat(words)}<a href="${LONG}">the page</a> ${fill}</p>`);
      expect(text).toContain(`the page <${LONG}>`);
      for (const line of text.split('\n'))
        if (!line.includes('<')) expect(line.length).toBeLessThanOrEqual(76);
    }
  });

  it('keeps its address unbroken behind a long text', async () => {
    const text = await made(`<a href="${LONG}">${fill}${fill}</a>`);
    expect(text.replace(/\s+/g, ' ')).toBe(`${fill}${fill}<${LONG}>`);
    expect(text).toContain(` <${LONG}>`);
  });

  it('stands behind the blocks that it is around', async () => {
    const html = '<a href="https://x.test/"><div><h2>Title</h2><p>Words</p></div></a><p>After</p>';
    expect(await made(html)).toBe('Title\n\nWords <https://x.test/>\n\nAfter');
    const table = '<a href="https://x.test/"><table><tr><td>a</td><td>b</td></tr></table></a>';
    expect(await made(table)).toBe('a  b\n\n<https://x.test/>');
  });
});

describe('An image in a text part', () => {
  it.each([
    ['<img src="x" alt="Logo"><p>a</p>', 'Logo\n\na'],
    ['<p>a<img src="x" alt="B">c</p>', 'a B c'],
    ['<p>a <img src="x" alt="B">.</p>', 'a B.'],
    ['<img src="x" alt="A"><img src="x" alt="B">', 'A B'],
    ['<img src="x" alt=""><img src="x"><img src="x" alt=" ">a', 'a'],
    ['<img src="x" alt="spacer" width="1" height="20"><img style="width:1px" src="x" alt="pixel">a', 'a'],
    ['<a href="https://x.test/"><img src="x" alt="Logo"></a>', 'Logo <https://x.test/>'],
    ['<a href="https://x.test/"><img src="x"></a>', '<https://x.test/>'],
    ['<a href="https://x.test/"><img src="x" alt=""></a>a', 'a'],
    ['<a href="https://x.test/"><img src="x" width="1" height="1"></a>a', 'a'],
    [
      '<map><area href="https://x.test/a" alt="A"><area href="https://x.test/b" alt="B"></map>',
      'A <https://x.test/a> B <https://x.test/b>',
    ],
    ['<svg><title>x</title><text>x</text></svg>a', 'a'],
  ])('%s', async (html, text) => {
    expect(await made(html)).toBe(text);
  });
});
