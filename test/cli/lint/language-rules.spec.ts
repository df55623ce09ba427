import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CLEAN, LintFixture } from './lint-fixture.js';

const fixture = new LintFixture();
afterEach(() => fixture.clean());

const ARABIC = readFileSync(join(import.meta.dirname, '../../support/languages/languages/ar.json'), 'utf8');

describe('A language file', () => {
  it('with every word has nothing against it', async () => {
    expect(await fixture.lines({ ...CLEAN, 'languages/ar.json': ARABIC })).toEqual([]);
  });

  it('that lacks words is told which', async () => {
    const lacking = ARABIC.replace(/ {4}"greeting":.*\n/, '').replace(/ {4}"support":.*\n/, '');
    const findings = await fixture.findings({ ...CLEAN, 'languages/ar.json': lacking });
    expect(findings).toMatchObject([
      { rule: 'missing-words', severity: 'warning', file: 'languages/ar.json' },
    ]);
    expect(findings[0]?.message).toMatch(
      /^This language lacks 2 of \d+ words, .*: common\.greeting, common\.support\.$/,
    );
  });

  it('for a language that is built in need not have them all', async () => {
    const one = '{ "common": { "sign-in": "Entrer" } }';
    expect(await fixture.lines({ ...CLEAN, 'languages/fr.json': one, 'languages/fr-CA.json': one })).toEqual(
      [],
    );
  });

  it('that is wrong is told with its place, and the templates are linted', async () => {
    const lines = await fixture.lines({
      't/subject.hbs': 's',
      't/html.hbs': '<img src="x.png">',
      'languages/ar.json': '{\n  "common": { "greting": "x" }\n}',
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^error \S+ languages\/ar\.json:2:27$/),
        expect.stringContaining('relative-image'),
      ]),
    );
  });
});
