import { afterEach, describe, expect, it } from '@jest/globals';
import Handlebars from 'handlebars';
import type { HelperOptions } from 'handlebars';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

/** As a second copy of Handlebars has it. */
const OtherCopy = class SafeString {
  readonly string: string;
  constructor(string: string) {
    this.string = string;
  }
  toString(): string {
    return this.string;
  }
  toHTML(): string {
    return this.string;
  }
};

describe('A helper that returns what cannot be printed is an error:', () => {
  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /undefined/],
    ['null', null, /null/],
    ['NaN', Number.NaN, /NaN/],
    ['an object', { a: 1 }, /an object/],
    ['a list of objects', [{}], /a list/],
    ['a Map', new Map(), /a Map/],
    ['a function', () => 'x', /a function/],
    ['an invalid Date', new Date(Number.NaN), /an invalid Date/],
    ['what only says it is HTML', { toHTML: () => '<b>' }, /SafeString/],
  ])('%s', async (_kind, value, words) => {
    for (const source of [
      '\n{{own 1}}',
      '\n{{own}}',
      '\n{{{own 1}}}',
      '\n{{#own}}x{{/own}}',
      '\n{{#own 1}}x{{/own}}',
    ])
      for (const part of ['html', 'text']) {
        const files = { 't/html.hbs': 'x', 't/text.hbs': 'x', [`t/${part}.hbs`]: source };
        const error = await failure(fixture.mail(files, {}, { helpers: { own: () => value } }));
        expect(error).toMatchObject({
          code: 'EMAILTEMPLATEHELPER',
          template: 't',
          part,
          culture: 'en',
          line: 2,
        });
        expect(error.message).toContain('"own"');
        expect(error.message).toMatch(words);
      }
  });

  it('a promise, printed or not', async () => {
    for (const source of ['\n{{own 1}}', '\n{{own}}', '\n{{#if (own 1)}}x{{/if}}', '\n{{#own}}x{{/own}}'])
      for (const strict of [true, false]) {
        const error = await failure(fixture.text(source, {}, { helpers: { own: async () => 'v' }, strict }));
        expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 2 });
        expect(error.message).toMatch(/"own" returned a promise.*await/);
      }
  });

  it('what lookup does not find', async () => {
    const error = await failure(fixture.text('{{lookup prices "x"}}', { prices: {} }));
    expect(error.message).toMatch(/"lookup".*undefined.*\{\{default /);
  });
});

describe('HTML that a helper makes', () => {
  const bold = (text: unknown): unknown =>
    new Handlebars.SafeString(`<b>${Handlebars.escapeExpression(String(text))}</b>`);
  const html = async (
    source: string,
    context: object,
    helpers = {},
    inlineCss = false,
  ): Promise<string | undefined> =>
    (
      await fixture.mail({ 't/html.hbs': source, 'partials/p.html.hbs': '{{label}}' }, context, {
        helpers: { bold, ...helpers },
        inlineCss,
      })
    ).html;

  it('is printed as it is when it is a SafeString', async () => {
    expect(await html('{{bold "x"}}', {})).toBe('<b>x</b>');
  });

  it('may be handed on: to a partial, to default, to another helper', async () => {
    expect(await html('{{> p label=(bold "x")}}', {})).toBe('<b>x</b>');
    expect(await html('{{default (bold "x") "y"}}', {})).toBe('<b>x</b>');
    expect(await html('{{same (bold "x")}}', {}, { same: (value: unknown) => value })).toBe('<b>x</b>');
    expect(await html('{{#with (bold "x")}}{{this}}{{/with}}', {})).toBe('<b>x</b>');
  });

  it('may be a SafeString of another copy of Handlebars', async () => {
    expect(await html('{{other}}', {}, { other: () => new OtherCopy('<i>') })).toBe('<i>');
  });

  it('is printed as it is in a page whose CSS is inlined', async () => {
    expect(await html('<p>{{bold "x"}}</p>', {}, {}, true)).toBe('<p><b>x</b></p>');
  });

  it.each([
    '{{x}}',
    '{{{x}}}',
    '{{same x}}',
    '{{same y=x}}',
    '{{default x "y"}}',
    '{{lookup this "x"}}',
    '{{> p label=x}}',
  ])('is refused where it came out of the context: %s', async source => {
    for (const x of [new Handlebars.SafeString('<b>'), new OtherCopy('<b>'), { toHTML: () => '<b>' }]) {
      const same = (value: unknown, options?: HelperOptions): unknown =>
        options === undefined ? Object(Object(value).hash).y : value;
      expect((await failure(html(source, { x }, { same }))).code).toMatch(
        /^EMAILTEMPLATE(?:VARIABLE|HELPER)$/,
      );
    }
  });

  it('is text in subject and text parts', async () => {
    const raw = (): unknown => new Handlebars.SafeString('<b>');
    expect(await fixture.text('{{raw}}', {}, { helpers: { raw } })).toBe('<b>');
  });
});

