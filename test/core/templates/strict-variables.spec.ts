import { afterEach, describe, expect, it } from '@jest/globals';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

class Person {
  readonly first = 'Ann';
  get full(): string {
    return `${this.first} Smith`;
  }
}

describe('A variable that the context lacks is an error', () => {
  it.each([
    ['printed', '{{nope}}', {}, 'nope'],
    ['printed raw', '{{{nope}}}', {}, 'nope'],
    ['nested', '{{user.nope}}', { user: {} }, 'user.nope'],
    ['nested deeper than the context', '{{a.b.c}}', {}, 'a.b.c'],
    ['nested below null', '{{a.b}}', { a: null }, 'a.b'],
    ['nested below a text', '{{a.b.c}}', { a: { b: 'text' } }, 'a.b.c'],
    ['nested below a number', '{{a.b}}', { a: 7 }, 'a.b'],
    ['nested below a list', '{{list.nope}}', { list: [] }, 'list.nope'],
    ['beyond a list', '{{list.[3]}}', { list: [1] }, 'list.3'],
    ['of each', '{{#each nope}}x{{/each}}', {}, 'nope'],
    ['of with', '{{#with user.nope}}x{{/with}}', { user: {} }, 'user.nope'],
    ['of a block', '{{#nope}}x{{/nope}}', {}, 'nope'],
    ['of an inverse block', '{{^nope}}x{{/nope}}', {}, 'nope'],
    ['in the items of each', '{{#each list}}{{nope}}{{/each}}', { list: [{}] }, 'nope'],
    ['in each with else', '{{#each list}}{{x}}{{else}}{{nope}}{{/each}}', { list: [] }, 'nope'],
    ['a parameter of a helper', '{{formatNumber nope}}', {}, 'nope'],
    ['a nested parameter of a helper', '{{link user.url}}', { user: {} }, 'user.url'],
    ['a hash value of a helper', '{{formatNumber 1 style=nope}}', {}, 'nope'],
    ['a context of a partial', '{{> p nope}}', {}, 'nope'],
    ['a hash value of a partial', '{{> p x=nope}}', {}, 'nope'],
    ['a hash value of a layout', '{{#> p x=nope}}{{/p}}', {}, 'nope'],
    ['a parameter of a sub-expression', '{{formatNumber (lookup nope "x")}}', {}, 'nope'],
    ['in a sub-expression of a test', '{{#if (lookup nope "x")}}{{/if}}', {}, 'nope'],
    ['of the root', '{{@root.nope}}', {}, '@root.nope'],
    ['of the parent', '{{#each list}}{{../nope}}{{/each}}', { list: [1] }, '../nope'],
    ['of this', '{{this.nope}}', {}, 'this.nope'],
    ['of a block parameter', '{{#each list as |item|}}{{item.nope}}{{/each}}', { list: [{}] }, 'item.nope'],
    ['below a block parameter', '{{#each list as |item|}}{{item.a.b}}{{/each}}', { list: [{}] }, 'item.a.b'],
    ['of a block parameter in a helper', '{{#with u as |v|}}{{link v.url}}{{/with}}', { u: {} }, 'v.url'],
    ['data that nobody set', '{{@nope}}', {}, '@nope'],
    ['of the brand', '{{@brand.nope}}', {}, '@brand.nope'],
    ['inside a condition', '{{#if yes}}{{nope}}{{/if}}', { yes: true }, 'nope'],
    ['in else', '{{#if no}}x{{else}}{{nope}}{{/if}}', { no: false }, 'nope'],
    ['inherited: constructor', '{{constructor}}', {}, 'constructor'],
    ['inherited: toString', '{{toString}}', {}, 'toString'],
    ['inherited: nested', '{{a.constructor.name}}', { a: {} }, 'a.constructor.name'],
    ['inherited: __proto__', '{{__proto__.x}}', {}, '__proto__.x'],
    [
      'a getter of a class, which templates may not read',
      '{{person.full}}',
      { person: new Person() },
      'person.full',
    ],
    ['in a context without prototype', '{{nope}}', Object.create(null), 'nope'],
  ])('%s', async (_where, source, context: object, missing) => {
    const files = { 'partials/p.text.hbs': 'p' };
    const error = await failure(fixture.text(`one\n two ${source}`, context, { files }));
    expect({ ...error }).toMatchObject({
      code: 'EMAILTEMPLATEVARIABLE',
      template: 't',
      part: 'text',
      culture: 'en',
      line: 2,
      missing,
    });
    expect(error.file).toMatch(/t.text\.hbs$/);
    for (const word of ['"t"', 'text', 'en', `"${missing}"`, ':2']) expect(error.message).toContain(word);
  });

  it('in every part, with the culture of the file', async () => {
    const files = { 't/subject.fr-CA.hbs': '{{s}}', 't/html.fr.hbs': '{{h}}', 't/text.hbs': '{{t}}' };
    const renderer = await fixture.renderer(files);
    const render = (context: object): Promise<unknown> => renderer.render('t', context, { culture: 'fr_ca' });
    expect(await failure(render({}))).toMatchObject({ part: 'subject', culture: 'fr-CA', missing: 's' });
    expect(await failure(render({ s: 1 }))).toMatchObject({ part: 'html', culture: 'fr', missing: 'h' });
    expect(await failure(render({ s: 1, h: 1 }))).toMatchObject({
      part: 'text',
      culture: 'fr-CA',
      missing: 't',
    });
  });

  it('in a partial or layout, whose file and line are named', async () => {
    const files = {
      'layouts/page.text.hbs': '\n\n\n{{> @partial-block}}',
      'partials/deep/p.text.hbs': 'a\n\n{{user.nope}}',
    };
    const source = '{{#> layouts/page}}\n{{> deep/p}}{{/layouts/page}}';
    const error = await failure(fixture.text(source, { user: {} }, { files }));
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATEVARIABLE',
      template: 't',
      missing: 'user.nope',
      line: 3,
      column: 3,
    });
    expect(error.file).toMatch(/deep.p\.text\.hbs$/);
    expect(error.message).toContain(`${error.file}:3`);
  });

  it('in the block that a template gives to a layout, whose own file is named', async () => {
    const files = { 'layouts/page.text.hbs': '\n\n\n{{> @partial-block}}' };
    const error = await failure(
      fixture.text('\n{{#> layouts/page}}\n{{nope}}{{/layouts/page}}', {}, { files }),
    );
    expect(error).toMatchObject({ missing: 'nope', line: 3 });
    expect(error.file).toMatch(/t.text\.hbs$/);
  });

  it.each([
    ['after CRLF lines', 'a\r\nb\r\n{{nope}}', 3],
    ['after a comment of several lines', '{{!-- a\nb\n--}}\n{{nope}}', 4],
    ['in an expression of several lines', 'a\n{{formatNumber\n  nope\n}}', 3],
    ['below standalone blocks', '{{#if yes}}\n  {{#if yes}}\n    {{nope}}\n  {{/if}}\n{{/if}}', 3],
  ])('with the right line %s', async (_where, source, line) => {
    expect(await failure(fixture.text(source, { yes: true }))).toMatchObject({ missing: 'nope', line });
  });

  it('when the context is nothing at all', async () => {
    const renderer = await fixture.renderer({ 't/subject.hbs': 's', 't/text.hbs': '{{x}}' });
    for (const context of [undefined, null]) {
      const error = await failure(Reflect.apply(renderer.render, renderer, ['t', context]));
      expect(error).toMatchObject({ code: 'EMAILTEMPLATEVARIABLE', missing: 'x' });
    }
  });

  it('unless the option strict is off', async () => {
    const source = '[{{nope}}{{a.b.c}}{{#each nope}}x{{/each}}{{#each l as |i|}}{{i.nope}}{{/each}}]';
    expect(await fixture.text(source, { l: [{}] }, { strict: false })).toBe('[]');
  });
});

