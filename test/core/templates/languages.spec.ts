import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DirectoryFolder } from '../../../lib/core/templates/files/directory-folder.js';
import { readBuiltInLanguage, readLanguageFile } from '../../../lib/core/templates/files/language-file.js';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const BUILT_IN = join(import.meta.dirname, '../../../lib/core/templates/builtin/languages');
const SAMPLE = join(import.meta.dirname, '../../support/languages/languages');
const FILES = [BUILT_IN, SAMPLE].flatMap(folder => readdirSync(folder).map(name => join(folder, name)));
const ENGLISH = wordsOf(join(BUILT_IN, 'en.json'));
const RESET = {
  displayName: 'Ann <i>',
  resetUrl: 'https://acme.test/reset?token=t0k3n',
  expiresAt: '2030-01-31T18:30:00Z',
};

/** The words of a language file by `group.key`. */
function wordsOf(file: string): Map<string, string> {
  const groups = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
  return new Map(
    Object.entries(groups).flatMap(([group, words]) =>
      Object.entries(words).map(([key, text]) => [`${group}.${key}`, text] as const),
    ),
  );
}

/** The variables and partials that a word names, sorted. */
function namesIn(word: string): string[] {
  const tags = [...word.matchAll(/\{\{([^}]*)\}\}/g)].map(([, inner = '']) => inner.trim());
  return [
    ...new Set(tags.filter(tag => !/^(?:else|\/if)$/.test(tag)).map(tag => tag.replace(/^[#>]\s*/, ''))),
  ].toSorted();
}

describe.each(FILES)('The words of %s', file => {
  const words = wordsOf(file);

  it('are all there, in the order of the English ones', () => {
    expect([...words.keys()]).toEqual([...ENGLISH.keys()]);
  });

  it('print what the English ones print', () => {
    const printed = [...words].map(([name, word]) => [name, namesIn(word)]);
    expect(printed).toEqual([...ENGLISH].map(([name, word]) => [name, namesIn(word)]));
  });

  it('are plain text with real punctuation', () => {
    for (const [name, word] of words) {
      const text = word.replace(/\{\{[^}]*\}\}/g, '…');
      expect([name, text]).toEqual([name, expect.not.stringMatching(/<|&|["']|\.\.\.| {2}|^ | $/)]);
    }
  });
});

it('A built-in language knows in which line each word is', () => {
  const folder = new DirectoryFolder(BUILT_IN);
  const read = (name: string): object[] => [...readBuiltInLanguage(folder, name, 'x').words.values()];
  for (const name of readdirSync(BUILT_IN))
    expect(read(name)).toEqual([...readLanguageFile(folder, name, 'x').words.values()]);
});

describe('A language of the application', () => {
  it('is spoken by all built-in mails, in html, text and subject', async () => {
    const directory = join(SAMPLE, '..');
    const renderer = await fixture.create({ directories: [directory], timeZone: 'UTC' });
    const mail = await renderer.render('reset-password', RESET, { culture: 'ar-EG' });
    expect(fixture.lines).toEqual([]);
    expect(mail.culture).toBe('ar');
    expect(mail.subject).toBe('إعادة تعيين كلمة المرور');
    expect(mail.html).toContain('<html lang="ar-EG" dir="rtl"');
    expect(mail.html).toContain('مرحبًا <span dir="auto">Ann &lt;i&gt;</span>،');
    expect(mail.text).toContain('مرحبًا \u2068Ann <i>\u2069،');
    expect(`${mail.html}${mail.text}`).not.toMatch(/password|Hello/);
  });

  it('may change one sentence of a built-in language, and nothing else', async () => {
    const renderer = await fixture.renderer({
      'languages/fr.json': '{ "reset-password": { "title": "Nouveau < mot & de passe" } }',
    });
    const mail = await renderer.render('reset-password', RESET, { culture: 'fr' });
    expect(fixture.lines).toEqual([]);
    expect(mail.html).toContain('Nouveau &lt; mot &amp; de passe</h1>');
    expect(mail.html).toContain('Bonjour Ann');
  });

  it('escapes its own words for html once, and not for the text', async () => {
    const renderer = await fixture.renderer({
      'languages/en.json': '{ "common": { "greeting": "R&D < {{displayName}}," } }',
    });
    const mail = await renderer.render('reset-password', RESET);
    expect(mail.html).toContain('R&amp;D &lt; Ann &lt;i&gt;,');
    expect(mail.text).toContain('R&D < Ann <i>,');
  });

  it('of a region takes what it lacks from the wider one, then from English', async () => {
    const renderer = await fixture.renderer({
      'languages/fr-CA.json': '{ "common": { "greeting": "Allô {{displayName}}," } }',
      'languages/ja.json': '{ "common": { "greeting": "{{displayName}}様" } }',
    });
    const canadian = await renderer.render('reset-password', RESET, { culture: 'fr-CA' });
    expect(canadian.culture).toBe('fr-CA');
    expect(canadian.text).toMatch(/^Allô Ann <i>,\n\nNous avons reçu/);
    const japanese = await renderer.render('reset-password', RESET, { culture: 'ja' });
    expect(japanese.text).toMatch(/^Ann <i>様\n\nWe received/);
    expect(fixture.lines).toEqual([
      expect.stringMatching(
        new RegExp(
          `^warn .*languages.ja\\.json lacks ${ENGLISH.size - 1} of ${ENGLISH.size} words.*: common\\.colon, .* and \\d+ more\\.$`,
        ),
      ),
    ]);
  });

  it('changes the sentences that the documentation changes', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/add-a-language.md'), 'utf8');
    const example = /```json\n([^]*?)```/.exec(page);
    const renderer = await fixture.renderer({ 'languages/fr.json': example?.[1] ?? '' });
    const mail = await renderer.render('reset-password', RESET, { culture: 'fr' });
    expect(mail.text).toMatch(/^Salut Ann <i>,\n\nNous avons reçu une demande/);
    expect(mail.html).toContain('Un nouveau mot de passe pour vous</h1>');
  });

  it('gives its words to templates of the application, too', async () => {
    const mail = await fixture.mail(
      {
        't/text.hbs': '{{> words/common/sign-in}}',
        'languages/fr.json': '{ "common": { "sign-in": "Entrer" } }',
      },
      {},
      { culture: 'fr' },
    );
    expect(mail.text).toBe('Entrer');
  });

  describe('with a word in a word', () => {
    const words = {
      common: { detail: 'Muuta & muuta: {{detail}}' },
      'account-locked': { title: 'Lukittu & suljettu. {{> words/common/detail}}' },
    };
    const files = { 'languages/fi.json': JSON.stringify(words) };
    const detail = '<b>x</b> & y';
    const locked = { displayName: 'Ann', lockedAt: '2030-01-31', detail };
    const changed = {
      displayName: 'Ann',
      credential: 'phone',
      change: 'added',
      changedAt: '2030-01-31',
      detail,
    };

    it('escapes it once where it is handed on', async () => {
      const renderer = await fixture.renderer(files);
      const { html } = await renderer.render('account-locked', locked, { culture: 'fi' });
      const title = 'Lukittu &amp; suljettu. Muuta &amp; muuta: &lt;b&gt;x&lt;/b&gt; &amp; y';
      expect(html).toContain(`<title>${title}</title>`);
      expect(html).toContain(`${title}</h1>`);
    });

    it('prints partials in it as a text part does', async () => {
      const title = 'Zablokowano {{> date-time at=lockedAt}}: {{> by-severity info=detail}}';
      const renderer = await fixture.renderer({
        'languages/pl.json': JSON.stringify({ 'account-locked': { title } }),
        'partials/by-severity.html.hbs': '<i>{{info}}</i>',
        'partials/by-severity.text.hbs': '*{{info}}*',
      });
      const { html } = await renderer.render('account-locked', locked, { culture: 'pl' });
      const at = '31 stycznia 2030 o 00:00 UTC';
      expect(html).toContain(`<title>Zablokowano ${at}: *&lt;b&gt;x&lt;/b&gt; &amp; y*</title>`);
    });

    it('escapes it in mails behind one in which it was handed on', async () => {
      const renderer = await fixture.renderer(files);
      await renderer.render('account-locked', locked, { culture: 'fi' });
      const { html, text } = await renderer.render('credential-changed', changed, { culture: 'fi' });
      expect(html).toContain('Muuta &amp; muuta: &lt;b&gt;x&lt;/b&gt; &amp; y');
      expect(html).not.toContain('<b>x');
      expect(text).toContain(`Muuta & muuta: ${detail}`);
    });
  });

  it.each([
    [
      '{ "reset-password": { "titel": "x" } }',
      1,
      /"reset-password\.titel", which no mail uses; did you mean "reset-password\.title"\?/,
    ],
    ['{ "reset-pasword": { "title": "x" } }', 1, /did you mean "reset-password\.title"\?/],
    ['{ "reset-password": { "zzzzzzzzzzzzz": "x" } }', 1, /"reset-password" has subject, title, /],
    ['{ "zzzzzzzzzzz": { "zzzzzzzzzzzzz": "x" } }', 1, /there are the groups common, notification, /],
    ['{ "common": {\n "greeting": 5 } }', 2, /holds no text for "common\.greeting"/],
    ['{ "common": {\n "greeting": " " } }', 2, /holds no text for "common\.greeting"/],
    ['{ "common": "Hello" }', 1, /"common" is no object/],
    ['["Hello"]', 1, /must hold an object of groups/],
    ['', 1, /is not valid JSON|must hold an object of groups/],
    ['{\n"common": { "greeting": "Hello" "colon": ":" } }', 2, /is not valid JSON: comma expected/],
    ['{ "common": {\n\n "greeting": "Hello {{displayName},"\n} }', 3, /is no valid template at line 3/],
    ['{ "common": {\n\n "greeting": "Hello {{#if x}}"\n} }', 3, /is no valid template/],
    [
      '{ "common": { "greeting": "Hello {{{displayName}}}," } }',
      1,
      /printed without escaping in "common\.greeting"/,
    ],
    [
      '{ "common": { "greeting": "<b>Hello</b>," } }',
      1,
      /markup, which words have none of, in "common\.greeting"/,
    ],
  ])('stops the start when it is wrong: %s', async (content, line, message) => {
    const error = await failure(fixture.renderer({ 'languages/de-CH.json': content }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATESYNTAX', line });
    expect(error.file).toMatch(/languages.de-CH\.json$/);
    expect(error.message).toContain(error.file ?? '?');
    expect(error.message).toMatch(message);
  });

  it('stops the start when its folder cannot be read', async () => {
    const directory = fixture.directory();
    // A link to itself: there is a folder of that name, and nobody can open it.
    symlinkSync('languages', join(directory.path, 'languages'));
    const error = await failure(fixture.create({ directories: [directory.path] }));
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATEDIRECTORY',
      searched: [join(directory.path, 'languages')],
    });
    expect(error.message).toMatch(/The folder of language files .* cannot be read: ELOOP/);
  });

  it('is named by a culture', async () => {
    const error = await failure(fixture.renderer({ 'languages/deutsch.json': '{}' }));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATENAME' });
    expect(error.message).toContain('deutsch.json is named for no culture');
  });

  it('says in errors of a mail in which line of it a variable is', async () => {
    const renderer = await fixture.renderer({
      'languages/en.json': '{\n  "common": {\n    "greeting": "Hello {{nickname}},"\n  }\n}',
    });
    const error = await failure(renderer.render('reset-password', RESET));
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEVARIABLE', missing: 'nickname', line: 3, column: 26 });
    expect(error.message).toContain('en.json:3');
  });
});
