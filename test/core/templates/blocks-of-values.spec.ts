import { afterEach, describe, expect, it } from '@jest/globals';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

describe('A block does not wait for a promise:', () => {
  it.each([
    ['{{#if x}}a{{/if}}', 'if'],
    ['{{#unless x}}a{{/unless}}', 'unless'],
    ['{{#if no}}a{{else if x}}b{{/if}}', 'if'],
    ['{{#each x}}{{this}}{{else}}none{{/each}}', 'each'],
    ['{{#with x}}a{{/with}}', 'with'],
    ['{{#x}}a{{/x}}', 'a block'],
    ['{{^x}}a{{/x}}', 'a block'],
  ])('%s', async (source, name) => {
    for (const x of [Promise.resolve([1]), async () => true])
      for (const strict of [true, false]) {
        const error = await failure(fixture.text(`\n${source}`, { x, no: 0 }, { strict }));
        expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 2 });
        expect(error.message).toContain(`${name} cannot wait for a promise; await it`);
      }
  });

  it('nor for one that a method of the context returns', async () => {
    const user = { may: async () => false };
    const error = await failure(fixture.text('{{#if (user.may)}}a{{/if}}', { user }));
    expect(error.message).toContain('if cannot wait for a promise');
  });
});

describe('each', () => {
  it.each([['text'], [5], [true], [3n], [() => 'text']])('refuses what is no list: %p', async x => {
    const error = await failure(fixture.text('{{#each x}}{{this}}{{else}}none{{/each}}', { x }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 1 });
    expect(error.message).toContain('each needs a list or an object to go over; it got a ');
  });

  it.each([[null], [undefined], [''], [0], [false], [[]], [{}], [new Set()]])(
    'has its else for what is empty: %p',
    async x => {
      expect(await fixture.text('{{#each x}}{{this}}{{else}}none{{/each}}', { x })).toBe('none');
    },
  );

  it.each([[['a', 'b']], [new Set(['a', 'b'])], [{ x: 'a', y: 'b' }], [() => ['a', 'b']]])(
    'goes over %p',
    async x => {
      expect(await fixture.text('{{#each x}}{{this}}{{/each}}', { x })).toBe('ab');
    },
  );

  it('leaves out what is no list where templates are not strict', async () => {
    const text = await fixture.text('{{#each x}}a{{else}}none{{/each}}', { x: 'text' }, { strict: false });
    expect(text).toBe('none');
  });
});

describe('What is called with arguments', () => {
  it.each([
    ['a text', 'n'],
    ['an object', {}],
    ['null', null],
  ])('and is %s in the context is told with its place', async (_kind, name) => {
    for (const source of [
      '{{user.name "x"}}',
      '{{#if (user.name "x")}}a{{/if}}',
      '{{#user.name 1}}a{{/user.name}}',
    ]) {
      const error = await failure(fixture.text(`\n${source}`, { user: { name } }));
      expect(error).toMatchObject({ code: 'EMAILTEMPLATEVARIABLE', line: 2, missing: 'user.name' });
      expect(error.message).toContain('no function; leave out the arguments');
    }
  });

  it('is called where it is a function', async () => {
    const user = { greet: (name: string) => `Hello ${name}` };
    expect(await fixture.text('{{user.greet "Ann"}}', { user })).toBe('Hello Ann');
  });
});

it('The names that Handlebars keeps for itself are names of variables', async () => {
  for (const name of ['helperMissing', 'blockHelperMissing']) {
    expect(await fixture.text(`{{${name}}}`, { [name]: 'x' })).toBe('x');
    for (const source of [`{{${name}}}`, `{{#${name}}}x{{/${name}}}`]) {
      const error = await failure(fixture.text(source, {}));
      expect(error).toMatchObject({ code: 'EMAILTEMPLATEVARIABLE', missing: name, line: 1 });
    }
  }
});
