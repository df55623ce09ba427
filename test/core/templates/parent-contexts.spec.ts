import { afterEach, describe, expect, it } from '@jest/globals';
import type { HelperOptions } from 'handlebars';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

describe('A parent is found where its child equals it only loosely:', () => {
  it.each<[string, unknown, unknown]>([
    ["'x' in ['x']", ['x'], 'x'],
    ["'' in ['']", [''], ''],
    ["'' in [[]]", [[]], []],
    ["0 in ['0']", ['0'], 0],
    ['0 in [0]', [0], 0],
    ['1 in [1]', [1], 1],
    ['true in [1]', [1], true],
    ["'1,2' in [1, 2]", [1, 2], '1,2'],
    ['null in [undefined]', [undefined], null],
    ['NaN in [NaN]', [Number.NaN], Number.NaN],
  ])('%s', async (_case, parent, child) => {
    const source =
      '{{#with outer}}{{#each items}}{{../name}}{{/each}}{{/with}}{{#each lists}}{{#each this}}{{../../name}}{{/each}}{{/each}}';
    const context = { name: 'N', outer: { name: 'O', items: [child] }, lists: [parent] };
    const length = Array.isArray(parent) ? parent.length : 1;
    expect(await fixture.text(source, context)).toBe(`O${'N'.repeat(length)}`);
  });

  it('in a helper of the application that runs its block with any context', async () => {
    const helpers = { as: (value: unknown, options: HelperOptions) => options.fn(value) };
    const source = '{{#as a}}{{#as ../b}}{{../../name}}{{/as}}{{/as}}';
    for (const [a, b] of [
      ['x', ['x']],
      [['x'], 'x'],
      [0, '0'],
      [0, ''],
      [false, '0'],
      [null, undefined],
      [undefined, null],
    ])
      expect(await fixture.text(source, { name: 'N', a, b }, { helpers })).toBe('N');
  });

  it('and no parent is added where a block runs with the context it stands in', async () => {
    const helpers = {
      block(this: unknown, options: HelperOptions): string {
        return options.fn(this);
      },
      // As a function outside strict mode gets it.
      boxed(this: unknown, options: HelperOptions): string {
        return options.fn(Object(this));
      },
    };
    const source =
      '{{#each list}}{{#block}}{{#boxed}}{{#if true}}{{../name}}{{this}}{{/if}}{{/boxed}}{{/block}}{{/each}}';
    expect(
      await fixture.text(source.replace('true', '@root.name'), { name: 'N', list: ['a', 1] }, { helpers }),
    ).toBe('NaN1');
  });

  it('in a block that is given to a layout, and in an inline partial', async () => {
    const files = { 'layouts/l.text.hbs': '{{#each rows}}{{> @partial-block}}{{/each}}' };
    const source =
      '{{#*inline "cell"}}{{this}}{{@root.name}}{{/inline}}{{#> layouts/l}}{{#each this}}{{../length}}{{> cell}}{{/each}}{{/layouts/l}}';
    expect(await fixture.text(source, { name: 'N', rows: [['x']] }, { files })).toBe('1xN');
  });

  it('in the table of a notification without lines', async () => {
    const renderer = await fixture.create();
    for (const cell of ['x', '', '0', 0, 1, false]) {
      const table = { columns: ['A'], rows: [[cell]] };
      const { text } = await renderer.render('notification', { title: 'T', lines: ['One'], table });
      expect(text).toContain('A:');
    }
  });
});
