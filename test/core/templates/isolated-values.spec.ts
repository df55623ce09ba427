import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { RenderedMail } from '../../../lib/core/templates/template-renderer.js';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const ARABIC = join(import.meta.dirname, '../../support/languages');
const ISOLATES = /[\u2066-\u2069]/;
const RESET = {
  displayName: 'Ann (Vienna) <i>',
  login: 'ann.b!',
  resetUrl: 'https://acme.test/reset?token=t0k3n',
  expiresAt: '2030-01-31T18:30:00Z',
  applicationName: 'Acme & Co.',
  requestedBy: 'user',
  requestedFrom: '203.0.113.7, Firefox.',
};

async function render(template: string, context: object, culture: string): Promise<RenderedMail> {
  const renderer = await fixture.create({ directories: [ARABIC], timeZone: 'UTC' });
  const mail = await renderer.render(template, context, { culture });
  expect(fixture.lines).toEqual([]);
  return mail;
}

describe('Values in a mail that is written from right to left', () => {
  it('are set apart from the sentence in the html part', async () => {
    const { html = '' } = await render('reset-password', RESET, 'ar');
    for (const value of ['Ann (Vienna) &lt;i&gt;', 'ann.b!', 'Acme &amp; Co.', '203.0.113.7, Firefox.'])
      expect(html).toContain(`<span dir="auto">${value}</span>`);
    expect(html).not.toMatch(ISOLATES);
    expect(html).not.toMatch(/="[^"]*<span/);
  });

  it('are set apart in the text part, which stays what can be copied: a link and a password have no marks', async () => {
    const { text } = await render('reset-password', RESET, 'ar');
    for (const value of ['Ann (Vienna) <i>', 'ann.b!', 'Acme & Co.', '203.0.113.7, Firefox.'])
      expect(text).toContain(`\u2068${value}\u2069`);
    expect(text).toMatch(/^https:\/\/acme\.test\/reset\?token=t0k3n$/m);
    const secret = await render(
      'reset-password-one-way',
      { displayName: 'Ann', password: 'S3cr3t!x', mustChange: true },
      'ar',
    );
    expect(secret.text).toMatch(/^S3cr3t!x$/m);
  });

  it('leave subjects and titles without marks', async () => {
    const mail = await render('reset-password', RESET, 'ar');
    expect(mail.subject).toContain('Acme & Co.');
    expect(mail.subject).not.toMatch(ISOLATES);
    expect(/<title>[^<]*<\/title>/.exec(mail.html ?? '')?.[0]).not.toMatch(ISOLATES);
  });

  it('need nothing in a mail that is written from left to right', async () => {
    const mail = await render('reset-password', RESET, 'de');
    expect(mail.html).not.toContain('<span dir="auto">');
    expect(mail.text).not.toMatch(ISOLATES);
  });

  it('are errors of the language file when they are missing, at the same place as ever', async () => {
    const renderer = await fixture.renderer({
      'languages/he.json': '{ "common": {\n "greeting": "שלום {{displayName}} {{nobody}}" } }',
    });
    await expect(renderer.render('reset-password', RESET, { culture: 'he' })).rejects.toMatchObject({
      line: 2,
      missing: 'nobody',
    });
  });
});

it('The words of a notification find their own direction, in whatever language they are', async () => {
  const context = {
    title: 'تقرير 3',
    greeting: 'Hello Ann,',
    lines: ['שלום (3).', 'Done!'],
    table: { columns: ['Name'], rows: [['ניצן (1)', 2]] },
    footer: 'Why?',
  };
  for (const culture of ['ar', 'en']) {
    const { html } = await render('notification', context, culture);
    expect(html).toMatch(/<h1[^>]* dir="auto"[^>]*>تقرير 3<\/h1>/);
    for (const words of ['Hello Ann,', 'שלום (3).', 'Done!', 'Why?'])
      expect(html).toContain(`<span dir="auto">${words}</span>`);
    for (const words of ['Name', 'ניצן (1)', '2']) expect(html).toContain(`<span dir="auto">${words}</span>`);
    expect(html?.match(/<t[hd][^>]* dir="auto"/g)).toHaveLength(3);
  }
});
