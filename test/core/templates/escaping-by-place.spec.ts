import { afterEach, describe, expect, it } from '@jest/globals';
import { HtmlScanner } from '../../../lib/core/templates/parsing/html-scanner.js';
import type { HtmlTag } from '../../../lib/core/templates/parsing/html-tag.js';
import type { Files } from './template-fixture.js';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const htmlOf = async (source: string, context: object, files: Files = {}): Promise<string> =>
  (await fixture.mail({ 't/html.hbs': source, ...files }, context)).html ?? '';

function tagsOf(html: string): HtmlTag[] {
  const tags: HtmlTag[] = [];
  new HtmlScanner(tag => tags.push(tag)).feed(html);
  return tags;
}

describe('An equals sign', () => {
  it.each([
    ['{{x}}', 'a=b'],
    ['<p>{{x}}</p>', '<p>a=b</p>'],
    ['<a href="{{x}}">', '<a href="a=b">'],
    ["<a href='{{x}}'>", "<a href='a=b'>"],
    ['<a href = "https://x.test/?{{x}}&amp;{{x}}">', '<a href = "https://x.test/?a=b&amp;a=b">'],
    ['<title>{{x}}</title>', '<title>a=b</title>'],
    ['<td {{#if x}}class="m"{{/if}} title="{{x}}">', '<td class="m" title="a=b">'],
    ['<td{{#if x}} class="m"{{else}} id="n"{{/if}} title="{{x}}">', '<td class="m" title="a=b">'],
    ['<td{{#if x}} class="m"{{/if}}>{{x}}', '<td class="m">a=b'],
    ['{{#each l}}<td width={{this}}>{{../x}}{{/each}}', '<td width=1>a=b<td width=2>a=b'],
    ['<td width={{w}}>text <a href="{{x}}">', '<td width=3>text <a href="a=b">'],
    [
      '<!--[if mso]><v:rect href="{{x}}"><![endif]-->{{x}}',
      '<!--[if mso]><v:rect href="a=b"><![endif]-->a=b',
    ],
    ['<!--[if !mso]><!-->{{x}}<!--<![endif]-->{{x}}', '<!--[if !mso]><!-->a=b<!--<![endif]-->a=b'],
    ['<!-- {{w}} --><b title="{{x}}">', '<!-- 3 --><b title="a=b">'],
    ['<style>p{}</style>{{x}}', '<style>p{}</style>a=b'],
    ['{{#> box}}<b title="{{x}}">{{x}}{{/box}}', '[<b title="a=b">a=b]'],
    ['<a href="{{> plain}}">', '<a href="a=b">'],
    ['{{#*inline "i"}}{{x}}{{/inline}}<a href="{{> i}}">{{> i}}', '<a href="a=b">a=b'],
  ])('stays in %s', async (source, written) => {
    const files = { 'partials/box.html.hbs': '[{{> @partial-block}}]', 'partials/plain.html.hbs': '{{x}}' };
    expect(await htmlOf(source, { x: 'a=b', w: 3, l: [1, 2] }, files)).toBe(written);
  });

  it.each([
    ['<a href={{x}}>', '<a href=a&#x3D;b&#x60;>'],
    ['<a href=https://x.test/?{{x}}>', '<a href=https://x.test/?a&#x3D;b&#x60;>'],
    ['<a {{x}}>', '<a a&#x3D;b&#x60;>'],
    ['<{{x}}>', '<a&#x3D;b&#x60;>'],
    ['<style>{{x}}</style>', '<style>a&#x3D;b&#x60;</style>'],
    ['<script>{{x}}</script>', '<script>a&#x3D;b&#x60;</script>'],
    ['<!-- {{x}} -->', '<!-- a&#x3D;b&#x60; -->'],
    ['<!--[if mso]><td width={{x}}><![endif]-->', '<!--[if mso]><td width=a&#x3D;b&#x60;><![endif]-->'],
  ])('and a backtick are escaped in %s', async (source, written) => {
    expect(await htmlOf(source, { x: 'a=b`' })).toBe(written);
  });
});

describe('A value where another one may print nothing', () => {
  it('stands unquoted, and is escaped as that', async () => {
    const html = await htmlOf('<a title={{y}} alt="{{x}}">', { y: '', x: 'z onclick=alert(1)' });
    expect(html).toBe('<a title= alt="z onclick&#x3D;alert(1)">');
  });
});

