import { afterEach, describe, expect, it } from '@jest/globals';
import type { MailBrand } from '../../../lib/core/templates/mail-brand.js';
import { ResolvedBrand } from '../../../lib/core/templates/mail-brand.js';
import type { RenderedMail } from '../../../lib/core/templates/template-renderer.js';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const when = new Date('2030-01-31T18:30:00Z');
const MAILS: Readonly<Record<string, object>> = {
  notification: { title: 'A title', lines: ['One line'] },
  'reset-password': { displayName: 'Ann', resetUrl: 'https://contoso.com/r', expiresAt: when },
  'reset-password-one-way': { displayName: 'Ann', password: 'not-a-real-one', mustChange: true },
  'password-changed': { displayName: 'Ann', changedAt: when },
};

async function render(brand: MailBrand, name = 'notification', culture?: string): Promise<RenderedMail> {
  const renderer = await fixture.create({}, brand);
  return renderer.render(name, MAILS[name] ?? {}, culture === undefined ? {} : { culture });
}

describe('The footer of the brand', () => {
  it.each(Object.keys(MAILS))('stands at the end of both parts of %s', async name => {
    const { html = '', text } = await render({ footer: 'Contoso Ltd, London' }, name);
    expect(html.match(/Contoso Ltd, London/g)).toHaveLength(1);
    expect(text).toMatch(/\nContoso Ltd, London\n$/);
  });

  it.each(Object.keys(MAILS))('leaves no trace in %s where there is none', async name => {
    const [none, empty] = [await render({}, name), await render({ footer: '' }, name)];
    expect(empty).toEqual(none);
    expect(none.text).not.toMatch(/\n\n$/);
  });

  it('keeps its lines, and the blank ones between them', async () => {
    const { html, text } = await render({ footer: '\r\nContoso Ltd\r\n1 High Street\n\nLondon\n' });
    expect(html).toContain('Contoso Ltd<br>1 High Street<br><br>London</td>');
    expect(text).toMatch(/\nContoso Ltd\n1 High Street\n\nLondon\n$/);
  });

  it('is text: a script in it is printed and does not run', async () => {
    const { html, text } = await render({ footer: 'A & B <script>alert("x")</script>' });
    expect(html).toContain('A &amp; B &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
    expect(html).not.toMatch(/<script/i);
    expect(text).toContain('A & B <script>alert("x")</script>');
  });

  it('shows no control characters', async () => {
    const { html, text } = await render({ footer: 'a\u0000b\u001b[31mc\u2028d' });
    expect(html).toContain('a b [31mc<br>d</td>');
    expect(text).toContain('a b [31mc\nd\n');
  });

  it.each([
    ['fr', undefined, 'FR'],
    ['fr-CA', undefined, 'CA'],
    ['fr_ca', undefined, 'CA'],
    ['fr-BE', undefined, 'FR'],
    ['de', 'fr', 'FR'],
    ['de', 'it', 'EN'],
    ['en-GB', 'fr', 'EN'],
  ])('in a mail for %s (default culture %s) is that of %s', (culture, defaultCulture, expected) => {
    const brand = new ResolvedBrand({ footer: { FR: 'FR', fr_CA: 'CA', en: 'EN' } });
    expect(brand.in(culture.replace('_ca', '-CA'), defaultCulture).footer).toBe(expected);
  });

  it('in another language is better than none, but one that is left empty on purpose is none', () => {
    expect(new ResolvedBrand({ footer: { fr: 'FR' } }).in('de').footer).toBe('FR');
    expect(new ResolvedBrand({ footer: { de: '', fr: 'FR' } }).in('de')).toMatchObject({
      footer: '',
      footerLines: [],
    });
    expect(new ResolvedBrand({ footer: {} }).in('de').footer).toBe('');
  });

  it('speaks the language of the mail, not the one that was asked for', async () => {
    const footer = { en: 'In English', sv: 'På svenska', xx: 'Xx' };
    const { text, culture } = await render({ footer }, 'reset-password', 'xx');
    expect(culture).toBe('en');
    expect(text).toContain('In English');
    expect((await render({ footer }, 'notification', 'xx')).text).toContain('Xx');
  });

  it('is there for templates of the application', async () => {
    const directory = fixture.directory({
      't/subject.hbs': 's',
      't/text.hbs':
        '{{@brand.footer}}|{{#each @brand.footerLines}}{{this}};{{/each}}|{{@brand.supportUrl}}{{@brand.supportMailto}}',
    });
    const renderer = await fixture.create(
      { directories: [directory.path] },
      { footer: { en: 'a\nb', fr: 'c' } },
    );
    expect((await renderer.render('t', {})).text).toBe('a\nb|a;b;|');
    expect((await renderer.render('t', {}, { culture: 'fr' })).text).toBe('c|c;|');
  });

  it.each<[MailBrand['footer'], string]>([
    [{ francais: 'x' }, 'brand.footer.francais is for no culture; use a language tag such as fr or fr-CA'],
    [{ '../fr': 'x' }, 'brand.footer.../fr is for no culture; use a language tag such as fr or fr-CA'],
    [{ fr: 'x'.repeat(2001) }, 'brand.footer.fr must have at most 2,000 characters, and has 2,001'],
    ['x'.repeat(2001), 'brand.footer must have at most 2,000 characters, and has 2,001'],
  ])('that cannot be used stops the start: %#', async (footer, problem) => {
    await expect(fixture.create({}, { footer })).rejects.toThrow(new TypeError(problem));
  });
});

describe('The support of the brand', () => {
  it('stands in both parts of a notification, as links', async () => {
    const { html = '', text } = await render({
      supportUrl: 'https://support.contoso.com/help?a=1&b=2',
      supportAddress: 'help+mail@contoso.com',
    });
    expect(html).toMatch(/href="https:\/\/support\.contoso\.com\/help\?a(?:=|&#x3D;)1&amp;b(?:=|&#x3D;)2"/);
    expect(html).toContain('href="mailto:help%2Bmail@contoso.com"');
    expect(html).toContain('>help+mail@contoso.com</a>');
    expect(text).toContain(
      'Here you get help:\nhttps://support.contoso.com/help?a=1&b=2\nhelp+mail@contoso.com\n',
    );
  });

  it.each(Object.keys(MAILS))('stands once in each part of %s', async name => {
    const { html = '', text } = await render({ supportUrl: 'https://contoso.com/help' }, name);
    expect(html.match(/href="https:\/\/contoso\.com\/help"/g)).toHaveLength(1);
    expect(text.match(/https:\/\/contoso\.com\/help/g)).toHaveLength(1);
  });

  it('may be an address alone, in the language of the mail', async () => {
    const { html, text } = await render({ supportAddress: 'help@contoso.com' }, 'notification', 'fr');
    expect(text).toContain('Vous trouverez de l’aide ici\u00a0:\nhelp@contoso.com\n');
    expect(html).toContain('Vous trouverez de l’aide ici');
  });

  it('leaves no trace where there is none', async () => {
    const { html, text } = await render({});
    expect(`${html}${text}`).not.toMatch(/help:|mailto:/);
  });

  it('can stand in mails of the application', async () => {
    const directory = fixture.directory({
      't/subject.hbs': 's',
      't/html.hbs': '{{#> layouts/mail title="t"}}{{> support}}{{/layouts/mail}}',
    });
    const renderer = await fixture.create(
      { directories: [directory.path] },
      { supportUrl: 'https://contoso.com/help' },
    );
    expect((await renderer.render('t', {})).html).toContain('href="https://contoso.com/help"');
  });
});