describe('A variable may be missing', () => {
  it.each(['if a', 'if a.b', 'if a.b.c', 'if ../a', 'if @root.a.b', 'if this.a.b', 'if @brand.x.y'])(
    'in the test of {{#%s}}',
    async test => {
      expect(await fixture.text(`{{#${test}}}yes{{else}}no{{/if}}`, {})).toBe('no');
    },
  );

  it.each(['unless a', 'unless a.b', 'unless a.b.c'])('in the test of {{#%s}}', async test => {
    expect(await fixture.text(`{{#${test}}}no{{else}}yes{{/unless}}`, {})).toBe('no');
  });

  it('in the test of else if', async () => {
    expect(await fixture.text('{{#if a}}A{{else if b.c}}B{{else}}C{{/if}}', {})).toBe('C');
  });

  it('in the test of a block parameter', async () => {
    const source = '{{#each list as |item|}}{{#if item.a.b}}yes{{else}}no{{/if}}{{/each}}';
    expect(await fixture.text(source, { list: [{}, { a: { b: 1 } }] })).toBe('noyes');
  });

  it('in a test below null, a text or a number', async () => {
    const source = '[{{#if n.x.y}}1{{/if}}{{#if t.x.y}}2{{/if}}{{#if z.x.y}}3{{/if}}]';
    expect(await fixture.text(source, { n: null, t: 'text', z: 0 })).toBe('[]');
  });
});

