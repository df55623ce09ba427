import { afterEach, describe, expect, it } from '@jest/globals';
import { CLEAN, LintFixture } from './lint-fixture.js';

const fixture = new LintFixture();
afterEach(() => fixture.clean());

const files = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map(name => [name, name.includes('html') ? '<p>x</p>' : 'x']));

describe('The parts of a template', () => {
  it.each([
    [files('t/subject.hbs', 't/html.hbs', 't/text.hbs'), []],
    [files('t/subject.hbs', 't/text.hbs'), []],
    [files('t/subject.hbs', 't/html.hbs'), ['hint generated-text t/html.hbs:1:1']],
    [files('t/text.hbs'), ['error missing-subject t/text.hbs:1:1']],
    [files('t/subject.hbs'), ['error missing-body t/subject.hbs:1:1']],
    [files('a/b/subject.hbs'), ['error missing-body a/b/subject.hbs:1:1']],
    // The other parts are built in.
    [files('reset-password/subject.fr.hbs'), []],
  ])('are all there, or found missing: %j', async (given, expected) => {
    expect(await fixture.lines(given)).toEqual(expected);
  });

  it.each([
    't/htm.en.hbs',
    't/html.english-of-the-queen.hbs',
    'html.en.hbs',
    'layouts/mail.hbs',
    'partials/button.hbs',
    't/welcome.html.en.hbs',
  ])('are named so that they are found, which %s is not', async name => {
    expect(await fixture.lines({ ...CLEAN, [name]: 'x' })).toEqual([`warning misnamed-file ${name}:1:1`]);
  });
});

describe('The languages of templates', () => {
  it('are missed in a part that lacks one which another part has', async () => {
    expect(
      await fixture.lines(
        files('t/subject.en.hbs', 't/subject.fr.hbs', 't/text.en.hbs', 't/text.fr.hbs', 't/html.en.hbs'),
      ),
    ).toEqual(['warning missing-culture t/html.en.hbs:1:1']);
  });

  it('are missed in a template that lacks one which another template has', async () => {
    const findings = await fixture.findings(
      files(
        't/subject.en.hbs',
        't/text.en.hbs',
        'u/subject.en.hbs',
        'u/text.en.hbs',
        'u/subject.de.hbs',
        'u/text.de.hbs',
      ),
    );
    expect(findings.map(({ rule, file }) => `${rule} ${file}`)).toEqual([
      'missing-culture t/subject.en.hbs',
      'missing-culture t/text.en.hbs',
    ]);
    expect(findings[0]?.message).toBe(
      'The template "t" has no subject part for de, which "u" has; a mail in de gets this part in another language. Add subject.de.hbs.',
    );
  });

  it('are not missed in a text part that is made from HTML of that language', async () => {
    const names = ['t/subject.en.hbs', 't/subject.fr.hbs', 't/html.en.hbs', 't/html.fr.hbs', 't/text.en.hbs'];
    expect(await fixture.lines(files(...names))).toEqual(['hint generated-text t/text.en.hbs:1:1']);
  });

  it('are missed in shared files too', async () => {
    const lines = await fixture.lines({
      ...files('t/subject.hbs', 't/text.hbs', 'partials/p.html.en.hbs', 't/html.de.hbs'),
      't/html.en.hbs': '{{> p}}',
    });
    expect(lines).toContain('warning missing-culture partials/p.html.en.hbs:1:1');
  });

  it.each([
    [files('t/subject.hbs', 't/text.en.hbs', 't/text.fr.hbs')],
    [
      files(
        't/subject.fr.hbs',
        't/text.fr.hbs',
        'u/subject.fr-CA.hbs',
        'u/text.fr-CA.hbs',
        'u/subject.fr.hbs',
        'u/text.fr.hbs',
      ),
    ],
    [files('t/subject.pt_BR.hbs', 't/text.PT-br.hbs')],
  ])('are not missed where a file for all of them or for the language is there: %j', async given => {
    expect(await fixture.lines(given)).toEqual([]);
  });
});

describe('Partials and layouts', () => {
  const shared = {
    'layouts/page.html.hbs': '<p>{{> @partial-block}}</p>',
    'partials/a/button.html.hbs': '{{> icon}}',
    'partials/icon.html.hbs': '{{> icon}}',
  };

  it('are used, directly or by another one, under each of their names', async () => {
    const source = '{{#> page}}{{> a/button}}{{> partials/icon}}{{/page}}';
    expect(await fixture.html(source, shared)).toEqual([]);
  });

  it('are found where nobody uses them, or only one another', async () => {
    expect(await fixture.html('<p>{{> icon}}</p>', shared)).toEqual([
      'warning unused-partial layouts/page.html.hbs:1:1',
      'warning unused-partial partials/a/button.html.hbs:1:1',
    ]);
  });

  it('may be used where an expression makes the name', async () => {
    expect(await fixture.html('<p>{{> (lookup . "kind")}}</p>', shared)).toEqual([
      'hint unused-partial layouts/page.html.hbs:1:1',
      'hint unused-partial partials/a/button.html.hbs:1:1',
      'hint unused-partial partials/icon.html.hbs:1:1',
    ]);
  });

  it('may be used by built-in mails', async () => {
    expect(
      await fixture.lines({
        ...CLEAN,
        'partials/button.html.hbs': 'x',
        'layouts/mail.text.hbs': '{{> @partial-block}}',
      }),
    ).toEqual([]);
  });

  it('may be what mails of several languages say at their top, and its words', async () => {
    const below = { 'partials/language-below.html.hbs': '<p>{{> words/common/follows}}</p>' };
    const words = { 'partials/words/common/follows.html.hbs': 'See below', 'partials/other.html.hbs': 'x' };
    expect(await fixture.html('<p>x</p>', { ...below, ...words })).toEqual([
      'warning unused-partial partials/other.html.hbs:1:1',
    ]);
  });

  it('are found missing, with the place of their use', async () => {
    const source = '<p>x</p>\n {{> gone}}{{#> layouts/none}}x{{/layouts/none}}';
    expect(await fixture.html(source)).toEqual(['error missing-partial 2:2', 'error missing-partial 2:12']);
  });

  it('are found missing in another part or language', async () => {
    const lines = await fixture.lines({
      't/subject.hbs': 's',
      't/text.hbs': '{{> only}}',
      't/html.fr.hbs': '{{> german}}',
      't/html.de.hbs': '{{> german}}{{> only}}',
      'partials/only.html.hbs': 'x',
      'partials/german.html.de.hbs': 'x',
    });
    expect(lines).toContain('error missing-partial t/text.hbs:1:1');
    expect(lines).toContain('error missing-partial t/html.fr.hbs:1:1');
    expect(lines.filter(line => line.includes('missing-partial'))).toHaveLength(2);
  });

  it('may be brought inline by the templates around them', async () => {
    const source = '{{#*inline "side"}}x{{/inline}}{{#> page}}y{{/page}}';
    expect(await fixture.html(source, { 'layouts/page.html.hbs': '{{> side}}{{> @partial-block}}' })).toEqual(
      [],
    );
  });
});
