import { afterEach, describe, expect, it } from '@jest/globals';
import {
  canonicalCulture,
  cultureChain,
  directionOf,
  isCulture,
} from '../../../lib/core/templates/culture.js';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const text = (culture: string): string => `t/text${culture === '' ? '' : `.${culture}`}.hbs`;

describe('The culture chain', () => {
  it.each([
    [['fr-CA', 'fr', 'en', ''], 'fr-CA'],
    [['fr', 'en', ''], 'fr'],
    [['en', ''], 'en'],
    [[''], ''],
    [['de', 'fr-FR', 'en', ''], 'en'],
  ])('goes from fr-CA to fr to the default culture to none: of %j it takes "%s"', async (cultures, found) => {
    const files = Object.fromEntries(cultures.map(culture => [text(culture), `<${culture}>`]));
    const mail = await fixture.mail(files, {}, { culture: 'fr-CA' });
    expect(mail.text).toBe(`<${found}>`);
    expect(mail.culture).toBe(found === '' ? 'fr-CA' : found);
  });

  it('ends at the default culture of the options, with its parents', async () => {
    const files = { [text('de')]: 'de', [text('en')]: 'en', [text('')]: 'none' };
    expect((await fixture.mail(files, {}, { culture: 'it', defaultCulture: 'de_AT' })).text).toBe('de');
    expect((await fixture.mail(files, {}, { defaultCulture: 'de' })).text).toBe('de');
    expect((await fixture.mail(files, {}, { culture: 'en', defaultCulture: 'de' })).text).toBe('en');
  });

  it('uses no other culture than those of the chain', async () => {
    const error = await failure(fixture.mail({ [text('de')]: 'de' }, {}, { culture: 'fr' }));
    expect(error.code).toBe('EMAILTEMPLATEEMPTY');
  });

  it.each(['fr-CA', 'fr_CA', 'FR-ca', 'fr-ca', 'FR_CA'])(
    'takes %s for fr-CA, as a wish and as a file name',
    async culture => {
      const asked = await fixture.mail({ [text('fr-CA')]: 'x', [text('fr')]: 'y' }, {}, { culture });
      expect(asked).toMatchObject({ text: 'x', culture: 'fr-CA' });
      const named = await fixture.mail({ [text(culture)]: 'x', [text('fr')]: 'y' }, {}, { culture: 'fr-CA' });
      expect(named).toMatchObject({ text: 'x', culture: 'fr-CA' });
    },
  );

  it.each(['zh-Hant-TW', 'zh_hant_tw', 'ZH-HANT-TW'])('walks %s over its script', async culture => {
    const mail = await fixture.mail(
      { [text('zh_Hant')]: 'script', [text('zh')]: 'language' },
      {},
      { culture },
    );
    expect(mail).toMatchObject({ text: 'script', culture: 'zh-Hant' });
  });

  it('knows an old name of a language in a file name as in a wish', async () => {
    const mail = await fixture.mail({ [text('iw')]: 'hebrew', [text('en')]: 'en' }, {}, { culture: 'iw' });
    expect(mail).toMatchObject({ text: 'hebrew', culture: 'he' });
  });

  it('is the same in lib/core/templates/culture', () => {
    expect(cultureChain('fr-CA', 'en')).toEqual(['fr-CA', 'fr', 'en', '']);
    expect(cultureChain('en', 'en')).toEqual(['en', '']);
    expect(canonicalCulture('ZH_hant_tw')).toBe('zh-Hant-TW');
    expect(directionOf('ar-EG')).toBe('rtl');
    expect(directionOf('fr')).toBe('ltr');
    expect(isCulture('en-old')).toBe(false);
  });
});

