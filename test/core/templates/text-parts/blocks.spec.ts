import { describe, expect, it } from '@jest/globals';
import { made, words } from './made.js';

describe('Blocks in a text part', () => {
  it.each([
    'address',
    'article',
    'center',
    'details',
    'div',
    'fieldset',
    'figcaption',
    'figure',
    'footer',
    'form',
    'h1',
    'h6',
    'header',
    'legend',
    'main',
    'nav',
    'p',
    'section',
    'summary',
  ])('<%s> stands on lines of its own', async name => {
    expect((await made(`a<${name}>b</${name}>c`)).split(/\n+/)).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['<label>Name</label><label>Ann</label>', 'Name Ann'],
    ['<button>Yes</button><button>No</button>', 'Yes No'],
    [
      '<span style="display:inline-block">Home</span><span style="display:inline-block">Shop</span>',
      'Home Shop',
    ],
    ['<span>Total</span><span style="float:right">5</span>', 'Total 5'],
    ['<div style="float:left">a</div><div style="float:left">b</div>', 'a\nb'],
    ['<object>a</object><noscript>b</noscript><video>c</video>', 'a b c'],
    ['<span style="display:block">a</span><span style="display:block">b</span>', 'a\nb'],
    ['<div style="display:inline">a</div><div style="display:inline">b</div>', 'a b'],
    ['<div style="display:inline-block">a</div><div style="display:inline-block">b</div>', 'a\nb'],
    ['<div style="display:flex"><span>a</span><b>b</b>c</div>', 'a b c'],
    ['<b style="display: inline-flex"><i>a</i><i>b</i></b>', 'a b'],
    ['<div style="display:grid"><div>a</div><div>b</div></div>', 'a\nb'],
  ])('and what looks apart does not melt: %s', async (html, text) => {
    expect(await made(html)).toBe(text);
  });

  it.each([
    ['<p>a</p><p>b</p>', 'a\n\nb'],
    ['<div>a</div><div>b</div>', 'a\nb'],
    ['a<br>b<br><br>c<br/><br><br></br>d', 'a\nb\n\nc\n\nd'],
    ['<div>a</div><div><br></div><div>b</div>', 'a\n\nb'],
    ['<p>a<br></p><p>b</p>', 'a\n\nb'],
    ['<p>a<p>b<div>c</div>', 'a\n\nb\n\nc'],
    ['<h1>A</h1><p>b</p>', 'A\n\nb'],
    ['<p>a</p><hr><p>b</p>', `a\n\n${'-'.repeat(40)}\n\nb`],
    ['<p>a <b> b </b> c\n\t d</p>', 'a b c d'],
    ['<b><p>a</b>b</p>c', 'ab\n\nc'],
    ['<dl><dt>T</dt><dd>D</dd><dt>U<dd>E</dl>', 'T\n    D\nU\n    E'],
    ['x<sup>2</sup> 1<sup>st</sup> Brand<sup>®</sup> H<sub>2</sub>O', 'x^2 1st Brand® H2O'],
    ['<s>20</s> <del>15</del> 10', '~20~ ~15~ 10'],
    ['<q>Yes</q>', '"Yes"'],
    ['<ruby>漢<rt>kan</rt></ruby> <ruby>字<rp>(</rp><rt>ji</rt><rp>)</rp></ruby>', '漢(kan) 字(ji)'],
    ['a&amp;b &lt;c&gt; &euro;&#8364;&hellip;', 'a&b <c> €€…'],
    ['in<wbr>ter<!-- x -->national', 'international'],
    ['<p>a<o:p></o:p></p><o:p/>b', 'a\n\nb'],
    ['<select><option>a</select><input value="b"><textarea>c</textarea>', 'c'],
  ])('%s', async (html, text) => {
    expect(await made(html)).toBe(text);
  });

  it('are wrapped at 76 columns, and nothing is lost', async () => {
    const html = `<p>${'Some words and others. '.repeat(40)}</p>`;
    const text = await made(html);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(76);
    expect(await words(html)).toBe('Some words and others. '.repeat(40).trim());
  });

  it('have no control characters and no blanks at the ends of lines', async () => {
    const text = await made('<p>a\u0007b\ufdd0c\ufdd2 <br> d \u000b</p><pre>e   \n  f </pre>');
    expect(text).toBe('abc\nd\n\ne\n  f');
  });
});

