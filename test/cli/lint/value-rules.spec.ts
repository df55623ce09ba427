import { afterEach, describe, expect, it } from '@jest/globals';
import { CLEAN, LintFixture } from './lint-fixture.js';

const fixture = new LintFixture();
afterEach(() => fixture.clean());

/** Whether a finding is about a value, and not about what mail clients lack. */
const isOfValues = (finding: string): boolean => !finding.includes('client-support/');

describe('A value in CSS', () => {
  it.each([
    ['<style>p { color: {{c}} }</style>', 'warning value-in-css 1:19'],
    ['<p style="color:{{c}}">x</p>', 'warning value-in-css 1:17'],
    ["<p style='color:{{c}}'>x</p>", 'warning value-in-css 1:17'],
    ['<P STYLE="color:{{user.colour}}">x</P>', 'warning value-in-css 1:17'],
    ['<p style="{{#if a}}color:{{c}}{{/if}}">x</p>', 'warning value-in-css 1:26'],
    ['{{#if a}}\n<p style="color:{{c}}">x</p>\n{{/if}}', 'warning value-in-css 2:17'],
    ['<p {{#if a}}style="color:red"{{else}}style="color:{{c}}"{{/if}}>x</p>', 'warning value-in-css 1:51'],
    ['{{#each rows}}<p style="width:{{this}}px">x</p>{{/each}}', 'warning value-in-css 1:31'],
    ['<p style="color:{{default c "red"}}">x</p>', 'warning value-in-css 1:17'],
    ['<p style="color:{{lookup colours kind}}">x</p>', 'warning value-in-css 1:17'],
    ['<!--[if mso]><td style="width:{{w}}px"><![endif]-->', 'warning value-in-css 1:31'],
    ['<!--[if mso]><style>td { width: {{w}} }</style><![endif]-->', 'warning value-in-css 1:33'],
    ['<p style="color:{{@root.c}}">x</p>', 'warning value-in-css 1:17'],
    ['<p style="background:url({{link u}})">x</p>', 'warning value-in-css 1:26'],
    ["<style>p { background: url('{{link u}}') }</style>", 'warning value-in-css 1:29'],
  ])('is found: %s', async (source, expected) => {
    expect((await fixture.html(source)).filter(isOfValues)).toEqual([expected]);
  });

  it.each([
    '<p style="color:{{@brand.colors.text}}">x</p>',
    '<style>p { color: {{@brand.colors.primary}} }</style>',
    '<p style="width:{{@brand.logoWidth}}px">x</p>',
    '<p style="width:{{formatNumber n}}%">x</p>',
    '<p style="z-index:{{@index}}">x</p>',
    '<style>p { background: url("{{link u}}") }</style>',
    '<p style="{{#if a}}color:red{{else}}color:blue{{/if}}">x</p>',
    '<p style="color:{{default "red" "blue"}}">x</p>',
    '<p style="color:{{colorOf user}}">x</p>',
    '<p style="color:red">{{c}}</p>',
    '{{!-- <p style="color:{{c}}"> --}}',
  ])('is without fault: %s', async source => {
    expect((await fixture.html(source)).filter(isOfValues)).toEqual([]);
  });

  it('says what is wrong, why, and what to do', async () => {
    const [finding] = await fixture.findings({
      ...CLEAN,
      't/html.hbs': '<p style="color:{{ user.c }}">x</p>',
    });
    expect(finding?.message).toMatch(
      /^\{\{ user\.c \}\} stands in style="…", where escaping does not help: .*eq/,
    );
  });
});

describe('A value in CSS by way of a partial', () => {
  const css = { 'partials/box.html.hbs': '<p style="color:{{color}}">x</p>' };

  it('is found where it stands, when one call gives what comes out of the context', async () => {
    const lines = await fixture.lines({
      ...CLEAN,
      ...css,
      't/html.hbs': '{{> box color="red"}}{{> box color=user.color}}',
    });
    expect(lines).toEqual(['warning value-in-css partials/box.html.hbs:1:17']);
  });

  it('is without fault when each call says it, or has it from the brand', async () => {
    const source =
      '{{> box color="red"}}{{> box color=@brand.colors.primary}}{{> box color=(formatNumber n)}}';
    expect(await fixture.lines({ ...CLEAN, ...css, 't/html.hbs': source })).toEqual([]);
  });

  it.each([
    [
      '<p style="color:{{> value}}">x</p>',
      { 'partials/value.html.hbs': '{{c}}' },
      ['warning value-in-css 1:17'],
    ],
    [
      '<p style="color:{{> value c=d}}">x</p>',
      { 'partials/value.html.hbs': '{{c}}' },
      ['warning value-in-css 1:17'],
    ],
    ['<p style="color:{{> value c="red"}}">x</p>', { 'partials/value.html.hbs': '{{c}}' }, []],
    [
      '<p style="color:{{> value}}">x</p>',
      { 'partials/value.html.hbs': '{{#if c}}red{{else}}blue{{/if}}' },
      [],
    ],
    [
      '<p style="color:{{> value kind=kind}}">x</p>',
      { 'partials/value.html.hbs': '{{> names kind=kind red="#f00"}}', 'partials/names.html.hbs': '{{red}}' },
      [],
    ],
    ['{{#*inline "i"}}{{c}}{{/inline}}<p style="color:{{> i}}">x</p>', {}, ['warning value-in-css 1:49']],
  ])('%s with %p', async (source, more, expected) => {
    expect(await fixture.html(source, more)).toEqual(expected);
  });
});

