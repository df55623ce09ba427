import { afterEach, describe, expect, it } from '@jest/globals';
import { LintFixture } from './lint-fixture.js';

const fixture = new LintFixture();
afterEach(() => fixture.clean());

describe('A link', () => {
  it.each([
    '<a href="https://x.example/">x</a>',
    '<a href="mailto:ann@contoso.com">x</a>',
    '<a href="tel:+4912">x</a>',
    '<a href="http://localhost:3000/x">x</a>',
    '<a href="http://127.0.0.1">x</a>',
    '<a href="http://[::1]:80/">x</a>',
    '<a href="{{link url}}">x</a>',
    '<a href="https://x.example/{{id}}">x</a>',
    '<a href="{{#if a}}{{link a}}{{else}}https://x.example/{{/if}}">x</a>',
    '<a href="{{> address}}">x</a>',
    '<a href="{{addressOf user}}">x</a>',
    '<a href="{{@brand.applicationUri}}">x</a>',
    '<a href="#top">x</a>',
    '<a name="top">x</a>',
    '<!-- <a href="javascript:x"> -->',
    '{{!-- <a href="#"> --}}',
    '{{! <a href="#"> }}',
    '<title><a href="#"></title>',
  ])('is without fault: %s', async source => {
    const more = { 'partials/address.html.hbs': 'https://x.example/' };
    const found = await fixture.html(source, source.includes('{{> address}}') ? more : {});
    expect(found).toEqual([]);
  });

  it.each([
    ['<a href="javascript:alert(1)">x</a>', 'error unsafe-link 1:10'],
    ['<a href=" java\nscript:alert(1)">x</a>', 'error unsafe-link 1:10'],
    ['<a href="JAVASCRIPT&colon;x">x</a>', 'error unsafe-link 1:10'],
    ["<a href='data:text/html,x'>x</a>", 'error unsafe-link 1:10'],
    ['<a href=file:///etc/passwd>x</a>', 'error unsafe-link 1:9'],
    ['<p>\r\n<a href="http://x.example/{{id}}">x</a>', 'warning insecure-link 2:10'],
    ['<a href="http://localhost.evil.example/">x</a>', 'warning insecure-link 1:10'],
    ['<a href="">x</a>', 'warning empty-link 1:1'],
    ['<a href>x</a>', 'warning empty-link 1:1'],
    ['<a href=" # ">x</a>', 'warning empty-link 1:1'],
    ['<A HREF="{{url}}">x</A>', 'warning unchecked-link 1:10'],
    ['<a href="{{{link url}}}">x</a>', 'warning unescaped-attribute 1:10'],
    ['{{#if a}}\n  <a class="b" href="{{user.url}}/x">x</a>\n{{/if}}', 'warning unchecked-link 2:22'],
    ['<a href="{{#if a}}{{a}}{{else}}#{{/if}}">x</a>', 'warning unchecked-link 1:19'],
    ['<a href="/account">x</a>', 'warning relative-link 1:10'],
    ['<a href="account.html">x</a>', 'warning relative-link 1:10'],
    ['<area href="//x.example/">', 'warning relative-link 1:13'],
  ])('is found: %s', async (source, expected) => {
    expect(await fixture.html(source)).toEqual([expected]);
  });

  it('says what to write instead', async () => {
    const [finding] = await fixture.findings({
      't/html.hbs': '<a href="{{user.url}}">x</a>',
      't/subject.hbs': 's',
      't/text.hbs': 't',
    });
    expect(finding?.message).toContain('Write {{link user.url}}.');
  });
});

