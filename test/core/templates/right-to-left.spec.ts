import { afterEach, describe, expect, it } from '@jest/globals';
import { directionOf } from '../../../lib/core/templates/culture.js';
import { joinLanguages } from '../../../lib/core/templates/rendering/join-languages.js';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const RIGHT_TO_LEFT = ['ar', 'he', 'fa', 'ur', 'yi', 'iw', 'ku-Arab', 'ar-EG', 'ckb', 'pa-Arab', 'ug', 'dv'];

async function html(source: string, culture: string): Promise<string> {
  return (await fixture.mail({ 't/html.hbs': source }, {}, { culture })).html ?? '';
}

describe('The direction of a culture', () => {
  it.each(RIGHT_TO_LEFT)('is from right to left for %s', culture => {
    expect(directionOf(culture)).toBe('rtl');
  });

  it.each(['en', 'fr-CA', 'ku', 'ar-Latn', 'az', 'zh-Hant', 'ks-Deva', 'no culture'])(
    'is from left to right for %s',
    culture => {
      expect(directionOf(culture)).toBe('ltr');
    },
  );

  it('is that of the script in which the file that was found is written', async () => {
    const files = { 't/html.ku.hbs': '<p>{{@culture}} {{@dir}}</p>' };
    expect((await fixture.mail(files, {}, { culture: 'ku-Arab' })).html).toBe('<p>ku ltr</p>');
    expect((await fixture.mail(files, {}, { culture: 'ku-TR' })).html).toBe('<p>ku-TR ltr</p>');
  });
});

describe('A mail in a language that is written from right to left', () => {
  it.each(['ar', 'he', 'fa', 'ur', 'yi', 'ku-Arab'])(
    'says so in the frame of the built-in mails: %s',
    async culture => {
      const files = {
        't/html.hbs': '{{#> layouts/mail title="x"}}<p>y</p>{{/layouts/mail}}',
      };
      const mail = await fixture.mail(files, {}, { culture });
      expect(mail.html?.match(new RegExp(`<html lang="${culture}" dir="rtl"`, 'g'))).toHaveLength(1);
      expect(mail.html?.match(new RegExp(`lang="${culture}" dir="rtl"`, 'g'))).toHaveLength(2);
    },
  );

  it('gives a layout of the application @culture and @dir', async () => {
    const files = {
      'layouts/page.html.hbs': '<html lang="{{@culture}}" dir="{{@dir}}">{{> @partial-block}}</html>',
      't/html.hbs': '{{#> layouts/page}}<p>{{@dir}}</p>{{/layouts/page}}',
    };
    const mail = await fixture.mail(files, {}, { culture: 'he' });
    expect(mail.html).toBe('<html lang="he" dir="rtl"><p>rtl</p></html>');
  });

  it.each([
    ['<html><body>x</body></html>', '<html dir="rtl"><body>x</body></html>'],
    ['<!DOCTYPE html>\n<HTML lang="ar">x</HTML>', '<!DOCTYPE html>\n<HTML dir="rtl" lang="ar">x</HTML>'],
    [
      '<!-- dir="ltr" --> <?xml version="1.0"?><html title="a > b">x',
      '<!-- dir="ltr" --> <?xml version="1.0"?><html dir="rtl" title="a > b">x',
    ],
    [
      '<!--[if mso]><html xmlns:o="o"><![endif]--><!--[if !mso]><!--><html class="x"><!--<![endif]-->',
      '<!--[if mso]><html xmlns:o="o"><![endif]--><!--[if !mso]><!--><html dir="rtl" class="x"><!--<![endif]-->',
    ],
    ['<p>x</p>', '<div lang="ar" dir="rtl"><p>x</p></div>'],
    ['x', '<div lang="ar" dir="rtl">x</div>'],
  ])('gets the direction that the template leaves out: %s', async (source, expected) => {
    expect(await html(source, 'ar')).toBe(expected);
  });

  it.each([
    '<html dir="ltr">x</html>',
    "<html lang=x dir='auto'>x</html>",
    '<html DIR=rtl>x</html>',
    '<div dir="ltr">x</div>',
    '<body>x</body>',
    '<head></head>x',
  ])('keeps what the template says, or where it cannot be said safely: %s', async source => {
    expect(await html(source, 'ar')).toBe(source);
  });

  it('leaves the others as they are', async () => {
    expect(await html('<html>x</html>', 'fr')).toBe('<html>x</html>');
    expect(await html('<p>x</p>', 'ku')).toBe('<p>x</p>');
  });

  it('stays an error when it is blank', async () => {
    await expect(html('  \n', 'ar')).rejects.toMatchObject({ code: 'EMAILTEMPLATEEMPTY' });
  });

  it('takes no time for a page that never ends its comment or tag', async () => {
    const unended = `<!--${'-'.repeat(500_000)}`;
    expect(await html(unended, 'ar')).toContain('dir="rtl"');
    expect(await html(`<html a="${'x'.repeat(500_000)}`, 'ar')).toHaveLength(500_009);
  });

  it('stands beside another language with a direction of its own', async () => {
    const renderer = await fixture.renderer({
      't/subject.hbs': 's',
      't/html.ar.hbs': '<html lang="ar"><body><p>سلام</p></body></html>',
      't/html.en.hbs': '<html lang="en"><body><p>Peace</p></body></html>',
      't/html.he.hbs': '<p>שלום</p>',
    });
    const mails = [];
    for (const culture of ['en', 'ar', 'he']) mails.push(await renderer.render('t', {}, { culture }));
    const joined = joinLanguages(mails).html ?? '';
    expect(joined).toContain('<html lang="en"><body><div lang="en" dir="ltr"><p>Peace</p></div>');
    expect(joined).toContain('<div lang="ar" dir="rtl"><p>سلام</p></div>');
    expect(joined).toMatch(/<div lang="he" dir="rtl">.*<p>שלום<\/p>/);
  });
});
