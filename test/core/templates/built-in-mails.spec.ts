import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import type { MailBrand } from '../../../lib/core/templates/mail-brand.js';
import { joinLanguages } from '../../../lib/core/templates/rendering/join-languages.js';
import type { RenderedMail } from '../../../lib/core/templates/template-renderer.js';
import { everythingOf, failure, TemplateFixture } from './template-fixture.js';

const fixture = new TemplateFixture();
afterEach(() => fixture.clean());
/** Has one renderer for all mails without a brand: templates are compiled for the first mail that uses them. */
const ofAll = new TemplateFixture();
afterAll(() => ofAll.clean());
const unbranded = ofAll.create({ timeZone: 'UTC' });

const when = new Date('2026-11-23T14:05:00Z');
const app = { applicationName: 'Acme & Co', applicationUri: 'https://acme.test/?a=1&b=2' };
const minimal: Readonly<Record<string, object>> = {
  notification: { title: 'A title', lines: ['One line'] },
  'reset-password': { displayName: 'Ann', resetUrl: 'https://acme.test/reset?token=t0k3n', expiresAt: when },
  'reset-password-one-way': { displayName: 'Ann', password: 'p<&>"w', mustChange: true },
  'password-changed': { displayName: 'Ann', changedAt: when },
  'verify-address': { displayName: 'Ann', verifyUrl: 'https://acme.test/verify?code=1' },
  invitation: { acceptUrl: 'https://acme.test/join?code=1', expiresAt: when },
  'account-locked': { displayName: 'Ann', lockedAt: when },
  'credential-changed': {
    displayName: 'Ann',
    credential: 'second-factor',
    change: 'added',
    changedAt: when,
  },
  'password-reset-by-administrator': { displayName: 'Ann' },
};
const full: Readonly<Record<string, object>> = {
  notification: {
    title: 'A <b>title</b> & more',
    greeting: 'Hello Ann,',
    lines: ['One line', 'Another <script>alert(1)</script> line', '.a line with a dot in front'],
    table: {
      columns: ['Name', 'Count'],
      rows: [
        ['Alpha <1>', 0],
        ['Beta', 42],
      ],
    },
    action: { label: 'Open & see', url: 'https://acme.test/x?a=1&b=2' },
    footer: 'Small print',
    severity: 'warning',
  },
  'reset-password': {
    ...minimal['reset-password'],
    ...app,
    login: 'ann<1>',
    requestedBy: 'administrator',
    requestedFrom: '<Paris>',
    requestedAt: when,
  },
  'reset-password-one-way': {
    ...minimal['reset-password-one-way'],
    ...app,
    login: 'ann<1>',
    mustChange: false,
  },
  'password-changed': { ...minimal['password-changed'], ...app, login: 'ann<1>', requestedFrom: '<Paris>' },
  'verify-address': { ...minimal['verify-address'], ...app, expiresAt: when, address: 'ann@acme.test' },
  invitation: {
    ...minimal['invitation'],
    ...app,
    displayName: 'Ann',
    invitedBy: 'Bob & <Sons>',
    message: 'Hello <Ann>,\njoin us.',
  },
  'account-locked': {
    ...minimal['account-locked'],
    ...app,
    login: 'ann<1>',
    unlockAt: when.toISOString(),
    reason: '5 <wrong> passwords',
    requestedFrom: '<Paris>',
    unlockUrl: 'https://acme.test/unlock?code=1',
  },
  'credential-changed': {
    ...minimal['credential-changed'],
    ...app,
    login: 'ann<1>',
    requestedFrom: '<Paris>',
    detail: '<YubiKey>',
  },
  'password-reset-by-administrator': {
    ...minimal['password-reset-by-administrator'],
    ...app,
    login: 'ann<1>',
    requestedBy: 'Bob & <Sons>',
    resetUrl: 'https://acme.test/reset?token=t0k3n',
    expiresAt: when,
  },
};
const names = Object.keys(minimal);
const cultures = ['en', 'fr', 'fr-CA'];
const cases = names.flatMap(name =>
  cultures.flatMap(culture => [
    { name, culture, kind: 'minimal', context: minimal[name] ?? {} },
    { name, culture, kind: 'full', context: full[name] ?? {} },
  ]),
);

async function render(
  name: string,
  context: object,
  culture = 'en',
  brand?: MailBrand,
): Promise<RenderedMail & { html: string }> {
  const renderer = await (brand ? fixture.create({ timeZone: 'UTC' }, brand) : unbranded);
  const mail = await renderer.render(name, context, { culture });
  return { html: '', ...mail };
}