describe('An image', () => {
  it.each([
    '<img src="https://x.example/a.png" alt="">',
    '<img src="cid:x" alt="x">',
    '<img src="{{link url}}" alt="{{name}}">',
    '<img src="{{link url}}" {{attributes}}>',
    '<img src="{{#if a}}https://x/a.png{{else}}https://x/b.png{{/if}}" alt="">',
    '<img src="https://x.example/{{name}}.png" alt="">',
  ])('is without fault: %s', async source => {
    expect(await fixture.html(source)).toEqual([]);
  });

  it.each([
    ['<img src="https://x.example/a.png">', ['warning image-alt 1:1']],
    ['<img alt="x">', ['error image-source 1:1']],
    ['<img src="" alt="x">', ['error image-source 1:1']],
    ['<p>\n  <img src="logo.png" alt="x">', ['error relative-image 2:13']],
    ['<img src="/img/logo.png" alt="x">', ['error relative-image 1:11']],
    ['<img src="//x.example/logo.png" alt="x">', ['error relative-image 1:11']],
    ['<img src="http://x.example/logo.png" alt="x">', ['warning insecure-image 1:11']],
    ['<img src="data:image/png;base64,AA" alt="x">', ['warning data-image 1:11']],
    ['<img src="{{embed "gone.png"}}" alt="x">', ['error missing-image 1:11']],
    ['<img src="{{embed "../x.png"}}" alt="x">', ['error missing-image 1:11']],
  ])('is found: %s', async (source, expected) => {
    expect(await fixture.html(source)).toEqual(expected);
  });

  it('is told how it is embedded', async () => {
    const [finding] = await fixture.findings({
      't/subject.hbs': 's',
      't/text.hbs': 't',
      't/html.hbs': '<img src="images/logo.png?v=2" alt="">',
    });
    expect(finding?.message).toContain('src="{{embed "logo.png"}}"');
  });

  it('is found where it is embedded: beside the file, or at the root', async () => {
    const source = '<img src="{{embed "a.png"}}" alt=""><img src="{{embed "b.png"}}" alt="">';
    expect(await fixture.html(source, { 't/a.png': 'x', 'b.png': 'x' })).toEqual([]);
  });

  it('has no place in a text or a subject', async () => {
    expect(
      await fixture.lines({ 't/subject.hbs': 's', 't/text.hbs': 'x {{embed "a.png"}}', 't/a.png': 'x' }),
    ).toEqual(['error misplaced-embed t/text.hbs:1:3']);
  });
});

describe('A page', () => {
  it.each([
    ['<script>alert(1)</script>', ['warning removed-element 1:1']],
    ['<form action="https://x"><input></form>', ['warning removed-element 1:1']],
    ['<iframe src="https://x"></iframe>', ['warning removed-element 1:1']],
    ['<link rel="stylesheet" href="https://x/x.css">', ['warning external-stylesheet 1:1']],
    ['<link rel="icon" href="https://x/x.ico">', []],
    ['<style>\n@import url(https://x/x.css);\n</style>', ['warning external-stylesheet 2:1']],
    ['<style>/* @import x */ p { color: red }</style>', []],
    ['<style>\np { color red }\n</style>', ['warning css 2:5']],
    ['<p style="color">x</p>', ['warning css 1:11']],
    ['<p style="font-family:&quot;Segoe UI&quot;,Arial;color:{{@brand.colors.text}};color:red">x</p>', []],
    ['<style>{{#if a}}p { color: red{{/if}}</style>', []],
    ['<p title="{{{x}}}">y</p>', ['warning unescaped-attribute 1:11']],
    ['<p>{{{x}}}</p>', []],
    ['<p title="{{#if a}}{{b}}{{/if}}">y</p>', []],
  ])('is looked through: %s', async (source, expected) => {
    expect(await fixture.html(source)).toEqual(expected);
  });

  it('says its language, direction, rules of layout and title', async () => {
    expect(await fixture.html('<html><body>x</body></html>')).toEqual([
      'hint missing-dir 1:1',
      'warning missing-doctype 1:1',
      'warning missing-lang 1:1',
      'hint missing-title 1:1',
    ]);
    const page =
      '<!doctype html>\n<html lang="{{@culture}}" dir="{{@dir}}"><head><title>{{t}}</title></head></html>';
    expect(await fixture.html(page)).toEqual([]);
    expect(await fixture.html('<!DOCTYPE HTML PUBLIC "x"><html {{attributes}}><title></title>')).toEqual([]);
  });

  it('is read to its end, however odd it is', async () => {
    for (const source of [
      '<',
      '<a',
      '<a href="',
      '<!--',
      '<style>',
      '<title>',
      '</',
      '<img src=x',
      '{{a}}<{{b}} c="{{d}}',
      '',
    ])
      expect(await fixture.html(source)).toEqual([]);
  });

  it('is found at its place behind text beyond ASCII, tabs and line ends of all kinds', async () => {
    expect(await fixture.html('é😀\t<img src="x" alt="">\r\n\n {{a}}😀<a href="">x</a>')).toEqual([
      'error relative-image 1:15',
      'warning empty-link 3:9',
    ]);
  });
});
