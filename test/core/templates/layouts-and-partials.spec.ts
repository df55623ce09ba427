import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

describe('A layout', () => {
  it('surrounds the block of the template', async () => {
    const mail = await fixture.mail(
      {
        'layouts/page.html.hbs': '<h1>{{title}}</h1>[{{> @partial-block}}]',
        't/html.hbs': '{{#> layouts/page title="T"}}<p>{{name}}</p>{{/layouts/page}}',
      },
      { name: 'A & B' },
    );
    expect(mail.html).toBe('<h1>T</h1>[<p>A &amp; B</p>]');
  });

  it('exists per part and culture', async () => {
    const files = {
      'layouts/page.html.hbs': 'html none {{> @partial-block}}',
      'layouts/page.html.fr.hbs': 'html fr {{> @partial-block}}',
      'layouts/page.text.hbs': 'text none {{> @partial-block}}',
      't/html.hbs': '{{#> layouts/page}}x{{/layouts/page}}',
      't/text.hbs': '{{#> layouts/page}}x{{/layouts/page}}',
    };
    expect(await fixture.mail(files, {}, { culture: 'fr-CA' })).toMatchObject({
      html: 'html fr x',
      text: 'text none x',
    });
    expect((await fixture.mail(files, {}, { culture: 'en' })).html).toBe('html none x');
  });

  it('may be nested in another layout', async () => {
    const files = {
      'layouts/outer.text.hbs': '({{> @partial-block}})',
      'layouts/inner.text.hbs': '{{#> layouts/outer}}[{{> @partial-block}}]{{/layouts/outer}}',
    };
    expect(await fixture.text('{{#> layouts/inner}}{{x}}{{/layouts/inner}}', { x: 1 }, { files })).toBe(
      '([1])',
    );
  });

  it('of the package can be replaced by the app for the built-in mails', async () => {
    const renderer = await fixture.renderer({ 'layouts/mail.html.hbs': '<main>{{> @partial-block}}</main>' });
    const { html } = await renderer.render('notification', { title: 'T', lines: ['One'] });
    expect(html).toMatch(/^<main>[^]*One[^]*<\/main>\s*$/);
  });

  it('takes inline partials of the template that uses it', async () => {
    const files = { 'layouts/page.text.hbs': '{{> side}}|{{> @partial-block}}' };
    const source = '{{#> layouts/page}}{{#*inline "side"}}side of {{name}}{{/inline}}main{{/layouts/page}}';
    expect(await fixture.text(source, { name: 'Ann' }, { files })).toBe('side of Ann|main');
    expect(fixture.lines).toEqual([]);
  });

  it('gives a helper that fails in its block the file and line of the template', async () => {
    const files = { 'layouts/page.text.hbs': '\n\n\n\n{{> @partial-block}}' };
    const source = '\n{{#> layouts/page}}\n{{link url}}{{/layouts/page}}';
    const error = await failure(fixture.text(source, { url: 'x' }, { files }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 3 });
    expect(error.file).toMatch(/t.text\.hbs$/);
  });

  it('that is missing is an error and not a mail without its frame', async () => {
    const error = await failure(fixture.text('\n{{#> layouts/nope}}x{{/layouts/nope}}', {}));
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATEPARTIAL',
      template: 't',
      part: 'text',
      missing: 'layouts/nope',
      line: 2,
    });
  });

  it('used without a block is an error that names the layout file', async () => {
    const files = { 'layouts/page.text.hbs': '{{> @partial-block}}' };
    const error = await failure(fixture.text('{{> layouts/page}}', {}, { files }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEPARTIAL', missing: '@partial-block', template: 't' });
    expect(error.file).toMatch(/page\.text\.hbs$/);
  });
});

