import { afterEach, describe, expect, it } from '@jest/globals';
import type { MailBrand } from '../../../lib/core/templates/mail-brand.js';
import { resolveBrand } from '../../../lib/core/templates/mail-brand.js';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

describe('A brand', () => {
  it('is neutral unless the app says otherwise', () => {
    expect(resolveBrand()).toEqual({
      applicationName: '',
      applicationUri: '',
      logoUrl: '',
      logoWidth: 140,
      colors: {
        primary: '#1f5fbf',
        onPrimary: '#ffffff',
        background: '#f3f4f6',
        surface: '#ffffff',
        text: '#1f2937',
        muted: '#6b7280',
      },
    });
    expect(resolveBrand({})).toEqual(resolveBrand());
  });

  it('keeps the defaults of the colours that it does not name', () => {
    const { colors } = resolveBrand({ colors: { primary: '#ABCDEF' } });
    expect(colors).toEqual({ ...resolveBrand().colors, primary: '#ABCDEF' });
  });

  it('takes undefined for what is not said', () => {
    const brand: MailBrand = {
      applicationName: undefined,
      logoUrl: undefined,
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
  ])('refuses the address %j for logo and application', url => {
    expect(() => resolveBrand({ logoUrl: url })).toThrow(/brand\.logoUrl/);
    expect(() => resolveBrand({ applicationUri: url })).toThrow(/brand\.applicationUri/);
  });

  it.each([0, -1, Number.NaN, Infinity])('refuses the logo width %d', logoWidth => {
    expect(() => resolveBrand({ logoWidth })).toThrow(/brand\.logoWidth/);
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