describe('A call that cannot work says how it is written:', () => {
  it.each([
    ['{{plural}}', /plural needs a number/],
    ['{{lookup}}', /\{\{lookup user "name"\}\}/],
    ['{{lookup x}}', /\{\{lookup user "name"\}\}/],
    ['{{log}}', /log prints nothing/],
    ['{{log x}}', /log prints nothing/],
    ['{{if x "a" "b"}}', /\{\{#if x\}\}/],
    ['{{#if}}a{{/if}}', /\{\{#if x\}\}/],
    ['{{unless x}}', /\{\{#unless x\}\}/],
    ['{{#unless}}a{{/unless}}', /\{\{#unless x\}\}/],
    ['{{each x}}', /\{\{#each list\}\}/],
    ['{{#each}}a{{/each}}', /\{\{#each list\}\}/],
    ['{{with x}}', /\{\{#with user\}\}/],
    ['{{#with x x}}a{{/with}}', /\{\{#with user\}\}/],
    ['{{link}}', /link needs a URL/],
    ['{{default}}', /\{\{default name "…"\}\}/],
  ])('%s', async (source, words) => {
    const error = await failure(fixture.text(`\n${source}`, { x: [1] }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', template: 't', line: 2 });
    expect(error.message).toMatch(words);
    expect(error.message).not.toContain('Cannot read');
  });
});

describe('A name that is a helper and a variable', () => {
  it.each(['{{link}}', '{{{link}}}', '{{#link}}x{{/link}}', '{{#with user}}{{link}}{{/with}}', '{{year}}'])(
    'is an error that says so: %s',
    async source => {
      const context = { link: 'https://x.test', year: 1, user: { link: 'https://x.test' } };
      for (const strict of [true, false]) {
        const error = await failure(
          fixture.text(`\n${source}`, context, { helpers: { year: () => 2030 }, strict }),
        );
        expect(error).toMatchObject({ template: 't', part: 'text', line: 2 });
        expect(error.message).toMatch(/both a helper and a variable.*\{\{this\.(?:link|year)\}\}/);
      }
    },
  );

  it('is the variable in {{this.link}}, as an argument, and as a block parameter', async () => {
    const context = { link: 'https://x.test/' };
    expect(await fixture.text('{{this.link}}', context)).toBe('https://x.test/');
    expect(await fixture.text('{{link link}}', context)).toBe('https://x.test/');
    expect(await fixture.text('{{#with link as |link|}}{{link}}{{/with}}', context)).toBe('https://x.test/');
  });

  it('is the helper where it is called', async () => {
    const helpers = { year: () => 2030 };
    expect(await fixture.text('{{formatNumber (year) useGrouping=false}}', { year: 1 }, { helpers })).toBe(
      '2030',
    );
    expect(await fixture.text('{{year}}', {}, { helpers })).toBe('2030');
  });
});