const hrefs = (html: string): string[] =>
  [...html.matchAll(/href\s*=\s*"([^"]*)"/gi)].map(match => match[1] ?? '');

describe('Every built-in mail', () => {
  it.each(cases)('$name renders with its $kind context in $culture', async ({ name, context, culture }) => {
    const mail = await render(name, context, culture);
    expect(mail.culture).toBe(culture.slice(0, 2));
    expect(mail.subject).not.toBe('');
    expect(mail.html).toMatch(/^\s*<!doctype html>[^]*<\/html>\s*$/i);
    expect(mail.text.trim()).not.toBe('');
    for (const part of [mail.subject, mail.html, mail.text])
      expect(part).not.toMatch(/undefined|\[object|NaN|Invalid Date|\{\{|\}\}/);
  });

  it.each(cases)(
    '$name ($kind, $culture) says its language and direction',
    async ({ name, context, culture }) => {
      const { html } = await render(name, context, culture);
      expect(html).toMatch(new RegExp(`<html[^>]* lang="${culture}"[^>]* dir="ltr"`));
    },
  );

  it.each(cases)('$name ($kind, $culture) is safe and small', async ({ name, context, culture }) => {
    const { html } = await render(name, context, culture);
    expect(html).not.toMatch(/<(?:script|iframe|object|embed|form|input|link|base|img|svg|video)\b/i);
    expect(html).not.toMatch(/\son\w+\s*=|@import|url\(|javascript:/i);
    expect(html).not.toMatch(/\ssrc\s*=/i);
    expect(Buffer.byteLength(html)).toBeLessThan(20_000);
    for (const href of hrefs(html)) expect(href).toMatch(/^https:\/\/acme\.test\//);
  });

  it.each(cases)(
    '$name ($kind, $culture) has a text part for every reader',
    async ({ name, context, culture }) => {
      const { text } = await render(name, context, culture);
      expect(text).not.toMatch(/<\/?(?:p|table|td|div|strong|span)\b|&(?:amp|lt|gt|quot|nbsp|#)/);
      expect(text).not.toMatch(/\r|\n{4,}|[ \t]+$/);
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(998);
    },
  );

  it.each(cases.filter(({ kind }) => kind === 'minimal'))(
    '$name ($culture) has no line that begins with a dot',
    async ({ name, context, culture }) => {
      const { text, html } = await render(name, context, culture);
      expect(`${text}\n${html}`).not.toMatch(/^\./m);
    },
  );

  it.each(names)('%s differs between French and English', async name => {
    const context = { ...minimal[name], displayName: 'Ann' };
    const [english, french] = [
      await render(name, full[name] ?? {}, 'en'),
      await render(name, full[name] ?? {}, 'fr'),
    ];
    expect(french.html).not.toBe(english.html);
    if (name === 'notification') return;
    expect(french.subject).not.toBe(english.subject);
    expect((await render(name, context, 'fr')).text).toContain('Bonjour Ann');
    expect((await render(name, context, 'en')).text).toContain('Hello Ann');
  });

  it.each(names)('%s escapes its context in html and not in text', async name => {
    const { html, text } = await render(name, {
      ...full[name],
      displayName: '<i>Ann</i>',
      title: '<i>Ann</i>',
    });
    expect(html).not.toContain('<i>');
    expect(html).toContain('&lt;i&gt;Ann&lt;/i&gt;');
    expect(text).toContain('<i>Ann</i>');
  });

  it.each(names)('%s shows the name, colours and logo of the brand', async name => {
    const brand: MailBrand = {
      applicationName: 'Contoso & Sons',
      applicationUri: 'https://contoso.test/',
      logoUrl: 'https://contoso.test/logo.png?a=1&b=2',
      logoWidth: 123,
      colors: { primary: '#aa0011', background: '#bb0022', surface: '#cc0033', text: '#dd0044' },
    };
    const { html, text } = await render(name, minimal[name] ?? {}, 'en', brand);
    const [image = '', ...others] = html.match(/<img[^>]*>/g) ?? [];
    expect(others).toEqual([]);
    expect(image).toContain('src="https://contoso.test/logo.png?a=1&amp;b=2"');
    expect(image).toContain('alt="Contoso &amp; Sons"');
    expect(image).toContain('width="123"');
    expect(html.match(/(?:src|background)\s*=\s*"https?:/g)).toHaveLength(1);
    for (const color of ['#aa0011', '#bb0022', '#cc0033', '#dd0044']) expect(html).toContain(color);
    expect(hrefs(html)).toContain('https://contoso.test/');
    expect(text).toContain('Contoso & Sons');
    expect(Buffer.byteLength(html)).toBeLessThan(20_000);
  });

  it.each(names)('%s shows the name of the brand where there is no logo', async name => {
    const { html } = await render(name, minimal[name] ?? {}, 'en', { applicationName: 'Contoso & Sons' });
    expect(html).toContain('Contoso &amp; Sons');
    expect(html).not.toContain('<img');
  });

  it.each([
    ['notification', { action: { label: 'x', url: 'javascript:S3cr3t' } }],
    ['notification', { action: { label: 'x', url: '/relative/S3cr3t' } }],
    ['reset-password', { resetUrl: 'javascript:S3cr3t' }],
    ['reset-password', { applicationUri: 'javascript:S3cr3t' }],
    ['reset-password-one-way', { applicationUri: 'data:text/html,S3cr3t' }],
    ['password-changed', { applicationUri: 'vbscript:S3cr3t' }],
    ['verify-address', { verifyUrl: 'javascript:S3cr3t' }],
    ['invitation', { acceptUrl: 'data:text/html,S3cr3t' }],
    ['account-locked', { unlockUrl: '/S3cr3t' }],
    ['password-reset-by-administrator', { resetUrl: 'file:S3cr3t' }],
  ])('%s refuses unsafe addresses: %j', async (name, unsafe) => {
    for (const culture of ['en', 'fr']) {
      const error = await failure(render(name, { ...minimal[name], ...unsafe }, culture));
      expect(error).toMatchObject({ code: 'EMAILTEMPLATEHELPER', template: name });
      expect(error.message).toContain('link refuses');
      expect(everythingOf(error)).not.toContain('S3cr3t');
    }
  });

  it.each([
    ['notification', 'title'],
    ['reset-password', 'displayName'],
    ['reset-password', 'resetUrl'],
    ['reset-password', 'expiresAt'],
    ['reset-password-one-way', 'displayName'],
    ['reset-password-one-way', 'password'],
    ['password-changed', 'displayName'],
    ['password-changed', 'changedAt'],
    ['verify-address', 'displayName'],
    ['verify-address', 'verifyUrl'],
    ['invitation', 'acceptUrl'],
    ['invitation', 'expiresAt'],
    ['account-locked', 'displayName'],
    ['account-locked', 'lockedAt'],
    ['credential-changed', 'displayName'],
    ['credential-changed', 'credential'],
    ['credential-changed', 'change'],
    ['credential-changed', 'changedAt'],
    ['password-reset-by-administrator', 'displayName'],
  ])('%s needs %s', async (name, variable) => {
    const { [variable]: _gone, ...rest } = { ...minimal[name] } as Record<string, unknown>;
    expect(await failure(render(name, rest))).toMatchObject({
      code: 'EMAILTEMPLATEVARIABLE',
      missing: variable,
    });
  });
});

describe('The built-in notification', () => {
  it('shows all that its context holds, in html and in text', async () => {
    const { subject, html, text } = await render('notification', full['notification'] ?? {});
    expect(subject).toBe('A <b>title</b> & more');
    for (const words of ['Hello Ann,', 'One line', 'Name', 'Count', 'Beta', '42', 'Small print', 'Warning']) {
      expect(html).toContain(words);
      expect(text).toContain(words);
    }
    expect(html).toContain('Alpha &lt;1&gt;');
    expect(html).toContain('Open &amp; see');
    expect(html).toMatch(/>0</);
    expect(text).toMatch(/Alpha <1>/);
    expect(text).toMatch(/\b0$/m);
    expect(text).toContain('https://acme.test/x?a=1&b=2');
    expect(hrefs(html)).toContain('https://acme.test/x?a=1&amp;b=2');
  });

  it.each(['info', 'success', 'warning', 'error'])(
    'says the severity %s in words and in a colour',
    async severity => {
      const plain = await render('notification', minimal['notification'] ?? {}, 'fr');
      const mail = await render('notification', { ...minimal['notification'], severity }, 'fr');
      const word =
        { info: 'Information', success: 'Succès', warning: 'Avertissement', error: 'Erreur' }[severity] ??
        '?';
      expect(mail.html).toContain(word);
      expect(mail.text).toContain(word);
      expect(plain.text).not.toContain(word);
    },
  );

  it('takes empty lists, and undefined for what is not given', async () => {
    const context = {
      title: 'T',
      lines: [],
      greeting: undefined,
      table: undefined,
      action: undefined,
      footer: undefined,
      severity: undefined,
    };
    const mail = await render('notification', context);
    expect(mail.text).toContain('T');
    const table = await render('notification', {
      title: 'T',
      lines: ['x'],
      table: { columns: ['A'], rows: [] },
    });
    expect(table.html).not.toContain('<th');
  });

  it('needs no lines: its title says it, or a table does', async () => {
    const alone = await render('notification', { title: 'The export is ready' });
    expect(alone.text).toMatch(/^The export is ready$/m);
    expect(alone.html).toMatch(/<h1[^>]*>The export is ready<\/h1>/);
    const table = { columns: ['A'], rows: [['x']] };
    expect((await render('notification', { title: 'T', table })).text).toContain('A: x');
  });

  it('accepts mailto: for its action', async () => {
    const action = { label: 'Write', url: 'mailto:ann@x.test' };
    expect(hrefs((await render('notification', { ...minimal['notification'], action })).html)).toContain(
      'mailto:ann@x.test',
    );
  });
});

describe('The built-in password mails', () => {
  it('reset-password holds the link as button and as text, and the expiry in the language and time zone', async () => {
    const english = await render('reset-password', full['reset-password'] ?? {});
    const link = 'https://acme.test/reset?token=t0k3n';
    expect(hrefs(english.html).filter(href => href === link).length).toBeGreaterThanOrEqual(1);
    expect(english.text).toContain('https://acme.test/reset?token=t0k3n');
    expect(english.text).toMatch(/November 23, 2026 at 0?2:05\sPM UTC/);
    expect(english.text).toContain('ann<1>');
    expect(english.subject).toContain('Acme & Co');
    const french = await render('reset-password', minimal['reset-password'] ?? {}, 'fr');
    expect(french.text).toMatch(/23 novembre 2026 à 14:05 UTC/);
    expect(french.html).toMatch(/23 novembre 2026 à 14:05 UTC/);
  });

  it('reset-password takes an ISO text for the expiry', async () => {
    const iso = { ...minimal['reset-password'], expiresAt: when.toISOString() };
    expect(await render('reset-password', iso)).toEqual(
      await render('reset-password', minimal['reset-password'] ?? {}),
    );
  });

  it('reset-password-one-way shows exactly the password', async () => {
    const { html, text } = await render('reset-password-one-way', minimal['reset-password-one-way'] ?? {});
    expect(text).toMatch(/p<&>"w$/m);
    expect(html).toContain('>p&lt;&amp;&gt;&quot;w<');
  });

  it('reset-password-one-way says whether the password must be changed', async () => {
    const must = await render('reset-password-one-way', {
      ...minimal['reset-password-one-way'],
      mustChange: true,
    });
    const may = await render('reset-password-one-way', {
      ...minimal['reset-password-one-way'],
      mustChange: false,
    });
    expect(must.text).not.toBe(may.text);
    expect(must.html).not.toBe(may.html);
  });

  it('never shows the password in a subject or preview', async () => {
    const { subject, html } = await render('reset-password-one-way', {
      ...minimal['reset-password-one-way'],
      password: 'S3cr3t',
    });
    expect(subject).not.toContain('S3cr3t');
    expect(html.split('S3cr3t')).toHaveLength(2);
  });

  it.each(cultures)('password-changed holds no secret, even when its context does (%s)', async culture => {
    const context = {
      ...full['password-changed'],
      password: 'S3cr3t',
      newPassword: 'S3cr3t',
      token: 'S3cr3t',
      resetUrl: 'https://acme.test/S3cr3t',
    };
    const { subject, html, text } = await render('password-changed', context, culture);
    expect(`${subject}${html}${text}`).not.toContain('S3cr3t');
    expect(text).toContain('2026');
  });
});

describe('The reset-password mail in several languages', () => {
  it('holds each in order, with one subject joined by " / "', async () => {
    const renderer = await fixture.create({ timeZone: 'UTC' });
    const mails = [];
    for (const culture of ['fr', 'en'])
      mails.push(await renderer.render('reset-password', full['reset-password'] ?? {}, { culture }));
    const { subject, html = '', text } = joinLanguages(mails);
    expect(subject).toBe(mails.map(mail => mail.subject).join(' / '));
    expect(text).toMatch(/Bonjour Ann[^]*Hello Ann/);
    expect(text.match(/reset\?token=t0k3n/g)?.length).toBe(2);
    expect(html).toMatch(/Bonjour Ann[^]*Hello Ann/);
    expect(html).toMatch(
      /<div lang="fr" dir="ltr">[^]*Bonjour Ann[^]*<div lang="en" dir="ltr">[^]*Hello Ann/,
    );
    expect(html.match(/<html\b/g)).toHaveLength(1);
    expect(html.match(/<\/body>/g)).toHaveLength(1);
    expect(Buffer.byteLength(html)).toBeLessThan(40_000);
  });
});
