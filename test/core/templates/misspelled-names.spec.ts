import { afterEach, describe, expect, it } from '@jest/globals';
import { failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const NAMES = ['welcome', 'provisioning/review-pending', 'provisioning/done', 'v1.2'];
const FILES = Object.fromEntries(
  NAMES.flatMap(name => [
    [`${name}/subject.hbs`, 's'],
    [`${name}/text.hbs`, 't'],
  ]),
);

describe('A wrong template name gets the nearest known one:', () => {
  it.each([
    ['welcom', 'welcome'],
    ['Welcome', 'welcome'],
    ['WELCOME', 'welcome'],
    ['wellcome', 'welcome'],
    ['welcome.hbs', 'welcome'],
    ['welcome/html', 'welcome'],
    ['welcome/html.en', 'welcome'],
    ['welcome/text.fr.hbs', 'welcome'],
    ['welcome-mail', 'welcome'],
    ['/welcome', 'welcome'],
    ['welcome/', 'welcome'],
    ['./welcome', 'welcome'],
    ['review-pending', 'provisioning/review-pending'],
    ['reviewpending', 'provisioning/review-pending'],
    ['provisioning/reviews-pending', 'provisioning/review-pending'],
    ['Provisioning/Review-Pending', 'provisioning/review-pending'],
    ['provisioning\\review-pending', 'provisioning/review-pending'],
    ['other/done', 'provisioning/done'],
    ['reset-pasword', 'reset-password'],
    ['resetPassword', 'reset-password'],
    ['notifications', 'notification'],
    ['V1.2', 'v1.2'],
  ])('%s is %s', async (written, meant) => {
    const renderer = await fixture.renderer(FILES);
    const error = await failure(renderer.render(written, {}));
    expect(error.code).toMatch(/^EMAILTEMPLATE(?:NOTFOUND|NAME)$/);
    expect(error.message).toContain(`did you mean "${meant}"?`);
  });

  it.each(['invoice-overdue-2', 'x'.repeat(201), 'q', '🙂'])('%s is like none', async written => {
    const renderer = await fixture.renderer(FILES);
    expect((await failure(renderer.render(written, {}))).message).not.toContain('did you mean');
  });

  it('one that exists in other languages alone is said to', async () => {
    const renderer = await fixture.renderer({ 't/subject.de.hbs': 's', 't/text.de.hbs': 't' });
    const error = await failure(renderer.render('t', {}, { culture: 'fr' }));
    expect(error.code).toBe('EMAILTEMPLATENOTFOUND');
    expect(error.message).toContain('There is no template "t" for fr, only for other languages.');
  });
});