describe('An address that a partial is called with', () => {
  const layout = { 'layouts/l.html.hbs': '{{> press url=href more=more}}' };
  const button = { 'partials/press.html.hbs': '<a href="{{url}}{{more}}">x</a>' };

  it('is known through further calls, with what stands behind it', async () => {
    const source = '{{#> l href=(link u) more="#top"}}x{{/l}}';
    expect(await fixture.html(source, { ...layout, ...button })).toEqual([]);
    const unchecked = source.replace('"#top"', 'x');
    const at = 'partials/press.html.hbs:1:';
    expect(await fixture.html(unchecked, { ...layout, ...button })).toEqual([
      `warning value-behind-link ${at}17`,
    ]);
    expect(await fixture.html(source.replace('(link u)', 'u'), { ...layout, ...button })).toEqual([
      `warning unchecked-link ${at}10`,
    ]);
  });

  it('is not followed round a circle of calls', async () => {
    const circle = { 'partials/p.html.hbs': '<a href="{{u}}">x</a>{{#if more}}{{> p u=u}}{{/if}}' };
    const lines = await fixture.html('{{> p u=(link url) more=false}}', circle);
    expect(lines).toEqual(['warning unchecked-link partials/p.html.hbs:1:10']);
  });
});

describe('A value in a script', () => {
  it.each([
    ['<p onclick="f({{x}})">x</p>', ['error value-in-script 1:15']],
    ["<p onMouseOver='{{x}}'>x</p>", ['error value-in-script 1:17']],
    ['<p onclick="f({{f x}})">x</p>', []],
    ['<p on="{{x}}" once="{{x}}">x</p>', ['error value-in-script 1:21']],
    ['<iframe srcdoc="{{x}}"></iframe>', ['warning removed-element 1:1', 'error value-in-script 1:17']],
    ['<script>var a = "{{x}}";</script>', ['warning removed-element 1:1', 'error value-in-script 1:18']],
    ['<script src="{{link u}}"></script>', ['warning removed-element 1:1']],
    ['<script src="{{u}}"></script>', ['warning removed-element 1:1', 'warning unchecked-link 1:14']],
  ])('is found: %s', async (source, expected) => {
    expect(await fixture.html(source)).toEqual(expected);
  });
});

describe('A value without quotation marks', () => {
  it.each([
    ['<td width={{w}}>x</td>', ['error unquoted-value 1:11']],
    ['<td width={{w}}px>x</td>', ['error unquoted-value 1:11']],
    ['<td class=a{{#if b}}{{c}}{{/if}}>x</td>', ['error unquoted-value 1:21']],
    ['<td {{#if b}}width={{c}}{{/if}} height="{{d}}">x</td>', ['error unquoted-value 1:20']],
    ['<td width={{size x}}>x</td>', ['error unquoted-value 1:11']],
    ['<td class={{> p}}>x</td>', ['error unquoted-value 1:11']],
    ['<!--[if mso]><td width={{w}}><![endif]-->', ['error unquoted-value 1:24']],
    ['<a href={{u}}>x</a>', ['warning unchecked-link 1:9', 'error unquoted-value 1:9'].toSorted()],
    ['<td width={{formatNumber w}}>x</td>', []],
    ['<td width={{@brand.logoWidth}}>x</td>', []],
    ['<a href={{link u}}>x</a>', []],
    ['<td width="{{w}}">{{w}}</td>', []],
    ['<td {{attributesOf row}}>x</td>', []],
    ['<td {{#if b}}nowrap{{/if}}>x</td>', []],
  ])('is found: %s', async (source, expected) => {
    const partial = { 'partials/p.html.hbs': '{{c}}' };
    const more: Readonly<Record<string, string>> = source.includes('{{> p}}') ? partial : {};
    expect((await fixture.html(source, more)).toSorted()).toEqual(expected);
  });

  it('is shown with them', async () => {
    const [finding] = await fixture.findings({ ...CLEAN, 't/html.hbs': '<td width={{w}}>x</td>' });
    expect(finding?.message).toContain('Write width="{{w}}".');
  });
});

