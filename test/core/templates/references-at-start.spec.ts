import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { TemplateOptions } from '../../../lib/core/templates/template-options.js';
import type { Files } from './template-fixture.js';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const start = (files: Files, options: TemplateOptions = {}): Promise<unknown> =>
  fixture.renderer({ 't/subject.hbs': 's', ...files }, options);

describe('A helper that does not exist stops the start:', () => {
  it.each([
    ['with an argument', '{{nope x}}'],
    ['with a named argument', '{{nope a=1}}'],
    ['as a block', '{{#nope x}}a{{/nope}}'],
    ['as an expression', '{{link (nope)}}'],
    ['within an argument', '{{link (default (nope x) "y")}}'],
    ['within a named argument', '{{formatNumber 1 style=(nope)}}'],
    ['within a partial', '{{> p a=(nope)}}'],
    ['in a name of a partial', '{{> (nope)}}'],
    ['in a block', '{{#each list as |item|}}{{nope item}}{{/each}}'],
    ['in else', '{{#if x}}a{{else if (nope x)}}b{{/if}}'],
    ['in an inline partial', '{{#*inline "i"}}{{nope x}}{{/inline}}'],
  ])('%s', async (_how, source) => {
    for (const strict of [true, false]) {
      const error = await failure(
        start({ 't/html.fr.hbs': `\n ${source}`, 'partials/p.html.hbs': '' }, { strict }),
      );
      expect(error).toMatchObject({
        code: 'EMAILTEMPLATEHELPER',
        template: 't',
        part: 'html',
        culture: 'fr',
        line: 2,
        missing: 'nope',
      });
      expect(error.message).toContain('there is no helper "nope"');
      expect(error.message).toContain(`${join('t', 'html.fr.hbs')}:2`);
    }
  });

  it('in a layout or partial of the application', async () => {
    for (const name of ['layouts/l.text.hbs', 'partials/p.text.hbs'])
      expect(await failure(start({ [name]: '{{nope x}}' }))).toMatchObject({
        missing: 'nope',
        template: undefined,
      });
  });

  it('with the nearest one that exists', async () => {
    const error = await failure(
      start({ 't/text.hbs': '{{formatdate x}}{{shuot x}}' }, { helpers: { shout: () => '' } }),
    );
    expect(error.message).toContain('did you mean "formatDate"?');
    expect(
      (await failure(start({ 't/text.hbs': '{{shuot x}}' }, { helpers: { shout: () => '' } }))).message,
    ).toContain('did you mean "shout"?');
  });

  it.each([
    '{{user.greet "x"}}',
    '{{#each list as |item|}}{{item}}{{#with item as |each|}}{{each}}{{/with}}{{/each}}',
    '{{nope}}',
    '{{#nope}}x{{/nope}}',
    '{{shout (shout x)}}{{#shout}}{{/shout}}',
    '{{#if x}}{{lookup a "b"}}{{else}}{{embed "x.png"}}{{/if}}',
    '{{> (lookup this "partial")}}',
  ])('but not what may be a variable or exists: %s', async source => {
    await start({ 't/html.hbs': source }, { helpers: { shout: () => '' } });
    expect(fixture.lines.filter(line => !line.includes('x.png'))).toEqual([]);
  });
});

it('A parameter of a block that is called with arguments stops the start', async () => {
  const source = '{{#each list as |link|}}\n{{link url}}{{link}}{{#if (link)}}x{{/if}}{{/each}}';
  const error = await failure(start({ 't/text.hbs': source }));
  expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 2, column: 3, missing: 'link' });
  expect(error.message).toContain('a parameter of the block around it');
});

it.each(['{{* deco}}', '{{#* deco "x"}}a{{/deco}}'])(
  'A decorator that does not exist stops the start: %s',
  async source => {
    const error = await failure(start({ 't/text.hbs': `{{#*inline "x"}}a{{/inline}}\n${source}` }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 2, missing: 'deco' });
    expect(error.message).toContain('there is no decorator "deco"');
  },
);

describe('A helper that is no function stops the start:', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'x'],
    ['an object', {}],
  ])('%s', async (_kind, foo) => {
    const options: TemplateOptions = {};
    Reflect.set(options, 'helpers', { shout: () => '', foo });
    const error = await failure(start({ 't/text.hbs': 'x' }, options));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', missing: 'foo' });
    expect(error.message).toContain('templates.helpers.foo must be a function');
  });
});