const attack = '" \' ` x=y onclick=alert(1) <b onclick=alert(1)> --> </style> </script> =';

describe('A hostile value brings no attribute and no element', () => {
  it.each<[string, Files]>([
    ['<a href={{x}}>', {}],
    ['<a title={{y}} alt="{{x}}">', {}],
    ['<a title={{y}} alt=\'{{x}}\' id="{{x}}">', {}],
    ['{{#if y}}<a href="{{else}}<a href={{/if}}{{x}}>', {}],
    ['{{#unless y}}<a href={{else}}<a href="{{/unless}}{{x}}>', {}],
    ['<a href={{#if y}}"1"{{else}}{{x}}{{/if}}>', {}],
    ['<a {{#each l}}data-n={{../x}} {{/each}}>', {}],
    ['{{#each l}}<a href={{../x}}>{{/each}}', {}],
    ['<a href={{> p}}>', { 'partials/p.html.hbs': '{{x}}' }],
    ['<a href={{> p}}>', { 'partials/p.html.hbs': '{{> q}}', 'partials/q.html.hbs': '{{x}}' }],
    ['<a {{> p}}>', { 'partials/p.html.hbs': 'href={{x}}' }],
    ['<a title="{{> p}}>', { 'partials/p.html.hbs': '" alt={{x}}' }],
    ['{{> p}}{{x}}>', { 'partials/p.html.hbs': '<a href=' }],
    ['{{> p}}{{> q}}>', { 'partials/p.html.hbs': '<a href=', 'partials/q.html.hbs': '{{x}}' }],
    ['<a href={{#> p}}{{x}}{{/p}}>', { 'partials/p.html.hbs': '{{> @partial-block}}' }],
    ['{{#> p}}{{x}}{{/p}}', { 'partials/p.html.hbs': '<a href={{> @partial-block}}>' }],
    ['{{#> p}}" alt={{x}}{{/p}}', { 'partials/p.html.hbs': '<a href="{{> @partial-block}}>' }],
    ['{{#> p}}{{#*inline "i"}}{{x}}{{/inline}}{{/p}}', { 'partials/p.html.hbs': '<a href={{> i}}>' }],
    ['{{#*inline "i"}}" alt={{x}}{{/inline}}<a href="{{> i}}>', {}],
    ['<a href={{> (lookup this "n")}}>', { 'partials/p.html.hbs': '{{x}}' }],
    ['<!--[if mso]><a href={{x}}><![endif]-->', {}],
  ])('%s', async (source, files) => {
    for (const y of ['', 'y']) {
      const html = await htmlOf(source, { x: attack, y, l: [1, 2], n: 'p' }, files);
      const shown = html.replaceAll(/<!--\[if mso\]>|<!\[endif\]-->/g, '');
      const tags = tagsOf(shown);
      expect(tags.map(({ name }) => name).filter(name => name !== 'a')).toEqual([]);
      for (const { attributes } of tags) expect(attributes.map(({ name }) => name)).not.toContain('onclick');
    }
  });

  it.each([
    '<b title="{{x}}">',
    "<b title='{{x}}'>",
    '{{x}}<b title="">',
    '<title>{{x}}</title><b title="">',
  ])('nor in quotation marks or text: %s', async source => {
    const tags = tagsOf(await htmlOf(source, { x: attack })).filter(({ name }) => name !== 'title');
    expect(tags).toMatchObject([{ name: 'b', attributes: [{ name: 'title' }] }]);
  });

  it('and one mail that fails leaves nothing behind for the next', async () => {
    const renderer = await fixture.renderer(
      { 't/subject.hbs': 'S', 't/html.hbs': '{{a}}<i class={{> p}}>', 'partials/p.html.hbs': '{{b}}' },
      {},
    );
    await expect(renderer.render('t', { a: 1 })).rejects.toThrow('the context lacks "b"');
    expect((await renderer.render('t', { a: '=', b: '=' })).html).toBe('=<i class=&#x3D;>');
  });

  it('also where style sheets are inlined', async () => {
    const files = {
      't/html.hbs': '<style>p{color:red}</style><p><a href="{{x}}">{{x}}</a><i class={{x}}>i</i></p>',
    };
    const { html } = await fixture.mail(files, { x: 'a=b' }, { inlineCss: true });
    expect(html).toContain('<a href="a=b">a=b</a>');
    expect(html).toContain('<i class="a=b">');
  });
});
