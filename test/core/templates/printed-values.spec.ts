import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Files } from './template-fixture.js';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

class Person {
  readonly name = 'Ann';
}

const printed: readonly [string, unknown, string][] = [
  ['a text', 'x', 'x'],
  ['an empty text', '', ''],
  ['a number', 1.5, '1.5'],
  ['zero', 0, '0'],
  ['a bigint', 12_345_678_901_234_567_890n, '12345678901234567890'],
  ['true', true, 'true'],
  ['false', false, 'false'],
  ['a valid Date', new Date(0), String(new Date(0))],
  ['a Date of another realm', runInNewContext('new Date(0)'), String(new Date(0))],
  ['a URL', new URL('https://x.test/a'), 'https://x.test/a'],
  ['a text in a box', Object('x'), 'x'],
  ['a list of texts and numbers', ['a', 1], 'a,1'],
];

const refused: readonly [string, unknown, RegExp][] = [
  ['undefined', undefined, /is undefined.*\{\{#if x\}\}.*\{\{default x "…"\}\}/],
  ['null', null, /is null.*\{\{#if x\}\}.*\{\{default x "…"\}\}/],
  ['a promise', Promise.resolve('secret'), /a promise.*await it/],
  // oxlint-disable-next-line unicorn/no-thenable -- what is refused
  ['a thenable', { then: () => 'secret' }, /a promise.*await it/],
  ['a plain object', { secret: 'secret' }, /an object.*\{\{x\./],
  ['an object without prototype', Object.create(null), /an object/],
  ['a list of objects', [{ secret: 'secret' }], /a list.*\{\{#each x\}\}/],
  ['a list of lists', [['secret']], /a list.*\{\{#each x\}\}/],
  ['a list with a hole', ['a', undefined], /a list.*undefined/],
  ['a list that holds NaN', [Number.NaN], /a list.*NaN/],
  ['a Map', new Map([['secret', 1]]), /a Map/],
  ['a Set', new Set(['secret']), /a Set/],
  ['a WeakMap', new WeakMap(), /a WeakMap/],
  ['a symbol', Symbol('secret'), /a symbol/],
  ['a symbol in a box', Object(Symbol('secret')), /a symbol/],
  ['NaN', Number.NaN, /NaN/],
  ['Infinity', Number.POSITIVE_INFINITY, /Infinity/],
  ['minus Infinity', Number.NEGATIVE_INFINITY, /-Infinity/],
  ['an invalid Date', new Date(Number.NaN), /an invalid Date/],
  ['a function', () => 'secret', /a function.*call it/],
  ['a class', Person, /a function|a class/],
  ['an async function', async () => 'secret', /a function.*call it/],
  ['an Error', new Error('secret'), /an Error/],
  ['an instance of a class', new Person(), /an instance of Person/],
  ['a Buffer', Buffer.from('secret'), /a Buffer/],
  ['a regular expression', /secret/, /a RegExp/],
  ['an object that says it is HTML', { toHTML: () => '<b>secret</b>' }, /an object/],
  [
    'a SafeString of nobody',
    { string: 'secret', toString: () => 'secret', toHTML: () => 'secret' },
    /object/,
  ],
];

describe('Printed is', () => {
  it.each(printed)('%s', async (_kind, x, text) => {
    expect(await fixture.text('[{{x}}]', { x })).toBe(`[${text}]`);
    expect(await fixture.text('[{{{x}}}]', { x })).toBe(`[${text}]`);
    expect((await fixture.mail({ 't/html.hbs': '<p>{{x}}</p>' }, { x })).html).toBe(`<p>${text}</p>`);
  });
});

describe('Refused is', () => {
  it.each(refused)('%s in a text', async (_kind, x, words) => {
    const error = await failure(fixture.text('one\n  {{x}}', { x }));
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATEVARIABLE',
      template: 't',
      part: 'text',
      culture: 'en',
      line: 2,
      column: 5,
      missing: 'x',
    });
    expect(error.message).toContain('"x"');
    expect(error.message).toContain('text.hbs:2');
    expect(error.message).toMatch(words);
    expect(error.message).not.toContain('secret');
    expect(JSON.stringify({ ...error })).not.toContain('secret');
  });

  it.each(refused)('%s in html and in a subject, escaped or not', async (_kind, x) => {
    const mails: readonly Files[] = [
      { 't/html.hbs': '<p>{{x}}</p>' },
      { 't/html.hbs': '<p>{{{x}}}</p>' },
      { 't/subject.hbs': 'a {{x}}', 't/text.hbs': 'text' },
    ];
    for (const files of mails)
      expect(await failure(fixture.mail(files, { x }))).toMatchObject({ line: 1, missing: 'x' });
  });

  it.each([
    ['nested', '{{user.name}}', { user: { name: undefined } }, 'user.name'],
    ['of a list', '{{#each list}}{{this}}{{/each}}', { list: [null] }, 'this'],
    ['of a list, as a dot', '{{#each list}}{{.}}{{/each}}', { list: [{}] }, '.'],
    ['of a field of a list', '{{#each list}}{{x}}{{/each}}', { list: [{ x: {} }] }, 'x'],
    ['of the root', '{{#each list}}{{@root.x}}{{/each}}', { list: [1], x: null }, '@root.x'],
    ['of a block parameter', '{{#each list as |item|}}{{item}}{{/each}}', { list: [undefined] }, 'item'],
    ['below one', '{{#with u as |v|}}{{v.a}}{{/with}}', { u: { a: Number.NaN } }, 'v.a'],
    ['a parameter of a partial', '{{> p x=y}}', { y: null }, 'x'],
    ['in a block within another', '{{#if a}}{{#if a}}{{x}}{{/if}}{{/if}}', { a: 1, x: {} }, 'x'],
  ])('a value %s', async (_where, source, context, missing) => {
    const files = { 'partials/p.text.hbs': '{{x}}' };
    const error = await failure(fixture.text(source, context, { files }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEVARIABLE', missing, line: 1 });
  });

  it('a value of the second of two blocks that are alike, at its own line', async () => {
    const source = '{{#if a}}{{x}}{{/if}}\n{{#if b}}{{x}}{{/if}}';
    expect((await failure(fixture.text(source, { a: false, b: true, x: null }))).line).toBe(2);
    expect((await failure(fixture.text(source, { a: false, b: true }))).line).toBe(2);
  });

  it.each(['{{x}}', '{{x.y}}', '{{#if x}}a{{/if}}', '{{link x}}', '{{#each x}}{{/each}}'])(
    'a getter that throws: %s',
    async source => {
      const context = {
        get x(): string {
          throw new RangeError('broken');
        },
      };
      const error = await failure(fixture.text(`\n${source}`, context));
      expect(error).toMatchObject({
        code: 'EMAILTEMPLATEVARIABLE',
        missing: source.includes('.y') ? 'x.y' : 'x',
      });
      expect(error.line).toBe(2);
      expect(error.message).toContain('cannot be read');
      expect(error.cause).toBeInstanceOf(RangeError);
    },
  );
});

describe('Without strict', () => {
  it.each([
    ['undefined', undefined, ''],
    ['null', null, ''],
    ['NaN', Number.NaN, 'NaN'],
    ['an object', {}, '[object Object]'],
    ['a function, which is called', () => 'hi', 'hi'],
  ])('%s is printed as JavaScript does', async (_kind, x, text) => {
    expect(await fixture.text('[{{x}}]', { x }, { strict: false })).toBe(`[${text}]`);
  });

  it('an object of the context that says it is HTML is escaped', async () => {
    const x = { toHTML: () => '<b>', toString: () => '<i>' };
    const { html } = await fixture.mail({ 't/html.hbs': '<p>{{x}}</p>' }, { x }, { strict: false });
    expect(html).toBe('<p>&lt;i&gt;</p>');
  });
});

describe('What is not there may be asked for', () => {
  it.each([
    ['{{#if x}}a{{else}}b{{/if}}', 'b'],
    ['{{#unless x}}a{{/unless}}', 'a'],
    ['{{default x "none"}}', 'none'],
    ['{{default x.y.z "none"}}', 'none'],
    ['{{default x y "none"}}', 'none'],
    ['{{default (lookup this "x") "none"}}', 'none'],
    ['{{#if (default x false)}}a{{else}}b{{/if}}', 'b'],
  ])('%s', async (source, text) => {
    for (const context of [{}, { x: undefined }, { x: null }])
      expect(await fixture.text(source, context)).toBe(text);
  });

  it('and what is there is printed by default, be it empty, 0 or false', async () => {
    expect(await fixture.text('[{{default x "none"}}]', { x: '' })).toBe('[]');
    expect(await fixture.text('[{{default x "none"}}]', { x: 0 })).toBe('[0]');
    expect(await fixture.text('[{{default x "none"}}]', { x: false })).toBe('[false]');
  });

  it('but not what stands in for it, which must be printable', async () => {
    expect(await failure(fixture.text('{{default x y}}', {}))).toMatchObject({ missing: 'y' });
    expect((await failure(fixture.text('{{default x y}}', { y: {} }))).code).toBe('EMAILTEMPLATEHELPER');
    expect((await failure(fixture.text('{{default x}}', {}))).message).toContain('{{default name "…"}}');
  });
});