describe('A variable that is there', () => {
  it('may be empty, 0 or false', async () => {
    const source = '[{{e}}][{{z}}][{{f}}]';
    expect(await fixture.text(source, { e: '', z: 0, f: false })).toBe('[][0][false]');
  });

  it('may be an empty list or an undefined one', async () => {
    const source = '{{#each a}}x{{else}}none{{/each}} {{#each b}}x{{else}}none{{/each}}';
    expect(await fixture.text(source, { a: [], b: undefined })).toBe('none none');
  });

  it('is reached by @root, ../, this and block parameters', async () => {
    const source =
      '{{#each list as |item index|}}{{item.x}}{{index}}{{this.x}}{{x}}{{../name}}{{@root.name}}{{@index}}{{@first}};{{/each}}';
    expect(await fixture.text(source, { name: 'N', list: [{ x: 'a' }, { x: 'b' }] })).toBe(
      'a0aaNN0true;b1bbNN1false;',
    );
  });

  it('may be a length, a key or an index', async () => {
    const source =
      '{{list.length}} {{word.length}} {{empty.length}} {{list.[1]}} {{#each map}}{{@key}}={{this}} {{/each}}';
    const context = { list: ['a', 'b'], word: 'word', empty: '', map: { x: 1, y: 2 } };
    expect(await fixture.text(source, context)).toBe('2 4 0 b x=1 y=2 ');
  });

  it('may be an own field of a class instance or of an object without prototype', async () => {
    const bare: object = Object.assign(Object.create(null), { x: 1 });
    expect(await fixture.text('{{p.first}} {{b.x}}', { p: new Person(), b: bare })).toBe('Ann 1');
  });

  it('may be frozen or a list of texts', async () => {
    const context = Object.freeze({ list: Object.freeze(['a', 'b']) });
    expect(await fixture.text('{{#each list}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}', context)).toBe(
      'a, b',
    );
  });

  it('is the same in a partial, whose parameters add to the context', async () => {
    const files = { 'partials/p.text.hbs': '{{a}}{{b}}' };
    expect(await fixture.text('{{> p b=2}}', { a: 1 }, { files })).toBe('12');
  });

  it('is written beside another and never added to it', async () => {
    const files = {
      't/subject.hbs': '{{a}}{{b}}',
      't/html.hbs': '{{{a}}}{{{b}}}',
      't/text.hbs': '{{a}}{{b}}{{#if a}}{{b}}{{a}}{{/if}}',
    };
    expect(await fixture.mail(files, { a: 1, b: 2 })).toMatchObject({
      subject: '12',
      html: '12',
      text: '1221',
    });
  });

  it('does not change when the mail is rendered', async () => {
    const context = { list: [{ x: 1 }], name: 'n' };
    const copy = structuredClone(context);
    await fixture.text('{{#each list}}{{x}}{{/each}}{{name}}', context);
    expect(context).toEqual(copy);
  });
});

describe('The prototype of the context', () => {
  it.each([
    '{{#if constructor}}leak{{/if}}',
    '{{#if a.constructor.prototype}}leak{{/if}}',
    '{{#if __proto__}}leak{{/if}}',
    '{{#if a.toString}}leak{{/if}}',
    '{{default (lookup a "constructor") ""}}',
    '{{#if (lookup a "__proto__")}}leak{{/if}}',
    '{{#with (lookup a "constructor")}}leak{{/with}}',
    '{{#if (lookup (lookup f "constructor") "constructor")}}leak{{/if}}',
    '{{#if __defineGetter__}}leak{{/if}}',
  ])('shows nothing and runs nothing: %s', async source => {
    expect(await fixture.text(`[${source}]`, { a: {}, f: 'text' })).toBe('[]');
  });

  it.each([
    '{{constructor.constructor "return process"}}',
    '{{#with (lookup a "constructor") as |c|}}{{c.name}}{{/with}}{{a.constructor "x"}}',
    '{{__defineGetter__ "x" "y"}}',
    '{{toString "x"}}',
    '{{lookup a "constructor"}}',
    '{{lookup a "__proto__"}}',
    '{{helperMissing}}',
    '{{blockHelperMissing}}',
  ])('gives no function to call: %s', async source => {
    const error = await failure(fixture.text(source, { a: {} }));
    expect(error.code).toMatch(/^EMAILTEMPLATE(?:VARIABLE|HELPER)$/);
  });

  it('is not changed by a context with a key __proto__', async () => {
    const context: unknown = JSON.parse('{"__proto__": {"polluted": "yes"}, "x": 1}');
    expect(await fixture.text('{{x}}', Object(context))).toBe('1');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('lets no object of the context become a template', async () => {
    const program = { type: 'Program', body: [{ type: 'ContentStatement', value: 'code' }] };
    const error = await failure(fixture.text('{{> (lookup . "p")}}', { p: program }));
    expect(error.code).toMatch(/^EMAILTEMPLATE/);
  });

  it('lets no text of the context become a template', async () => {
    expect(await fixture.text('{{x}}', { x: '{{y}}', y: 'no' })).toBe('{{y}}');
  });
});
