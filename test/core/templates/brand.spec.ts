import { afterEach, describe, expect, it } from '@jest/globals';
import type { MailBrand, ResolvedMailBrand } from '../../../lib/core/templates/mail-brand.js';
import { ResolvedBrand } from '../../../lib/core/templates/mail-brand.js';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

function resolveBrand(brand?: MailBrand): ResolvedMailBrand {
  return new ResolvedBrand(brand).in();
}

describe('A brand', () => {
  it('is neutral unless the app says otherwise', () => {
    expect(resolveBrand()).toEqual({
      applicationName: '',
      applicationUri: '',
      logo: '',
      logoUrl: '',
      logoWidth: 140,
      footer: '',
      footerLines: [],
      supportUrl: '',
      supportAddress: '',
      supportMailto: '',
      colors: {
        primary: '#1f5fbf',
        onPrimary: '#ffffff',
        link: '#1f5fbf',
        background: '#f3f4f6',
        surface: '#ffffff',
        text: '#1f2937',
        muted: '#646b79',
      },
    });
    expect(resolveBrand({})).toEqual(resolveBrand());
  });

  it('keeps the defaults of the colours that it does not name', () => {
    const { colors } = resolveBrand({ colors: { primary: '#00468B' } });
    expect(colors).toEqual({ ...resolveBrand().colors, primary: '#00468B', link: '#00468B' });
  });

  it('takes undefined for what is not said', () => {
    const brand: MailBrand = {
      applicationName: undefined,
      logo: undefined,
      logoUrl: undefined,
      footer: undefined,
      supportUrl: undefined,
      supportAddress: undefined,
      colors: { primary: undefined },
    };
    expect(resolveBrand(brand)).toEqual(resolveBrand());
  });

  it.each(['red', '#fff', '#12345g', '#1234567', '', '#ffffff;background:url(//x)', ' #ffffff', '#ffffff\n'])(
    'refuses the colour %j',
    primary => {
      expect(() => resolveBrand({ colors: { primary } })).toThrow(
        new TypeError('brand.colors.primary must be a colour such as #1f5fbf'),
      );
    },
  );

  it.each([
    'javascript:alert(1)',
    'data:image/png;base64,x',
    '/logo.png',
    '//x.test/logo.png',
    'logo.png',
    'mailto:a@x.test',
    'https://x.test/ a',
  ])('refuses the address %j for logo, application and support', url => {
    expect(() => resolveBrand({ logoUrl: url })).toThrow(/brand\.logoUrl/);
    expect(() => resolveBrand({ applicationUri: url })).toThrow(/brand\.applicationUri/);
    expect(() => resolveBrand({ supportUrl: url })).toThrow(/brand\.supportUrl/);
  });

  it.each([0, -1, Number.NaN, Infinity])('refuses the logo width %d', logoWidth => {
    expect(() => resolveBrand({ logoWidth })).toThrow(/brand\.logoWidth/);
  });

  it.each([
    ['help', 'brand.supportAddress must be one mail address such as help@example.com; it has no "@"'],
    ['a@x.test, b@x.test', /^brand\.supportAddress must be one mail address such as help@example\.com/],
    [
      'Help <help@x.test>',
      'brand.supportAddress must be one mail address such as help@example.com, without a name',
    ],
    ['a@x.test\r\nBcc: b@x.test', /^brand\.supportAddress must be one mail address/],
    ['mailto:a@x', /^brand\.supportAddress must be one mail address/],
  ])('refuses the support address %j', (supportAddress, problem) => {
    expect(() => resolveBrand({ supportAddress })).toThrow(problem);
  });

  it('writes the support address as a link that no character of it breaks', () => {
    const { supportAddress, supportMailto } = resolveBrand({ supportAddress: 'a&b?c%d=e@x.test' });
    expect(supportAddress).toBe('a&b?c%d=e@x.test');
    expect(supportMailto).toBe('mailto:a%26b%3Fc%25d%3De@x.test');
  });

  it('that is wrong stops the start', async () => {
    await expect(fixture.create({}, { colors: { text: 'black' } })).rejects.toThrow(/brand\.colors\.text/);
  });

  it('is @brand in the templates of the app, in every part, partial and block', async () => {
    const directory = fixture.directory({
      't/subject.hbs': '{{@brand.applicationName}}',
      't/text.hbs': '{{#each list}}{{@brand.colors.primary}}{{> p}}{{/each}}{{@culture}}{{@dir}}',
      'partials/p.text.hbs': '{{@brand.logoWidth}}',
    });
    const renderer = await fixture.create({ directories: [directory.path] }, { applicationName: 'Acme' });
    expect(await renderer.render('t', { list: [1] }, { culture: 'ar' })).toMatchObject({
      subject: 'Acme',
      text: '#1f5fbf140arrtl',
    });
  });
});