describe('A partial that does not exist stops the start:', () => {
  it.each([
    ['in a template', 't/text.hbs', '{{> nope}}', 'nope'],
    ['a layout', 't/text.hbs', '{{#> layouts/nope}}x{{/layouts/nope}}', 'layouts/nope'],
    ['a partial in a folder, with a block', 't/text.hbs', '{{#> forms/nope}}x{{/forms/nope}}', 'forms/nope'],
    ['in a layout', 'layouts/l.text.hbs', '{{> nope}}', 'nope'],
    ['in a partial', 'partials/p.text.hbs', '{{> nope}}', 'nope'],
    ['of another part', 't/html.hbs', '{{> textual}}', 'textual'],
    ['of another part, with a block', 't/html.hbs', '{{#> textual}}x{{/textual}}', 'textual'],
    ['a layout of another part by its short name', 't/html.hbs', '{{#> frame}}x{{/frame}}', 'frame'],
  ])('%s', async (_where, name, source, missing) => {
    const others = { 'partials/textual.text.hbs': '', 'layouts/frame.text.hbs': '' };
    const error = await failure(start({ ...others, [name]: `\n\n ${source}` }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEPARTIAL', line: 3, missing, culture: 'en' });
    expect(error.message).toContain(`${join(...name.split('/'))}:3`);
    expect(error.message).toContain(missing);
  });

  it('with the nearest one that exists', async () => {
    const error = await failure(start({ 't/text.hbs': '{{> greting}}', 'partials/greeting.text.hbs': '' }));
    expect(error.message).toContain('did you mean "greeting"?');
  });

  it('but one that exists for other languages is warned of', async () => {
    await start({ 't/text.hbs': '{{> p}}', 'partials/p.text.fr.hbs': '' });
    expect(fixture.lines).toEqual([
      expect.stringMatching(/^warn .*text\.hbs:1 uses the partial "p".*other languages/),
    ]);
  });

  it('but not one that a template brings inline for its layouts', async () => {
    await start({
      't/text.hbs': '{{#> layouts/l}}{{#*inline "side"}}x{{/inline}}{{/layouts/l}}',
      'layouts/l.text.hbs': '{{> side}}',
    });
    expect(fixture.lines).toEqual([]);
  });

  it('and keeps the last good state when a watched file changes', async () => {
    const directory = fixture.directory({ 't/subject.hbs': 's', 't/text.hbs': 'good' });
    const renderer = await fixture.create({ directories: [directory.path], watch: true });
    const told = new Promise<string>(resolve => {
      const push = fixture.lines.push.bind(fixture.lines);
      fixture.lines.push = (...lines) => {
        resolve(lines.join('\n'));
        return push(...lines);
      };
    });
    directory.write('t/text.hbs', '{{> nope}}');
    const line = await told;
    Reflect.deleteProperty(fixture.lines, 'push');
    expect(line).toMatch(/^error .*keep their last good state.*"nope"/);
    expect((await renderer.render('t', {})).text).toBe('good');
  });
});

describe('A slot', () => {
  const files = { 'layouts/l.text.hbs': '[{{#> side}}default of {{name}}{{/side}}]{{> @partial-block}}' };
  const source = (inline: string): string => `{{#> layouts/l}}${inline}main{{/layouts/l}}`;

  it('renders its default where nobody defines it', async () => {
    expect(await fixture.text(source(''), { name: 'Ann' }, { files })).toBe('[default of Ann]main');
    expect(fixture.lines).toEqual([]);
  });

  it('renders what a template defines for it', async () => {
    const inline = '{{#*inline "side"}}side of {{name}}{{/inline}}';
    expect(await fixture.text(source(inline), { name: 'Ann' }, { files })).toBe('[side of Ann]main');
  });

  it('may show its default within what is defined for it', async () => {
    const inline = '{{#*inline "side"}}<{{> @partial-block}}>{{/inline}}';
    expect(await fixture.text(source(inline), { name: 'Ann' }, { files })).toBe('[<default of Ann>]main');
  });

  it('may stand in a template or partial, in another slot, and take values', async () => {
    const more = { 'partials/p.text.hbs': '{{#> inner a=1}}{{a}}{{/inner}}' };
    const text = await fixture.text('{{#> outer}}({{> p}}){{/outer}}', {}, { files: more });
    expect(text).toBe('(1)');
    expect(fixture.lines).toEqual([]);
  });

  it('is reported in a strict mail for what its default lacks, at its line', async () => {
    const error = await failure(fixture.text(source(''), {}, { files }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEVARIABLE', missing: 'name', line: 1 });
    expect(error.file).toMatch(/l\.text\.hbs$/);
  });

  it('whose name is like that of a layout or partial is warned of: it may be misspelled', async () => {
    await start({ 't/text.hbs': '\n{{#> pgae}}x{{/pgae}}', 'layouts/page.text.hbs': '' });
    expect(fixture.lines).toEqual([
      expect.stringMatching(/^warn .*text\.hbs:2 .*"pgae".*did you mean "page"\?/),
    ]);
  });
});