describe('A partial', () => {
  it('exists per part', async () => {
    const mail = await fixture.mail(
      {
        'partials/button.html.hbs': '<b>{{label}}</b>',
        'partials/button.text.hbs': '* {{label}} *',
        'partials/button.subject.hbs': '[{{label}}]',
        't/subject.hbs': '{{> button label="a&b"}}',
        't/html.hbs': '{{> button label="a&b"}}',
        't/text.hbs': '{{> button label="a&b"}}',
      },
      {},
    );
    expect(mail).toMatchObject({ subject: '[a&b]', html: '<b>a&amp;b</b>', text: '* a&b *' });
  });

  it('is chosen by the culture of the mail, each on its own', async () => {
    const files = {
      'partials/hi.text.fr.hbs': 'Bonjour',
      'partials/hi.text.hbs': 'Hi',
      'partials/bye.text.fr_CA.hbs': 'Bye-bye',
      'partials/bye.text.fr.hbs': 'Au revoir',
      'partials/bye.text.en.hbs': 'Bye',
    };
    const source = '{{> hi}} {{> bye}}';
    expect(await fixture.text(source, {}, { files, culture: 'fr-CA' })).toBe('Bonjour Bye-bye');
    expect(await fixture.text(source, {}, { files, culture: 'fr' })).toBe('Bonjour Au revoir');
    expect(await fixture.text(source, {}, { files, culture: 'de' })).toBe('Hi Bye');
  });

  it('may lie in sub-folders', async () => {
    const files = { 'partials/forms/input.text.hbs': 'input {{x}}', 'partials/a/b/c.text.en.hbs': 'c' };
    expect(await fixture.text('{{> forms/input}} {{> a/b/c}}', { x: 1 }, { files })).toBe('input 1 c');
  });

  it('of an earlier directory comes first', async () => {
    const one = fixture.directory({ 'partials/p.text.hbs': 'one' }).path;
    const two = fixture.directory({
      'partials/p.text.hbs': 'two',
      't/text.hbs': '{{> p}}',
      't/subject.hbs': 's',
    }).path;
    const renderer = await fixture.create({ directories: [one, two] });
    expect((await renderer.render('t', {})).text).toBe('one');
  });

  it('may use other partials and itself, as far as its data go', async () => {
    const files = { 'partials/tree.text.hbs': '{{name}}({{#each children}}{{> tree}}{{/each}})' };
    const context = {
      name: 'a',
      children: [
        { name: 'b', children: [] },
        { name: 'c', children: [] },
      ],
    };
    expect(await fixture.text('{{> tree}}', context, { files })).toBe('a(b()c())');
  });

  it('that calls itself without end is an error', async () => {
    const error = await failure(
      fixture.text('{{> loop}}', {}, { files: { 'partials/loop.text.hbs': '{{> loop}}' } }),
    );
    expect(error).toMatchObject({ template: 't', part: 'text' });
  });

  it('may be inline, in the file or in the blocks of the file', async () => {
    expect(await fixture.text('{{#*inline "x"}}<{{a}}>{{/inline}}{{> x a=1}}{{> x a=2}}', {})).toBe('<1><2>');
  });

  it('may be named by an expression', async () => {
    const files = { 'partials/a.text.hbs': 'A', 'partials/b.text.hbs': 'B' };
    expect(await fixture.text('{{> (lookup . "which")}}', { which: 'b' }, { files })).toBe('B');
  });

  it('that is missing stops the start with file and line', async () => {
    const { path } = fixture.directory({ 't/subject.hbs': 's', 't/html.hbs': 'a\n\n  {{> nope}}' });
    const error = await failure(fixture.create({ directories: [path] }));
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATEPARTIAL',
      template: 't',
      part: 'html',
      culture: 'en',
      file: join(path, 't/html.hbs'),
      line: 3,
      missing: 'nope',
    });
    expect(error.message).toContain('partials/nope.html.hbs');
  });

  it('of another part does not count', async () => {
    const files = { 'partials/p.html.hbs': 'x' };
    expect((await failure(fixture.text('{{> p}}', {}, { files }))).missing).toBe('p');
  });

  it('that is missing in another partial names the file of that partial', async () => {
    const error = await failure(
      fixture.text('{{> outer}}', {}, { files: { 'partials/outer.text.hbs': '\n{{> inner}}' } }),
    );
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEPARTIAL', missing: 'inner', line: 2 });
    expect(error.file).toMatch(/outer\.text\.hbs$/);
  });

  it('that exists in other languages alone is an error in this one', async () => {
    const renderer = await fixture.renderer({
      't/subject.hbs': 's',
      't/text.hbs': '\n{{> p}}',
      'partials/p.text.fr.hbs': 'p',
    });
    expect((await renderer.render('t', {}, { culture: 'fr' })).text).toBe('\np');
    expect(await failure(renderer.render('t', {}))).toMatchObject({
      code: 'EMAILTEMPLATEPARTIAL',
      template: 't',
      missing: 'p',
      line: 2,
    });
  });

  it('called constructor or __proto__ is missing like any other', async () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      expect((await failure(fixture.text(`{{> ${name}}}`, {}))).code).toBe('EMAILTEMPLATEPARTIAL');
  });
});
