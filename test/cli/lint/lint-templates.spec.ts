import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { lintTemplates } from '../../../lib/cli/lint/lint-templates.js';
import { CLEAN, lineOf, LintFixture } from './lint-fixture.js';

const fixture = new LintFixture();
afterEach(() => fixture.clean());

const ROOT = process.cwd();

describe('Linting templates', () => {
  it.each(['sample-app/server/templates', 'lib/core/templates/builtin'])(
    'finds nothing in those of %s',
    async folder => {
      const report = await lintTemplates({ directories: [join(ROOT, folder)] });
      // What only looks plainer in some clients: test/cli/lint/client-support/own-mails.spec.ts.
      const plainer = /^client-support\//;
      expect(
        report.findings.filter(({ rule, severity }) => !(severity === 'hint' && plainer.test(rule))),
      ).toEqual([]);
      expect(report.templates).toBeGreaterThan(2);
      expect(report.files).toBeGreaterThan(17);
    },
  );

  it('names file, line and column of a syntax error, and goes on with the rest', async () => {
    const found = await fixture.lines({
      ...CLEAN,
      't/html.hbs': '<p>\n  {{#if x}}\n</p>',
      'u/subject.hbs': '{{',
      'u/text.hbs': 'x {{else}}',
      'v/html.hbs': '<a href="#">x</a>',
      'v/subject.hbs': 's',
      'v/text.hbs': 't',
      'v/samples.json': '{ "a": {} }',
      'partials/p.html.hbs': 'x',
    });
    expect(found).toEqual([
      'hint unused-partial partials/p.html.hbs:1:1',
      'error syntax t/html.hbs:3:5',
      'error syntax u/subject.hbs:1:3',
      'error syntax u/text.hbs:1:3',
      'warning empty-link v/html.hbs:1:1',
    ]);
  });

  it('goes on when a file cannot be read', async () => {
    const directory = fixture.directory({ ...CLEAN, 't/html.hbs': '<a href="#">x</a>' });
    const loop = join(directory.path, 't/html.fr.hbs');
    symlinkSync(loop, loop);
    const { findings } = await lintTemplates({ directories: [directory.path] });
    expect(findings.map(lineOf)).toEqual([
      `error unreadable-file ${loop}:1:1`,
      `warning empty-link ${join(directory.path, 't/html.hbs')}:1:1`,
    ]);
  });

  it('searches several folders in order, as an application does', async () => {
    const base = fixture.directory({ ...CLEAN, 't/html.hbs': '{{> p}}<img src="{{embed "a.png"}}" alt="">' });
    const over = fixture.directory({ 'partials/p.html.hbs': 'x', 't/a.png': 'x' });
    const { findings } = await lintTemplates({ directories: [over.path, base.path] });
    expect(findings).toEqual([]);
    const alone = await lintTemplates({ directories: [base.path] });
    expect(alone.findings.map(({ rule }) => rule)).toEqual(['missing-partial', 'missing-image']);
  });

  it('takes partials of the default culture for all languages', async () => {
    const files = {
      't/subject.hbs': 's',
      't/text.fr.hbs': '{{> p}}',
      'partials/p.text.de.hbs': 'x',
      't/text.de.hbs': 'x',
    };
    const rules = async (defaultCulture: string): Promise<string[]> =>
      (await fixture.findings(files, { defaultCulture })).map(({ rule }) => rule);
    expect(await rules('en')).toContain('missing-partial');
    expect(await rules('de')).not.toContain('missing-partial');
  });

  it('says of an empty folder that it holds no templates', async () => {
    const { path } = fixture.directory({ 'readme.txt': 'x' });
    const report = await lintTemplates({ directories: [path] });
    expect(report).toMatchObject({ templates: 0, files: 0 });
    expect(report.findings.map(lineOf)).toEqual([`warning empty-folder ${path}:1:1`]);
  });

  it('refuses a folder that is missing', async () => {
    await expect(lintTemplates({ directories: [join(ROOT, 'no-such-folder')] })).rejects.toMatchObject({
      code: 'EMAILTEMPLATEDIRECTORY',
    });
  });

  it('looks through five hundred templates', async () => {
    const files: Record<string, string> = {};
    for (let index = 0; index < 500; index++) {
      files[`group${index % 10}/t${index}/subject.hbs`] = 's';
      files[`group${index % 10}/t${index}/text.hbs`] = 't';
      files[`group${index % 10}/t${index}/html.hbs`] = `<p>${index}</p><a href="{{url}}">x</a>`;
    }
    const { path } = fixture.directory(files);
    const report = await lintTemplates({ directories: [path] });
    expect(report).toMatchObject({ templates: 500, files: 1500 });
    expect(report.findings).toHaveLength(500);
    const places = report.findings.map(({ file }) => file);
    expect(places).toEqual(places.toSorted());
  }, 60_000);

  it('ends with findings and never with an exception, whatever stands in a file', async () => {
    const piece = fc.constantFrom(
      '<a href="',
      '">',
      '<img ',
      'src=',
      '{{x}}',
      '{{#if x}}',
      '{{/if}}',
      '{{else}}',
      '{{> p}}',
      '{{embed "a"}}',
      '<style>',
      '</style>',
      '{',
      '}',
      ';',
      ':',
      '(',
      '<!--',
      '-->',
      '"',
      "'",
      '\n',
      '{{{x}}}',
      '{{!-- x --}}',
      '<html',
      '\\{{x}}',
      '😀',
      '{{',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async pieces => {
        const findings = await fixture.findings({ ...CLEAN, 't/html.hbs': pieces.join('') });
        const lines = pieces.join('').split('\n');
        for (const { file, line, column } of findings.filter(finding => finding.file === 't/html.hbs')) {
          expect(`${file} ${line}`).toBe(`t/html.hbs ${Math.min(Math.max(line, 1), lines.length)}`);
          expect(column).toBeGreaterThan(0);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
        }
        fixture.clean();
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
