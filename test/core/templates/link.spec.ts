import { afterEach, describe, expect, it } from '@jest/globals';
import { everythingOf, failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

describe('link', () => {
  it.each([
    'https://example.test/a?b=c&d=e#f',
    'http://127.0.0.1:3000/x',
    'HTTPS://EXAMPLE.TEST/',
    'https://[::1]/x',
    'https://exämple.test/é',
    'mailto:ann@example.test',
    'mailto:ann@example.test?subject=Hi%20there',
  ])('writes %s as it is', async url => {
    expect(await fixture.text('{{link url}}', { url })).toBe(url);
  });

  it('takes a URL object', async () => {
    expect(await fixture.text('{{link url}}', { url: new URL('https://x.test/a') })).toBe('https://x.test/a');
  });

  it.each([
    'javascript:alert(4711)',
    'JavaScript:alert(4711)',
    ' javascript:alert(4711)',
    '\tjavascript:alert(4711)',
    '\u0001javascript:alert(4711)',
    'java\nscript:alert(4711)',
    'java\tscript:alert(4711)',
    'java\0script:alert(4711)',
    'java\u00adscript:alert(4711)',
    'javascript&colon;alert(4711)',
    'javascript://https://x.test/4711',
    'data:text/html,4711',
    'vbscript:msgbox(4711)',
    'file:///etc/4711',
    'ftp://x.test/4711',
    'blob:https://x.test/4711',
    'tel:4711',
    'about:blank#4711',
    'secret-4711:x',
    '/relative/4711',
    'relative/4711',
    './4711',
    '?4711',
    '#4711',
    '//x.test/4711',
    '\\\\x.test\\4711',
    'www.x.test/4711',
    'x.test:4711/',
    'https:x.test/4711',
    'https:/x.test/4711',
    'https:\\\\x.test\\4711',
    'https://',
    'https:///',
    'http://x.test/ 4711',
    ' https://x.test/4711',
    'https://x.test/4711 ',
    'https://x.test/4711\n',
    'https://x.test/\r\nBcc:4711',
    'https://x.te\tst/4711',
    'https://x.test/\u202e4711',
    'https://x.test/\u200b4711',
    'https://x.test:99999/4711',
    '',
    ' ',
  ])('refuses %j without repeating it', async url => {
    const files = { 't/html.hbs': '\n<a href="{{link url}}">x</a>' };
    const error = await failure(fixture.mail(files, { url }));
    expect(error).toMatchObject({
      code: 'EMAILTEMPLATEHELPER',
      template: 't',
      part: 'html',
      culture: 'en',
      line: 2,
    });
    expect(error.message).toContain('link refuses');
    expect(everythingOf(error)).not.toContain('4711');
    if (url.trim() !== '') expect(everythingOf(error)).not.toContain(url);
  });

  it.each([[undefined], [null], [7], [true], [{ href: 'https://x.test/4711' }], [['https://x.test/4711']]])(
    'refuses %p',
    async url => {
      const error = await failure(fixture.text('{{link url}}', { url }));
      expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', line: 1 });
      expect(everythingOf(error)).not.toContain('4711');
    },
  );

  it('says which scheme it refuses, and which are safe', async () => {
    const { message } = await failure(fixture.text('{{link url}}', { url: 'JAVASCRIPT:x' }));
    expect(message).toContain('link refuses a javascript: URL; only https:, http: and mailto: URLs are safe');
  });
});
