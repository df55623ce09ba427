import { afterEach, describe, expect, it } from '@jest/globals';
import { createCheckedRenderer } from '../../../lib/core/templates/rendering/create-checked-renderer.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const silent = { log: () => {}, warn: () => {}, error: () => {} };
const folder = temporaryDirectory();
afterEach(() => folder.remove());
const reset = { displayName: 'Ann', resetUrl: 'https://contoso.com/r', expiresAt: new Date() };

describe('The name in the brand', () => {
  it('stands in the subjects of the built-in mails, unless the context gives another', async () => {
    const renderer = await createCheckedRenderer({}, { applicationName: 'Contoso Identity' }, silent);
    expect((await renderer.render('reset-password', reset)).subject).toContain('Contoso Identity');
    const other = await renderer.render('reset-password', { ...reset, applicationName: 'Fabrikam' });
    expect(other.subject).toContain('Fabrikam');
    expect(other.subject).not.toContain('Contoso');
  });
});

describe('A built-in mail in an application whose default culture has none', () => {
  it('is English', async () => {
    const renderer = await createCheckedRenderer({ defaultCulture: 'fi' }, undefined, silent);
    expect(
      await renderer.render('password-changed', { displayName: 'Ann', changedAt: new Date() }),
    ).toMatchObject({
      culture: 'en',
      html: expect.stringContaining('lang="en"'),
    });
  });
});

describe('The text part made from the HTML of the built-in layout', () => {
  it('has none of what only inbox previews and phones show', async () => {
    folder.write('own/subject.hbs', 's');
    folder.write(
      'own/html.hbs',
      '{{#> layouts/mail title="Title" preheader="Preview words"}}<p>Body</p>{{/layouts/mail}}',
    );
    const renderer = await createCheckedRenderer({ directories: [folder.path] }, undefined, silent);
    const { text, html } = await renderer.render('own', {});
    expect(html).toContain('Preview words');
    expect(text).toContain('Body');
    expect(text).not.toContain('Preview words');
    expect(text).not.toMatch(/[\u034f\u200c]/);
  });
});
