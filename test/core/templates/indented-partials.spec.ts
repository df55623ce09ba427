import { afterEach, describe, expect, it } from '@jest/globals';
import type { HelperOptions } from 'handlebars';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const lines = 'one\n two\n\nthree';

describe('An indented partial', () => {
  it('indents its own lines and none of a value', async () => {
    const files = { 'partials/p.text.hbs': 'a\nb {{x}}\nc\n' };
    expect(await fixture.text('1\n  {{> p}}\n2', { x: lines }, { files })).toBe(
      `1\n  a\n  b ${lines}\n  c\n2`,
    );
  });

  it('leaves a <pre> as it was written, escaped, raw and in a page whose CSS is inlined', async () => {
    const files = {
      'partials/p.html.hbs': '<pre>{{x}}</pre><pre>{{{x}}}</pre>\n',
      't/html.hbs': '<div>\n    {{> p}}\n</div>\n',
    };
    for (const inlineCss of [false, true]) {
      const { html } = await fixture.mail(files, { x: lines }, { inlineCss });
      expect(html).toBe(`<div>\n    <pre>${lines}</pre><pre>${lines}</pre>\n</div>\n`);
    }
  });

  it('indents lines of blocks, and of partials within it by both', async () => {
    const files = {
      'partials/p.text.hbs': '{{#each list}}\n- {{this}}\n{{/each}}\n  {{> q}}\n',
      'partials/q.text.hbs': 'q\n{{x}}\n',
    };
    const text = await fixture.text('\n {{> p}}', { x: lines, list: ['a\nb', 'c'] }, { files });
    expect(text).toBe(`\n - a\nb\n - c\n   q\n   ${lines}\n`);
  });

  it('leaves alone what helpers make of values, blocks and all', async () => {
    const helpers = {
      twice: (text: string) => `${text}\n${text}`,
      lower(this: unknown, options: HelperOptions): string {
        return options.fn(this).split('\n').toReversed().join('\n');
      },
    };
    const files = { 'partials/p.text.hbs': 'a {{twice x}}\n{{#lower}}1\n{{x}}{{/lower}}\n' };
    const text = await fixture.text('\n {{> p}}', { x: 'x\ny' }, { files, helpers });
    expect(text).toBe('\n a x\ny\nx\ny\n y\nx\n1\n');
  });

  it('is a layout’s block, too', async () => {
    const files = { 'layouts/l.text.hbs': '[\n  {{> @partial-block}}\n]' };
    const text = await fixture.text('{{#> layouts/l}}\na\n{{x}}\n{{/layouts/l}}', { x: 'x\ny' }, { files });
    expect(text).toBe('[\n  a\n  x\ny\n]');
  });

  it('that fails does not change the next mail', async () => {
    const renderer = await fixture.renderer({
      't/subject.hbs': 's',
      't/text.hbs': '{{x}}\n  {{> p}}',
      'partials/p.text.hbs': '{{y}}',
    });
    await failure(renderer.render('t', { x: 'a\nb' }));
    expect((await renderer.render('t', { x: 'a\nb', y: 'c\nd' })).text).toBe('a\nb\n  c\nd');
  });
});
