import { afterEach, describe, expect, it } from '@jest/globals';
import { CLEAN, LintFixture } from './lint-fixture.js';

const fixture = new LintFixture();
afterEach(() => fixture.clean());

const LONG = 'x'.repeat(60 * 1024);

describe('A page that Gmail clips', () => {
  it('is found by its own text, its layout and its partials, each as often as it is used', async () => {
    const parts = { 'layouts/page.html.hbs': `${LONG}{{> @partial-block}}`, 'partials/p.html.hbs': LONG };
    expect(await fixture.html(`{{#> page}}${LONG}{{/page}}{{> p}}`, parts)).toEqual(['warning clipped 1:1']);
    expect(await fixture.html('{{> p}}{{> p}}', { 'partials/p.html.hbs': LONG })).toEqual([
      'warning clipped 1:1',
    ]);
    expect(await fixture.html(`{{> p}}{{!-- ${LONG} --}}`, { 'partials/p.html.hbs': LONG })).toEqual([]);
  });

  it('is counted in octets, and at 102 KB exactly', async () => {
    expect(await fixture.html('é'.repeat(51 * 1024))).toEqual([]);
    expect(await fixture.html(`${'é'.repeat(51 * 1024)}x`)).toEqual(['warning clipped 1:1']);
  });

  it('is measured where there are samples', async () => {
    const samples = JSON.stringify(
      { default: { rows: [1] }, long: { rows: Array.from({ length: 3000 }, () => 1) } },
      undefined,
      1,
    );
    const findings = await fixture.findings({
      ...CLEAN,
      't/html.hbs': '{{#each rows}}<p>A row of some length, as rows are.</p>{{/each}}',
      't/samples.json': samples,
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      rule: 'clipped',
      severity: 'warning',
      file: 't/samples.json',
      column: 2,
    });
    expect(findings[0]?.message).toContain('With the sample "long" the HTML of "t" has 121 KB');
    const short = {
      ...CLEAN,
      't/html.hbs': `{{#if a}}${LONG}${LONG}{{/if}}`,
      't/samples.json': '{"one":{"a":false}}',
    };
    expect(await fixture.lines(short)).toEqual([]);
  });

  it('takes no time when partials use one another without end, or many times over', async () => {
    const partials = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `partials/p${index}.html.hbs`,
        `x{{> p${index + 1}}}{{> p${index + 1}}}`,
      ]),
    );
    expect(await fixture.html('{{> p0}}', { ...partials, 'partials/p40.html.hbs': '{{> p39}}' })).toEqual([
      'warning clipped 1:1',
    ]);
  });
});

describe('The samples of a template', () => {
  it('are rendered in each of its languages, and what fails is found once at its place', async () => {
    const findings = await fixture.findings({
      't/subject.hbs': 's',
      't/text.hbs': 't',
      't/html.en.hbs': '<p>x</p>\n<p>{{name}}</p>',
      't/html.fr.hbs': '<p>{{title}}</p>',
      't/samples.json': '{ "one": { "name": "Ann" }, "two": {} }',
    });
    expect(findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`)).toEqual([
      'sample-fails t/html.en.hbs:2',
      'sample-fails t/html.fr.hbs:1',
    ]);
    expect(findings[0]?.message).toContain('The sample "two" of "t" cannot be rendered');
    expect(findings[0]?.message).toContain('"name"');
  });

  it('that need helpers of the application are not measured, unless those are named', async () => {
    const files = {
      ...CLEAN,
      't/html.hbs': '{{money 5}}{{#box}}{{x}}{{/box}}<a href="{{home}}">x</a>',
      't/samples.json': '{ "one": { "x": 1 } }',
    };
    expect(await fixture.lines(files)).toEqual([
      'hint unknown-helper t/html.hbs:1:3',
      'warning unchecked-link t/html.hbs:1:42',
    ]);
    expect(await fixture.lines(files, { helpers: ['money', 'box', 'home'] })).toEqual([]);
    const wrong = { ...files, 't/samples.json': '{ "one": {} }' };
    expect(await fixture.lines(wrong, { helpers: ['money', 'box', 'home'] })).toEqual([
      'error sample-fails t/html.hbs:1:22',
    ]);
  });

  it.each([
    ['{\n  "a": {"b": }\n}', 2, 14],
    ['', 1, 1],
    ['[]', 1, 1],
    ['"x"', 1, 1],
    ['{\n "a": 5 }', 2, 7],
    ['{ "a": [] }', 1, 8],
  ])('are JSON: an object of contexts by name, and not %j', async (text, line, column) => {
    expect(await fixture.lines({ ...CLEAN, 't/samples.json': text })).toEqual([
      `error samples t/samples.json:${line}:${column}`,
    ]);
  });

  it('may be none, may have a byte order mark, and the good ones beside a bad one are used', async () => {
    expect(await fixture.lines({ ...CLEAN, 't/samples.json': '\uFEFF{}' })).toEqual([]);
    expect(await fixture.lines({ ...CLEAN, 't/samples.json': '// one\n{ "a": {}, }' })).toEqual([]);
    const both = { ...CLEAN, 't/html.hbs': '{{x}}', 't/samples.json': '{"bad": null, "good": {}}' };
    expect(await fixture.lines(both)).toEqual([
      'error sample-fails t/html.hbs:1:3',
      'error samples t/samples.json:1:9',
    ]);
  });
});
