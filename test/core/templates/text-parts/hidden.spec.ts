import { describe, expect, it } from '@jest/globals';
import { made, words } from './made.js';

describe('A text part leaves out what is hidden', () => {
  it.each([
    'style="display:none"',
    'style="DISPLAY : None ! important"',
    'style="color:red; display:none;"',
    'style="display:none !important; display:block"',
    'style="/* a;b */display:none"',
    'style=\'background:url("a;b");display:none\'',
    'style="display&#58;none"',
    'hidden',
    'hidden="hidden"',
    'style="visibility:hidden"',
    'style="visibility: collapse"',
    'style="max-height:0;overflow:hidden"',
    'style="max-height:0px; overflow:hidden; mso-hide:all"',
    'style="overflow:hidden;height:0.0em"',
    'style="width:0;overflow:hidden"',
    'style="font-size:0"',
    'style="font-size:0px;line-height:0"',
    'style="font:0/0 a"',
    'style="font-size:1px;opacity:0"',
    'style="font-size:1px;line-height:1px;color:#ffffff"',
    'style="opacity:0"',
  ])('%s', async attribute => {
    expect(await made(`<div ${attribute}>Hidden <b>words</b></div><p>Seen</p>`)).toBe('Seen');
    expect(await made(`<p>Seen <span ${attribute}>Hidden</span></p>`)).toBe('Seen');
  });

  it('in tables, lists and links', async () => {
    expect(
      await made('<table><tr><td>a</td><td style="display:none">x</td></tr><tr hidden><td>y</table>'),
    ).toBe('a');
    expect(await made('<ul><li hidden>x<li>a</ul>')).toBe(' * a');
    expect(await made('<a href="https://x.test/" style="display:none">x</a>a')).toBe('a');
    expect(await made('a<img src="x" alt="x" hidden>')).toBe('a');
  });

  it('with comments for Outlook, and what only others see stands there once', async () => {
    const html =
      '<!--[if mso]><p>Outlook</p><![endif]--><!--[if !mso]><!--><p>Others</p><!--<![endif]--><![if !vml]><p>All</p><![endif]>';
    expect(await made(html)).toBe('Others\n\nAll');
  });

  it('with style sheets, scripts and titles', async () => {
    expect(
      await made(
        '<head><title>T</title><style>p{}</style></head><script>x</script><template>x</template><p>a',
      ),
    ).toBe('a');
  });
});

describe('A text part keeps what is seen', () => {
  it.each([
    'style="mso-hide:all"',
    'style="max-height:0"',
    'style="overflow:hidden"',
    'style="display:none;display:block"',
    'style="display:block" hidden',
    'style="max-height:0.5em;overflow:hidden"',
    'style="opacity:0.5"',
    'style="font-size:10px"',
    'style="font-size:100%"',
    'style="line-height:0"',
    'style="visibility:visible"',
    'data-hidden',
    'aria-hidden="true"',
    'style="--display:none"',
    'title="display:none"',
  ])('%s', async attribute => {
    expect(await made(`<div ${attribute}>Words</div>`)).toBe('Words');
  });

  it('in a cell without a font size, whose columns have one of their own, and the names of images', async () => {
    const cell =
      '<td style="font-size:0px">gone<div style="font-size:13px">Column</div><img src="x" alt="Logo"><p style="font-size:50%">gone</p></td>';
    expect(await words(`<table><tr>${cell}</tr></table>`)).toBe('Column Logo');
  });

  it('in an invisible element that has a visible one', async () => {
    expect(await made('<p style="visibility:hidden">a<b style="visibility:visible">b</b>c</p>')).toBe('b');
  });
});

describe('Characters without width', () => {
  const padding = '&#847;&zwnj;&nbsp;'.repeat(50);

  it.each([
    ['after a preview that is not hidden', `<p>Preview${padding}</p><p>Text</p>`, 'Preview\n\nText'],
    ['alone', `<div>${padding}</div><p>Text</p>`, 'Text'],
    ['with byte order marks and soft hyphens', `<p>a${'&#65279;&shy;&#8199;'.repeat(20)}</p>b`, 'a\n\nb'],
    ['between words', `<p>a ${'&zwnj;&#8203; '.repeat(20)} b</p>`, 'a b'],
  ])('do not pad the text %s', async (_where, html, text) => {
    expect(await made(html)).toBe(text);
  });

  it.each(['می\u200cخواهم', '👩\u200d👩\u200d👧', 'क\u094d\u200dष', 'ประเทศ\u200bไทย'])(
    'stay within words: %j',
    async word => {
      expect(await made(`<p>${word} b</p>`)).toBe(`${word} b`);
    },
  );

  it('are soft hyphens in no word', async () => {
    expect(await made('Donau&shy;dampf')).toBe('Donaudampf');
  });
});

describe('Blanks that do not break', () => {
  it.each([
    ['10&nbsp;kg', '10\u00a0kg'],
    ['1&#8239;000&nbsp;€', '1\u202f000\u00a0€'],
    ['a &nbsp; b', 'a b'],
    ['a&nbsp;&nbsp;&nbsp;b', 'a b'],
    ['<p>&nbsp;a&nbsp;</p>', 'a'],
    ['<p>a</p><p>&nbsp;</p><p>b</p>', 'a\n\nb'],
  ])('%s', async (html, text) => {
    expect(await made(html)).toBe(text);
  });
});
