import { afterEach, describe, expect, it } from '@jest/globals';
import { everythingOf, failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

describe('link', () => {
  it.each([
    'https://example.test/a?b=c&d=e#f',
    'http://127.0.0.1:3000/x',
    'https://[::1]/x',
    'mailto:ann@example.test',
    'mailto:ann@example.test?subject=Hi%20there',
  ])('writes %s as it is', async url => {
    expect(await fixture.text('{{link url}}', { url })).toBe(url);
  });

  it.each([
    ['HTTPS://EXAMPLE.TEST/', 'https://example.test/'],
    ['https://example.test', 'https://example.test/'],
    ['https://exämple.test/é', 'https://xn--exmple-cua.test/%C3%A9'],
    ['https://xn--exmple-cua.test/', 'https://xn--exmple-cua.test/'],
    ['http://example.test:80/a/../b', 'http://example.test/b'],
    ['https://0x7f.1/', 'https://127.0.0.1/'],
    ['https://example.test/?a="b"<c>', 'https://example.test/?a=%22b%22%3Cc%3E'],
    ['https://example.test/a%0Db', 'https://example.test/a%0Db'],
    ['MAILTO:Ann@example.test', 'mailto:Ann@example.test'],
  ])('writes %s in its normal form', async (url, written) => {
    expect(await fixture.text('{{link url}}', { url })).toBe(written);
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
    'https:///evil.test/4711',
    'https:////evil.test/4711',
    'https://?4711',
    'https://#4711',
    'https://good.test@evil.test/4711',
    'https://ann:4711@evil.test/',
    'https://@evil.test/4711',
    'https://:@evil.test/4711',
    'https://good.test\\@evil.test/4711',
    'https://good.test\\4711',
    'https:/\\evil.test/4711',
    'https:\\/evil.test/4711',
    'https://good.test%40evil.test/4711',
    'mailto:ann@example.test\\4711',
    'https://x.test/\u20664711',
    'https://x.test/\ufeff4711',
    'https://x.test/\u31644711',
    'https://x.test/\ufe0f4711',
    'https://x.test/\ud8004711',
    'https://ex\u200dample.test/4711',
    'wss://x.test/4711',
    'view-source:https://x.test/4711',
    'feed:https://x.test/4711',
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

  it.each([
    ['https://good.test@evil.test', 'a user before its host'],
    ['https://good.test\\@evil.test', 'a backslash'],
    ['https:///evil.test', 'no host'],
    ['https://x.test/a b', 'white space or invisible characters'],
    ['https://x.test:99999', 'not well-formed'],
  ])('says what is wrong with %s', async (url, words) => {
    expect((await failure(fixture.text('{{link url}}', { url }))).message).toContain(words);
  });

  it('refuses a URL object that names a user, no argument and too many', async () => {
    const url = new URL('https://ann:4711@x.test/');
    expect(everythingOf(await failure(fixture.text('{{link url}}', { url })))).not.toContain('4711');
    expect((await failure(fixture.text('{{link}}', {}))).message).toContain('link needs a URL: {{link url}}');
    expect((await failure(fixture.text('{{link url url}}', { url: 'https://x.test' }))).message).toContain(
      'it got 2 arguments',
    );
  });

  it('says which scheme it refuses, and which are safe', async () => {
    const { message } = await failure(fixture.text('{{link url}}', { url: 'JAVASCRIPT:x' }));
    expect(message).toContain('link refuses a javascript: URL; only https:, http: and mailto: URLs are safe');
  });
});
