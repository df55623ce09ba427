import { afterEach, describe, expect, it } from '@jest/globals';
import { joinLanguages } from '../../../lib/core/templates/rendering/join-languages.js';
import type { RenderedMail } from '../../../lib/core/templates/template-renderer.js';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

async function joined(
  cultures: readonly string[],
  inlineCss = false,
): Promise<RenderedMail & { html: string }> {
  const renderer = await fixture.create({ inlineCss }, { colors: { background: '#fafafa' } });
  const mails = [];
  const notices = [];
  for (const [index, culture] of cultures.entries()) {
    mails.push(await renderer.render('password-changed', { displayName: 'Ann', changedAt: 0 }, { culture }));
    const notice = index > 0 && (await renderer.languageBelow(culture));
    if (notice) notices.push(notice);
  }
  return { html: '', ...joinLanguages(mails, notices) };
}

describe('A mail of several languages', () => {
  it('says at its top, in the other language, that it stands below', async () => {
    const { html, text } = await joined(['en', 'fr']);
    expect(text).toMatch(/^La version française se trouve plus bas\.\n\nHello Ann,/);
    expect(html).toMatch(
      /<div class="m-page m-muted" lang="fr" dir="ltr" style="[^"]*background-color:#fafafa;[^"]*">La version française se trouve plus bas\.<\/div>/,
    );
    expect(html.indexOf('La version française')).toBeLessThan(html.indexOf('Hello Ann'));
    expect(`${html}${text}`).not.toContain('The English version');
  });

  it('says it behind the words that lists of mails show, of which there are some only once', async () => {
    for (const inlineCss of [false, true]) {
      const { html } = await joined(['fr', 'en'], inlineCss);
      expect(html.match(/<div[^>]* class="m-preheader"|<div class="m-preheader"/g)).toHaveLength(1);
      expect(html.indexOf('m-preheader"')).toBeLessThan(html.indexOf('The English version follows below.'));
      expect(html.match(/<html\b/g)).toHaveLength(1);
      expect(html.match(/<title>/g)).toHaveLength(1);
    }
  });

  it('says nothing of a language that has no words for it', async () => {
    const renderer = await fixture.create();
    expect(await renderer.languageBelow('ja')).toBeUndefined();
    expect(await renderer.languageBelow('en-GB')).toEqual({
      culture: 'en-GB',
      text: 'The English version follows below.',
      html: expect.stringContaining('lang="en-GB"'),
    });
  });

  it('takes the words of the application, for its own languages and for those that are there', async () => {
    const directory = fixture.directory({
      'partials/words/common/follows.html.ar.hbs': 'النسخة العربية أدناه.',
      'partials/words/common/follows.text.ar.hbs': 'النسخة العربية أدناه.',
      'partials/words/common/follows.text.en.hbs': 'English: see below',
    });
    const renderer = await fixture.create({ directories: [directory.path] });
    expect(await renderer.languageBelow('ar')).toMatchObject({
      text: 'النسخة العربية أدناه.',
      html: expect.stringMatching(/lang="ar" dir="rtl"[^>]*>النسخة العربية أدناه\.<\/div>$/),
    });
    expect((await renderer.languageBelow('en'))?.text).toBe('English: see below');
  });

  it('says nothing when there is one language', async () => {
    const one = await joined(['fr']);
    expect(one.text).toMatch(/^Bonjour Ann/);
  });

  it('says it at the top of pages without preview words, and of text alone', () => {
    const notices = [{ culture: 'fr', html: '<p>Plus bas</p>', text: 'Plus bas' }];
    const mail = (culture: string, html?: string): RenderedMail => ({
      subject: 's',
      text: culture,
      culture,
      ...(html !== undefined && { html }),
    });
    const pages = joinLanguages(
      [mail('en', '<body><p>en</p></body>'), mail('fr', '<body><p>fr</p></body>')],
      notices,
    );
    expect(pages.html).toMatch(/^<body><div lang="en" dir="ltr"><p>Plus bas<\/p><p>en<\/p><\/div>/);
    const texts = joinLanguages([mail('en'), mail('fr')], notices);
    expect(texts.text).toMatch(/^Plus bas\n\nen\n\n_+\n\nfr\n$/);
    expect(texts.html).toBeUndefined();
  });
});
