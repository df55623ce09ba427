import { afterEach, describe, expect, it } from '@jest/globals';
import type { RenderedMail } from '../../../lib/core/templates/template-renderer.js';
import { TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());

const when = new Date('2030-01-31T18:30:00Z');
const FULL = {
  title: 'A title',
  greeting: 'Hello Ann,',
  lines: ['One line'],
  table: {
    columns: ['Name', 'Count', 'Note'],
    rows: [
      ['Alpha', 0, 'first'],
      ['Beta', 42, 'second'],
      ['Gamma', 7, 'third'],
    ],
  },
  action: { label: 'Open', url: 'https://contoso.com/a' },
  footer: 'Small print',
  severity: 'warning',
};
const MAILS: Readonly<Record<string, object>> = {
  notification: FULL,
  'reset-password': { displayName: 'Ann', resetUrl: 'https://contoso.com/r', expiresAt: when },
  'reset-password-one-way': { displayName: 'Ann', password: 'not-a-real-one', mustChange: true },
  'password-changed': { displayName: 'Ann', changedAt: when },
};
const NAMES = Object.keys(MAILS);

async function html(name: string, culture = 'en', context: object = MAILS[name] ?? {}): Promise<string> {
  return (await mailOf(name, culture, context)).html ?? '';
}
async function mailOf(name: string, culture: string, context: object): Promise<RenderedMail> {
  const renderer = await fixture.create({}, { footer: 'Contoso Ltd', applicationName: 'Contoso' });
  return renderer.render(name, context, { culture });
}
const stylesOf = (page: string, tag: string): string[] =>
  [...page.matchAll(new RegExp(`<${tag}\\b[^>]* style="([^"]*)"`, 'g'))].map(([, style = '']) => style);

