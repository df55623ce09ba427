import { afterEach, expect, it } from '@jest/globals';
import { CLEAN, LintFixture } from './lint-fixture.js';

const fixture = new LintFixture();
afterEach(() => fixture.clean());

const missing = async (source: string, files = {}): Promise<string[]> => {
  const lines = await fixture.lines({ ...CLEAN, 't/text.hbs': source, ...files });
  return lines.filter(line => line.includes('missing-partial'));
};

it('A block that is given to a name which nobody defines is a slot with its own default', async () => {
  expect(await missing('{{#> side}}default{{/side}}')).toEqual([]);
});

it('A path is a file that is missing, and so is a layout of another part', async () => {
  const found = ['error missing-partial t/text.hbs:1:1'];
  expect(await missing('{{#> layouts/side}}x{{/layouts/side}}')).toEqual(found);
  expect(await missing('{{#> page}}x{{/page}}', { 'layouts/page.html.hbs': '{{> @partial-block}}' })).toEqual(
    found,
  );
  expect(await missing('{{> side}}')).toEqual(found);
});

it('Samples are rendered though a template lacks a partial', async () => {
  const lines = await fixture.lines({
    ...CLEAN,
    't/samples.json': '{ "default": {} }',
    'u/subject.hbs': 's',
    'u/text.hbs': '{{> nope}}',
  });
  expect(lines).toEqual(['error missing-partial u/text.hbs:1:1']);
});
