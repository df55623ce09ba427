import { describe, expect, it } from '@jest/globals';
import { joinLanguages } from '../../../lib/core/templates/rendering/join-languages.js';
import type { RenderedMail } from '../../../lib/core/templates/template-renderer.js';

const mail = (culture: string, parts: Partial<RenderedMail> = {}): RenderedMail => ({
  subject: `Subject ${culture}`,
  text: `Text ${culture}\n`,
  culture,
  ...parts,
});
const page = (culture: string, body = `<p>${culture}</p>`): string =>
  `<!doctype html>\n<html lang="${culture}"><head><title>${culture}</title></head><body class="m">${body}</body></html>`;

describe('Several languages in one mail', () => {
  it('have one subject, joined by " / " in order', () => {
    expect(joinLanguages([mail('fr'), mail('en'), mail('de')]).subject).toBe(
      'Subject fr / Subject en / Subject de',
    );
  });

  it('say a subject that is the same in both only once', () => {
    const same = { subject: 'Acme' };
    expect(joinLanguages([mail('fr', same), mail('en', same)]).subject).toBe('Acme');
  });

  it('have one text with each in order, and the culture of the first', () => {
    const joined = joinLanguages([mail('fr'), mail('en')]);
    expect(joined.text).toMatch(/^Text fr\n\n_+\n\nText en\n$/);
    expect(joined.culture).toBe('fr');
  });

  it('make one html document with each body in order, in its language and direction', () => {
    const { html = '' } = joinLanguages([mail('ar', { html: page('ar') }), mail('en', { html: page('en') })]);
    expect(html.match(/<!doctype/gi)).toHaveLength(1);
    expect(html.match(/<body/g)).toHaveLength(1);
    expect(html.match(/<\/body><\/html>/g)).toHaveLength(1);
    expect(html).toMatch(
      /<body class="m"><div lang="ar" dir="rtl"><p>ar<\/p><\/div>[^]*<div lang="en" dir="ltr"><p>en<\/p><\/div><\/body>/,
    );
    expect(html).toContain('<title>ar</title>');
    expect(html).not.toContain('<title>en</title>');
  });

  it('make one fragment of fragments', () => {
    const { html } = joinLanguages([mail('fr', { html: '<p>fr</p>' }), mail('en', { html: '<p>en</p>' })]);
    expect(html).toMatch(
      /^<div lang="fr" dir="ltr"><p>fr<\/p><\/div>[^]*<div lang="en" dir="ltr"><p>en<\/p><\/div>$/,
    );
  });

  it('make a text-only mail of text-only mails', () => {
    const joined = joinLanguages([mail('fr'), mail('en')]);
    expect('html' in joined).toBe(false);
  });

  it('show the text of a language that has no html within the html of the others', () => {
    const { html = '' } = joinLanguages([
      mail('en', { html: page('en') }),
      mail('fr', { text: 'a < b & c\nd' }),
    ]);
    expect(html).toMatch(/<p>en<\/p>[^]*<div lang="fr"[^>]*>[^]*a &lt; b &amp; c\nd[^]*<\/body>/);
    const reversed = joinLanguages([mail('fr'), mail('en', { html: page('en') })]).html ?? '';
    expect(reversed).toMatch(/<body[^]*Text fr[^]*<p>en<\/p>[^]*<\/body><\/html>$/);
  });

  it('are not disturbed by letters whose lower case is longer', () => {
    const html = page('tr', `<p>${'İ'.repeat(20)}</p>`);
    const joined = joinLanguages([mail('tr', { html }), mail('en', { html: page('en') })]).html ?? '';
    expect(joined).toContain(`<div lang="tr" dir="ltr"><p>${'İ'.repeat(20)}</p></div>`);
    expect(joined).toMatch(/<\/div><\/body><\/html>$/);
  });

  it('are not disturbed by upper-case tags', () => {
    const html = '<HTML><BODY BGCOLOR="#fff"><p>x</p></BODY></HTML>';
    const joined = joinLanguages([mail('fr', { html }), mail('en', { html })]).html ?? '';
    expect(joined.match(/<BODY/g)).toHaveLength(1);
    expect(joined.match(/<p>x<\/p>/g)).toHaveLength(2);
    expect(joined.endsWith('</BODY></HTML>')).toBe(true);
  });

  it('are just the mail when there is one', () => {
    const one = mail('fr', { html: page('fr') });
    expect(joinLanguages([one])).toBe(one);
  });

  it('must be at least one', () => {
    expect(() => joinLanguages([])).toThrow(RangeError);
  });
});