describe('A value in an address', () => {
  it.each([
    'href',
    'src',
    'srcset',
    'background',
    'action',
    'formaction',
    'poster',
    'cite',
    'longdesc',
    'xlink:href',
    'manifest',
    'ping',
    'codebase',
    'usemap',
  ])('is found in %s, unless link has checked it', async attribute => {
    const at = `1:${6 + attribute.length}`;
    expect(await fixture.html(`<x ${attribute}="{{u}}">x</x>`)).toEqual([`warning unchecked-link ${at}`]);
    expect(await fixture.html(`<x ${attribute.toUpperCase()}='{{u}}'>x</x>`)).toHaveLength(1);
    expect(await fixture.html(`<x ${attribute}="{{link u}}">x</x>`)).toEqual([]);
    expect(await fixture.html(`<x ${attribute}="{{link u}}{{x}}">x</x>`)).toHaveLength(1);
  });

  it.each([
    ['<object data="{{u}}">', ['warning removed-element 1:1', 'warning unchecked-link 1:15']],
    ['<p data="{{u}}">', []],
    ['<meta http-equiv="refresh" content="0;url={{u}}">', ['warning unchecked-link 1:43']],
    ['<meta http-equiv="refresh" content="{{u}}">', ['warning unchecked-link 1:37']],
    ['<meta content="0; URL=\'{{u}}\'" http-equiv=Refresh>', ['warning unchecked-link 1:24']],
    ['<meta http-equiv="refresh" content="0;url={{link u}}">', []],
    ['<meta name="description" content="{{u}}">', []],
    [
      '<img alt="" src="{{link a}}" srcset="{{link a}} 1x, {{b}} 2x">',
      ['hint client-support/srcset 1:30', 'warning unchecked-link 1:53'],
    ],
    [
      '<img alt="" src="{{link a}}" srcset="{{link a}} 1x, {{link b}} 2x">',
      ['hint client-support/srcset 1:30'],
    ],
    ['<a href="{{link u}}{{x}}">x</a>', ['warning value-behind-link 1:20']],
    ['<a href="{{link u}}?x={{y}}">x</a>', ['warning value-behind-link 1:23']],
    ['<a href="{{link u}}{{#if x}}#{{x}}{{/if}}">x</a>', ['warning value-behind-link 1:30']],
    ['<a href="{{link u}}{{> p}}">x</a>', ['warning value-behind-link 1:20']],
    ['<a href="{{link u}}?n={{formatNumber n}}">x</a>', []],
    ['<a href="{{link u}}?n={{encoded n}}">x</a>', []],
    ['<a href="{{#if a}}{{link a}}{{else}}{{b}}{{/if}}">x</a>', ['warning unchecked-link 1:37']],
    ['<a href="{{#if a}}{{link a}}{{else}}{{link b}}{{/if}}">x</a>', []],
    ['<a href="{{#if a}}https://x.test/{{/if}}{{b}}">x</a>', ['warning unchecked-link 1:41']],
    ['<a href="https://x.test/{{id}}?q={{q}}#{{f}}">x</a>', []],
    ['<a href="https://{{host}}/">x</a>', ['warning unchecked-link 1:18']],
    ['<a href="https://x.test{{path}}">x</a>', ['warning unchecked-link 1:24']],
    ['<a href="https:{{rest}}">x</a>', ['warning unchecked-link 1:16']],
    ['<a href="java{{rest}}">x</a>', ['warning relative-link 1:10', 'warning unchecked-link 1:14']],
    ['<a href="{{> address}}">x</a>', ['warning unchecked-link 1:10']],
    ['<!--[if mso]><v:roundrect href="{{u}}"><![endif]-->', ['warning unchecked-link 1:33']],
    ['<!--[if mso]><v:roundrect href="{{link u}}"><![endif]-->', []],
    ['<!--[if !mso]><!--><a href="{{u}}">x</a><!--<![endif]-->', ['warning unchecked-link 1:29']],
    ['<a href="mailto:{{address}}">x</a>', []],
    ['<a href="{{@brand.applicationUri}}/{{x}}">x</a>', []],
  ])('is found: %s', async (source, expected) => {
    const partials = {
      ...(source.includes('{{> p}}') && { 'partials/p.html.hbs': '{{c}}' }),
      ...(source.includes('{{> address}}') && { 'partials/address.html.hbs': '{{u}}' }),
    };
    expect(await fixture.html(source, partials)).toEqual(expected);
  });
});

describe('A value in raw braces, a comment or a title', () => {
  it.each([
    ['<p style="{{{c}}}">x</p>', ['warning unescaped-attribute 1:11', 'warning value-in-css 1:11']],
    ['<a href="{{{u}}}">x</a>', ['warning unchecked-link 1:10', 'warning unescaped-attribute 1:10']],
    ['<script>{{{x}}}</script>', ['warning removed-element 1:1', 'error value-in-script 1:9']],
    ['<!-- {{x}} -->', ['hint value-in-comment 1:6']],
    ['<!-- {{link x}} -->', ['hint value-in-comment 1:6']],
    ['<p>{{!-- {{x}} --}}</p>', []],
    ['<p><title>{{x}}</title></p>', []],
    ['<textarea>{{x}}</textarea>', ['warning client-support/form-control 1:1']],
    ['<!--[if mso]>{{x}}<![endif]-->', []],
  ])('%s', async (source, expected) => {
    expect(await fixture.html(source)).toEqual(expected);
  });

  it('is no matter in a text or subject', async () => {
    const files = { 't/subject.hbs': '<p style="{{a}}">', 't/text.hbs': '<a href={{b}}>{{{c}}}' };
    expect(await fixture.lines(files)).toEqual([]);
  });
});