describe('The frame of the built-in mails', () => {
  it.each(NAMES)('hides what only lists of mails show, and no text by its colour or size: %s', async name => {
    const page = await html(name);
    const [preheader = ''] = page.match(/<div class="m-preheader"[^>]*>/) ?? [];
    expect(preheader).toContain('display:none');
    expect(preheader).not.toMatch(/(?:^|[;"\s])color:|font-size/);
    expect(page).not.toMatch(/font-size:\s*[01](?:px|pt)?\s*[;"]/);
  });

  it('hides few texts, however long a table is: filters count them', async () => {
    const rows = Array.from({ length: 50 }, (_, row) => [row, row, row]);
    const page = await html('notification', 'en', { ...FULL, table: { ...FULL.table, rows } });
    expect(page.match(/style="[^"]*display:none/g)).toHaveLength(2);
  });

  it('shows a table as a list on a phone, with the columns as labels', async () => {
    const page = await html('notification');
    expect(page).toMatch(/\.m-data \{ display: none !important; \}\s+\.m-list \{ display: block !important;/);
    expect(page).toContain(
      '<b><span dir="auto">Name</span>:</b> <span dir="auto">Alpha</span><br><b><span dir="auto">Count</span>:</b> <span dir="auto">0</span><br><b><span dir="auto">Note</span>:</b> <span dir="auto">first</span></p>',
    );
    expect(page).toMatch(/<!--\[if !mso\]><!--><div class="m-list"[^>]*>[^]*<\/div><!--<!\[endif\]-->/);
  });

  it('shows a table of one cell, and one whose columns look like their rows', async () => {
    for (const table of [
      { columns: ['A'], rows: [['x']] },
      { columns: ['x'], rows: [['x'], ['x']] },
    ]) {
      const { html: page = '', text } = await mailOf('notification', 'en', { title: 't', lines: [], table });
      expect(page).toContain('>x</td>');
      expect(text).toContain(`${table.columns[0]}: x\n`);
    }
  });

  it('breaks long words in every cell that holds words', async () => {
    const page = await html('notification');
    const cells = [...stylesOf(page, 'td'), ...stylesOf(page, 'th')].filter(style =>
      /font-size|border-bottom/.test(style),
    );
    expect(cells.length).toBeGreaterThan(10);
    const unbroken = cells.filter(style => !/overflow-wrap:anywhere;word-break:break-word/.test(style));
    // The small print stands within the card, and takes this from it.
    expect(unbroken).toEqual(unbroken.filter(style => style.includes('border-top:1px')));
  });

  it('has a bare link below the button', async () => {
    for (const name of ['notification', 'reset-password']) {
      const page = await html(name);
      expect(page).toMatch(
        /^<p class="m-muted"[^>]*>If the button.*>https:\/\/contoso\.com\/[ar]<\/a><\/p>$/m,
      );
    }
  });

  it('has a long bare link, which Outlook on Windows does not get: it cannot break it', async () => {
    const url = `https://contoso.com/${'a'.repeat(60)}`;
    const long = { resetUrl: url, action: { label: 'Go', url } };
    for (const name of ['notification', 'reset-password']) {
      const page = (await mailOf(name, 'en', { ...MAILS[name], ...long })).html ?? '';
      const [hidden = '', ...others] =
        page.match(/<!--\[if !mso\]><!--><p class="m-muted"[^]*?<!--<!\[endif\]-->/g) ?? [];
      expect(others).toEqual([]);
      expect(hidden).toContain('copy this address into your browser');
      expect(hidden).toMatch(/>https:\/\/contoso\.com\/a+<\/a><\/p><!--<!\[endif\]-->$/);
      expect(page.indexOf('class="m-button"')).toBeLessThan(page.indexOf(hidden));
    }
  });

  it('says in each part once who sends the mail', async () => {
    const { html: page = '', text } = await mailOf('notification', 'en', FULL);
    expect(page.match(/Contoso Ltd/g)).toHaveLength(1);
    expect(text).toMatch(/\n\nContoso\n\nContoso Ltd\n$/);
  });

  it('has a style for print, and the dark one for Outlook.com too', async () => {
    const page = await html('notification');
    const dark = /@media \(prefers-color-scheme: dark\) \{([^]*?)\n\}/.exec(page)?.[1] ?? '';
    const classes = [...dark.matchAll(/\.m-[a-z]+/g)].map(([name]) => name);
    expect(classes.length).toBeGreaterThan(8);
    for (const name of classes)
      expect(page).toMatch(new RegExp(`\\[data-ogs[bc]\\] (?:[^{\\n]*)\\${name}\\b`));
    expect(page).toContain('@media print');
    expect(page).toContain('content: " <" attr(href) ">"');
  });
});

describe('The frame of the built-in mails in a language that is written from right to left', () => {
  it.each(['ar', 'he'])('is aligned to the right, in words that every client knows: %s', async culture => {
    const page = await html('notification', culture);
    expect(page).not.toMatch(/text-align:\s*(?:start|end|left)/);
    expect(page.match(/text-align:right/g)?.length).toBeGreaterThanOrEqual(5);
  });

  it('is aligned to the left otherwise', async () => {
    const page = await html('notification', 'fr');
    expect(page).not.toMatch(/text-align:\s*(?:start|end|right)/);
  });

  it('mirrors the space between the columns of a table', async () => {
    const cells = (page: string): string[] => [...stylesOf(page, 'td'), ...stylesOf(page, 'th')];
    const [left, right] = [cells(await html('notification', 'en')), cells(await html('notification', 'ar'))];
    expect(left.filter(style => style.startsWith('padding:8px 12px 8px 0;'))).toHaveLength(12);
    expect(right.filter(style => style.startsWith('padding:8px 0 8px 12px;'))).toHaveLength(12);
    expect(right.filter(style => style.startsWith('padding:8px 12px 8px 0;'))).toEqual([]);
  });

  it('says the direction on the tables too, which Outlook on Windows asks', async () => {
    const page = await html('notification', 'ar');
    expect(page.match(/<table role="presentation"[^>]* dir="rtl"/g)?.length).toBeGreaterThanOrEqual(3);
    expect(page).not.toMatch(/<table [^>]*dir="ltr"/);
  });
});

describe('A notification, whose words are the caller’s,', () => {
  it.each([
    ['ar', 'rtl'],
    ['he-IL', 'rtl'],
    ['ja-JP', 'ltr'],
    ['uk', 'ltr'],
  ])('is in the language that was asked for: %s', async (culture, dir) => {
    const mail = await mailOf('notification', culture, FULL);
    expect(mail.culture).toBe(culture);
    expect(mail.html).toContain(`<html lang="${culture}" dir="${dir}"`);
    // The fixed words are those of the default culture.
    expect(mail.html).toContain('Warning');
  });

  it('is in the default culture when none was asked for', async () => {
    const renderer = await fixture.create({ defaultCulture: 'de' });
    const mail = await renderer.render('notification', FULL);
    expect(mail).toMatchObject({ culture: 'de', html: expect.stringContaining('<html lang="de" dir="ltr"') });
  });

  it('is in the language of its file where the application has written that', async () => {
    const directory = fixture.directory({
      'notification/html.en.hbs': '<p lang="{{@culture}}">{{title}}</p>',
    });
    const renderer = await fixture.create({ directories: [directory.path] });
    const mail = await renderer.render('notification', FULL, { culture: 'ar' });
    expect(mail).toMatchObject({ culture: 'en', html: '<p lang="en">A title</p>' });
  });

  it('does not make the other mails speak what they cannot', async () => {
    const mail = await mailOf('password-changed', 'ar', MAILS['password-changed'] ?? {});
    expect(mail).toMatchObject({ culture: 'en', html: expect.stringContaining('<html lang="en" dir="ltr"') });
  });
});
