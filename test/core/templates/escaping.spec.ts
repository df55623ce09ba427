import { afterEach, describe, expect, it } from '@jest/globals';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const evil = '<script>alert("x")</script> & \'y\' `z`';

describe('Escaping', () => {
  it('is done in html and neither in subject nor text', async () => {
    const files = {
      't/subject.hbs': '{{x}}',
      't/html.hbs': '<p title="{{x}}">{{x}}</p>',
      't/text.hbs': '{{x}}',
    };
    const mail = await fixture.mail(files, { x: evil });
    expect(mail.subject).toBe(evil);
    expect(mail.text).toBe(evil);
    const escaped = '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#x27;y&#x27; `z`';
    expect(mail.html).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('is done in the html of partials, layouts, blocks and helpers', async () => {
    const files = {
      'layouts/l.html.hbs': '{{x}}{{> @partial-block}}',
      'partials/p.html.hbs': '{{y}}',
      't/html.hbs': '{{#> layouts/l}}{{> p y=x}}{{#each list}}{{this}}{{/each}}{{shout x}}{{/layouts/l}}',
    };
    const helpers = { shout: (text: string) => `${text}!` };
    const { html } = await fixture.mail(files, { x: '<', list: ['&'] }, { helpers });
    expect(html).toBe('&lt;&lt;&amp;&lt;!');
  });

  it('of an address in html is once and no more', async () => {
    const { html } = await fixture.mail(
      { 't/html.hbs': '<a href="{{link u}}">' },
      { u: 'https://x.test/?a=1&b="' },
    );
    expect(html).toBe('<a href="https://x.test/?a=1&amp;b=%22">');
  });

  it('is left out where the template asks for it with three braces', async () => {
    expect((await fixture.mail({ 't/html.hbs': '{{{x}}}' }, { x: '<b>' })).html).toBe('<b>');
  });
});

describe('A subject', () => {
  const subject = async (x: string, source = 'a{{x}}b'): Promise<string> =>
    (await fixture.mail({ 't/subject.hbs': source, 't/text.hbs': 'x' }, { x })).subject;

  it('has no control characters', async () => {
    const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join('');
    expect(await subject(`${controls}\u2028\u2029`)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  });

  it.each(['\0', '\u0007', '\u001b', '\u007f', '\u0080', '\u009f'])('loses %j', async control => {
    expect(await subject(control)).toBe('ab');
  });

  it.each(['\r\n', '\n', '\r', '\t', '\u000b', '\f', '\u0085', '\u2028', '\u2029', '\r\n\r\n', ' \r\n\t '])(
    'gets one space for %j, so that words stay apart',
    async end => {
      expect(await subject(end)).toBe('a b');
    },
  );

  it('cannot bring a header with it', async () => {
    expect(await subject('\r\nBcc: eve@evil.test\r\n\r\n<p>')).toBe('a Bcc: eve@evil.test <p>b');
  });

  it('is one line without blanks at its ends, however the file is written', async () => {
    const source = '\n\n  Hello\n{{#if x}}\n{{x}}\n{{/if}}\n\n';
    expect(await subject('Ann', source)).toBe('Hello Ann');
  });

  it('keeps the spaces that belong to the words', async () => {
    expect(await subject('12\u202f345\u00a0€ x  y')).toBe('a12\u202f345\u00a0€ x  yb');
  });

  it('keeps emoji and letters of all scripts', async () => {
    expect(await subject(' 👩‍👩‍👧 שלום 日本 é ')).toBe('a 👩‍👩‍👧 שלום 日本 é b');
  });

  it('of many blanks is made in no time', async () => {
    expect((await subject(' '.repeat(200_000))).length).toBe(200_002);
  });
});

describe('The text part', () => {
  const textOf = async (html: string): Promise<string> =>
    (await fixture.mail({ 't/html.hbs': html }, { name: 'A & B <x>', url: 'https://x.test/a?b=1&c=2' })).text;

  it('is made from the html when the template has none', async () => {
    const mail = await fixture.mail(
      { 't/html.hbs': '<h1>Title</h1><p>Hello <b>{{name}}</b></p>' },
      { name: 'A & B' },
    );
    expect(mail.html).toContain('A &amp; B');
    expect(mail.text).toMatch(/^Title\s+Hello A & B\s*$/);
  });

  it('is made anew for each mail, also after the same mail twice', async () => {
    const renderer = await fixture.renderer({
      't/subject.hbs': 'S',
      't/html.hbs': '<p>Hello <b>{{name}}</b></p>',
    });
    const texts = [];
    for (const name of ['Ann', 'Ann', 'Bob', 'Ann']) texts.push((await renderer.render('t', { name })).text);
    expect(texts).toEqual(['Hello Ann', 'Hello Ann', 'Hello Bob', 'Hello Ann']);
  });

  it('shows the addresses of links', async () => {
    expect(await textOf('<p><a href="{{link url}}">Open</a></p>')).toBe('Open <https://x.test/a?b=1&c=2>');
    expect(await textOf('<a href="{{link url}}">{{url}}</a>')).toBe('https://x.test/a?b=1&c=2');
  });

  it('has neither styles nor scripts nor images nor comments', async () => {
    const html =
      '<html><head><title>T</title><style>p{color:red}</style></head><body><!-- c --><img src="https://x.test/l.png" alt="logo"><p>Only this</p></body></html>';
    expect(await textOf(html)).toBe('Only this');
  });

  it('holds lists and paragraphs on lines of their own', async () => {
    const text = await textOf('<p>One</p><p>Two</p><ul><li>a</li><li>b</li></ul>');
    expect(text).toMatch(/^One\n\nTwo\n\n \* a\n \* b$/);
  });

  it('is not broken within a long address', async () => {
    const url = `https://x.test/${'a'.repeat(300)}`;
    const { text } = await fixture.mail({ 't/html.hbs': '<a href="{{link url}}">Open</a>' }, { url });
    expect(text).toContain(url);
  });

  it('of its own wins over one made from html', async () => {
    expect((await fixture.mail({ 't/html.hbs': '<p>html</p>', 't/text.hbs': 'text' }, {})).text).toBe('text');
  });

  it('alone makes a text-only mail', async () => {
    const mail = await fixture.mail({ 't/text.hbs': 'text' }, {});
    expect(mail).toEqual({ subject: 'Subject', text: 'text', culture: 'en' });
    expect('html' in mail).toBe(false);
  });
});