describe('Each part', () => {
  it('falls back on its own', async () => {
    const mail = await fixture.mail(
      {
        't/subject.en.hbs': 'en subject',
        't/subject.hbs': 'no subject',
        't/html.fr.hbs': 'fr html',
        't/html.en.hbs': 'en html',
        't/text.hbs': 'plain text',
      },
      {},
      { culture: 'fr-CA' },
    );
    expect(mail).toEqual({ subject: 'en subject', html: 'fr html', text: 'plain text', culture: 'fr' });
  });

  it('falls back to the built-in one, so that an app can replace one sentence in French', async () => {
    const renderer = await fixture.renderer({
      'password-changed/subject.fr.hbs': 'Mot de passe de {{displayName}}',
    });
    const plain = await fixture.create();
    const context = { displayName: 'Ann', changedAt: '2026-11-23T10:00:00Z' };
    const french = await renderer.render('password-changed', context, { culture: 'fr' });
    expect(french.subject).toBe('Mot de passe de Ann');
    const built = await plain.render('password-changed', context, { culture: 'fr' });
    expect({ ...french, subject: built.subject }).toEqual(built);
    const english = await renderer.render('password-changed', context, { culture: 'en' });
    expect(english).toEqual(await plain.render('password-changed', context, { culture: 'en' }));
  });

  it('is looked for in the directories in order, the built-in one last', async () => {
    const one = fixture.directory({ 't/text.en.hbs': 'one' }).path;
    const two = fixture.directory({
      't/text.en.hbs': 'two',
      't/html.en.hbs': 'two',
      't/subject.hbs': 'two',
    }).path;
    const three = fixture.directory({
      't/html.en.hbs': 'three',
      'notification/subject.en.hbs': 'three',
    }).path;
    const renderer = await fixture.create({ directories: [one, two, three] });
    expect(await renderer.render('t', {})).toEqual({
      subject: 'two',
      html: 'two',
      text: 'one',
      culture: 'en',
    });
    const built = await renderer.render('notification', { title: 'x', lines: [] });
    expect(built.subject).toBe('three');
    expect(built.html).toContain('<html');
  });

  it('prefers a nearer culture in a later directory to a farther one in an earlier directory', async () => {
    const one = fixture.directory({ 't/text.fr.hbs': 'one fr', 't/subject.hbs': 's' }).path;
    const two = fixture.directory({ 't/text.fr-CA.hbs': 'two fr-CA', 't/text.fr.hbs': 'two fr' }).path;
    const renderer = await fixture.create({ directories: [one, two] });
    expect((await renderer.render('t', {}, { culture: 'fr-CA' })).text).toBe('two fr-CA');
    expect((await renderer.render('t', {}, { culture: 'fr' })).text).toBe('one fr');
  });
});

describe('A culture', () => {
  it.each([
    '../fr',
    'fr/../../etc',
    '/etc/passwd',
    'fr\\x',
    'fr\0',
    'fr\n',
    '.',
    '..',
    '',
    'f',
    'french',
    'fr-',
    '-fr',
    'fr--CA',
    'fr.hbs',
    'fr CA',
    'en-old',
    'é',
  ])('that is none is refused: %j', async culture => {
    const renderer = await fixture.create();
    const error = await failure(renderer.render('notification', { title: 'x', lines: [] }, { culture }));
    expect(error.code).toBe('EMAILTEMPLATENAME');
    expect(error.message).toMatch(/is no culture/);
    expect(error.message).not.toMatch(/[\0\n]/);
  });

  it('of great length is refused with a short message', async () => {
    const renderer = await fixture.create();
    const error = await failure(
      renderer.render('notification', {}, { culture: `fr!${'x'.repeat(100_000)}` }),
    );
    expect(error.code).toBe('EMAILTEMPLATENAME');
    expect(error.message.length).toBeLessThan(300);
  });

  it('that is none stops the start when it is the default', async () => {
    const error = await failure(fixture.create({ defaultCulture: 'english' }));
    expect(error.code).toBe('EMAILTEMPLATENAME');
  });

  it('that nobody wrote templates for gets the default culture', async () => {
    const renderer = await fixture.create();
    const context = { displayName: 'Ann', changedAt: new Date() };
    const mail = await renderer.render('password-changed', context, { culture: 'ja-JP' });
    expect(mail.culture).toBe('en');
    expect(mail.html).toContain('lang="en"');
  });
});

describe('A text part in another language than the HTML', () => {
  const files = {
    't/html.en.hbs': '<p>Hello</p>',
    't/text.en.hbs': 'Hello!',
    't/html.fr.hbs': '<p>Bonjour</p>',
  };

  it('is not used where the HTML speaks the wanted one: the text is made of that', async () => {
    expect(await fixture.mail(files, {}, { culture: 'fr' })).toMatchObject({
      text: 'Bonjour',
      culture: 'fr',
    });
    expect((await fixture.mail(files, {}, { culture: 'fr-CA' })).text).toBe('Bonjour');
    expect((await fixture.mail(files, {}, { culture: 'en' })).text).toBe('Hello!');
  });

  it('is used where the HTML falls back as well, and where it is for all languages', async () => {
    expect(await fixture.mail(files, {}, { culture: 'de' })).toMatchObject({ text: 'Hello!', culture: 'en' });
    const neutral = { 't/html.fr.hbs': '<p>Bonjour</p>', 't/text.hbs': 'All' };
    expect((await fixture.mail(neutral, {}, { culture: 'fr' })).text).toBe('All');
  });
});
