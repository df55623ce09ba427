import { afterEach, describe, expect, it } from '@jest/globals';
import { MailTemplateError } from '../../../../lib/core/errors/mail-template-error.js';
import { failure, TemplateFixture } from '../template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const CSS = '<style>p { color: red }</style>';
const attributes = (count: number): string =>
  Array.from({ length: count }, (_, index) => `data-x${index}="1"`).join(' ');

describe('A page whose style sheets are inlined', () => {
  it.each([
    ['with 100,000 attributes in a tag', `${CSS}<p ${attributes(100_000)}>x</p>`, 'has 100000 attributes'],
    ['with a tag of 100,000 attributes that never ends', `${CSS}<p ${attributes(100_000)}`, 'attributes'],
    ['of 100,000 nested elements', `${CSS}${'<div>'.repeat(100_000)}x`, 'nested too deeply'],
    ['of 200,000 style sheets that never begin', `<p>x</p>${'<style '.repeat(200_000)}`, 'nested too deeply'],
    ['of 20,000 nested tables', `${CSS}${'<table><tr><td>'.repeat(20_000)}x`, 'nested too deeply'],
  ])('%s is refused before the inliner sees it', async (_why, page, words) => {
    const files = { 't/html.hbs': '{{{page}}}', 't/text.hbs': 'x' };
    const error = await failure(fixture.mail(files, { page }, { inlineCss: true }));
    expect(error).toBeInstanceOf(MailTemplateError);
    expect(error).toMatchObject({ code: 'EMAILTEMPLATEINLINE', part: 'html' });
    expect(error.message).toContain(words);
  });

  it('may have 1,000 attributes in a tag and 400 nested elements', async () => {
    const page = `${CSS}${'<div>'.repeat(400)}<p ${attributes(1000)}>x</p>${'</div>'.repeat(400)}`;
    const { html } = await fixture.mail({ 't/html.hbs': page, 't/text.hbs': 'x' }, {}, { inlineCss: true });
    expect(html).toContain('style="color: red;"');
  });
});

describe('A page of which a text part is made', () => {
  it.each([
    ['of 200,000 nested elements', '<div>'.repeat(200_000)],
    ['of 1,500 nested lists', '<ul><li>'.repeat(1500)],
    ['of five million characters', 'word '.repeat(1_000_000)],
  ])('%s is refused', async (_why, page) => {
    const error = await failure(fixture.mail({ 't/html.hbs': '<p>{{{page}}}x</p>' }, { page }));
    expect(error).toBeInstanceOf(MailTemplateError);
    expect(error).toMatchObject({ code: 'EMAILTEMPLATETEXT', part: 'text', template: 't' });
  });

  it('may leave out the ends of 20,000 paragraphs', async () => {
    expect((await fixture.mail({ 't/html.hbs': '<p>x'.repeat(20_000) }, {})).text).toContain('x');
  });
});
