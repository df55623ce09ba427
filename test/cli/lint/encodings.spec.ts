import { afterEach, expect, it } from '@jest/globals';
import { CLEAN, LintFixture } from './lint-fixture.js';

const fixture = new LintFixture();
afterEach(() => fixture.clean());

it('Files that are not UTF-8 are errors at their place, and the others are linted', async () => {
  const latin1 = Buffer.from('a\nCaf\u00e9', 'latin1');
  const files = { ...CLEAN, 't/text.hbs': latin1, 't/samples.json': latin1, 'u/subject.hbs': '{{#if}}' };
  const lines = await fixture.lines(files);
  expect(lines).toEqual(
    expect.arrayContaining(['error syntax t/text.hbs:2:4', 'error samples t/samples.json:2:4']),
  );
  expect(lines.some(line => line.includes('u/subject.hbs'))).toBe(true);
});