describe('Lists in a text part', () => {
  it.each([
    ['<ul><li>a</li><li>b</li></ul>', ' * a\n * b'],
    ['<ol><li>a<li>b</ol>', ' 1. a\n 2. b'],
    ['<ol start="9"><li>a<li>b</ol>', '  9. a\n 10. b'],
    ['<ol reversed><li>a<li>b</ol>', ' 2. a\n 1. b'],
    ['<ol type="a"><li>a<li value="27">b</ol>', '  a. a\n aa. b'],
    ['<ol type="I"><li>a<li value="4">b</ol>', '  I. a\n IV. b'],
    ['<ol style="list-style-type:lower-roman"><li>a</ol>', ' i. a'],
    ['<ul><li>a<ul><li>b</ul><li>c</ul>', ' * a\n    * b\n * c'],
    ['<ul><li>a<ol><li>b</ol></li></ul><p>c', ' * a\n    1. b\n\nc'],
    ['<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>', ' * a\n\n   b\n\n * c'],
    ['<ul><li></li><li>a</li><li>&nbsp;</li></ul>', ' * a'],
    ['<ul style="list-style:none"><li>a<li>b</ul>', 'a\nb'],
    ['<ul><li style="display:inline">a</li><li style="display:inline">b</li></ul>', 'a b'],
    ['<li>a<li>b', ' * a\n * b'],
    ['<menu><li>a</menu>', ' * a'],
  ])('%s', async (html, text) => {
    expect(await made(html)).toBe(text);
  });

  it('keep their indentation where they are wrapped', async () => {
    const [first = '', second = ''] = (await made(`<ul><li>${'word '.repeat(20)}</ul>`)).split('\n');
    expect(first).toMatch(/^ \* word/);
    expect(second).toMatch(/^ {3}word/);
  });
});

describe('Quotes and preformatted text in a text part', () => {
  it('are marked, also where they are nested and wrapped', async () => {
    const text = await made(
      `<p>Me</p><blockquote><p>You</p><blockquote>${'word '.repeat(20)}</blockquote></blockquote><p>End</p>`,
    );
    expect(text).toMatch(/^Me\n\n> You\n>\n> > word(?: word)+\n> > word(?: word)*\n\nEnd$/);
  });

  it('keep their blanks and lines', async () => {
    const code = 'if (a  <  b) {\n\n\n\treturn   c;\n}';
    expect(await made(`<pre>\n${code.replace('<', '&lt;')}\n</pre>after`)).toBe(`${code}\n\nafter`);
    expect(await made(`<blockquote><pre>a\n  b</pre></blockquote>`)).toBe('> a\n>   b');
    expect(await made(`<pre>${'long  line '.repeat(30)}</pre>`)).toBe('long  line '.repeat(30).trimEnd());
  });

  it.each([
    ['pre', 'a  b\n c', 'a  b\n c'],
    ['pre-wrap', 'a  b\n\n c', 'a  b\n\n c'],
    ['pre-line', 'a  b\n c', 'a b\nc'],
    ['normal', 'a  b\n c', 'a b c'],
    ['nowrap', 'a  b\n c', 'a b c'],
  ])('white-space: %s', async (value, html, text) => {
    expect(await made(`<div style="white-space:${value}">${html}</div>`)).toBe(text);
  });

  it('of long lines are wrapped where the page wraps them', async () => {
    const text = await made(`<div style="white-space:pre-wrap">${'word '.repeat(40)}</div>`);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(76);
  });
});
