import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ParsedMail } from 'mailparser';
import type { MailModuleOptions } from 'nest-mailroom';
import { assertWellFormedMail, headersOf } from '../support/eml.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

const RESET = {
  ApplicationUri: 'https://identity.contoso.com',
  ResetConfirmationUri: 'https://identity.contoso.com/reset?token=',
};

async function start(
  section: object = {},
  options: MailModuleOptions = {},
): Promise<{ app: MailApp; sink: MailSink; last(): Promise<ParsedMail> }> {
  const sink = await bench.sink();
  const MailSettings = { Host: sink.host, Port: sink.port, FromAddress: 'no-reply@contoso.com' };
  const app = await bench.app({ MailSettings, TwoFactorSettings: RESET, ...section }, options);
  const last = async (): Promise<ParsedMail> => {
    const mail = sink.messages.at(-1);
    if (!mail) throw new Error('no mail has arrived');
    assertWellFormedMail(mail.raw);
    return mail.parse();
  };
  return { app, sink, last };
}

describe('sendNotification', () => {
  it('sends title, lines, table, button and footer as HTML and as real text', async () => {
    const { app, sink, last } = await start();
    const receipt = await app.mail.sendNotification({
      to: 'ann@contoso.com',
      cc: 'bob@contoso.com',
      title: 'Review pending',
      greeting: 'Hello Ann,',
      lines: ['Two requests <wait> for you.'],
      table: {
        columns: ['Who', 'What'],
        rows: [
          ['Bruno', 'Admin'],
          ['Cleo', 7],
        ],
      },
      action: { label: 'Open', url: 'https://identity.contoso.com/reviews?a=1&b=2' },
      footer: 'You get this mail because you are a reviewer.',
      severity: 'warning',
    });
    const mail = await last();
    expect(receipt).toMatchObject({ status: 'accepted', accepted: ['ann@contoso.com', 'bob@contoso.com'] });
    expect(mail.subject).toBe('Review pending');
    expect(mail.html).toContain('Two requests &lt;wait&gt; for you.');
    expect(mail.html).toMatch(/href="https:\/\/identity\.contoso\.com\/reviews\?a=1&amp;b=2"/);
    expect(mail.text).toContain('Two requests <wait> for you.');
    expect(mail.text).toContain('https://identity.contoso.com/reviews?a=1&b=2');
    for (const word of ['Bruno', 'Cleo', '7', 'reviewer']) expect(mail.text).toContain(word);
    const raw = sink.messages[0]?.raw ?? Buffer.alloc(0);
    expect(headersOf(raw, 'Auto-Submitted')).toEqual(['auto-generated']);
    expect(headersOf(raw, 'X-Auto-Response-Suppress')).toEqual(['DR, RN, NRN, OOF, AutoReply']);
    expect(headersOf(raw, 'Content-Language')).toEqual(['en']);
  });

  it('takes whatever else a message may say, and shows none of it', async () => {
    const { app, sink, last } = await start();
    await app.mail.sendNotification({
      to: 'ann@contoso.com',
      from: 'Reviews <reviews@contoso.com>',
      headers: { 'X-Campaign': 'spring' },
      attachments: [{ filename: 'list.csv', content: 'a;b' }],
      culture: 'fr',
      title: 'Titre',
      lines: ['Une ligne.'],
    });
    const mail = await last();
    expect(mail.from?.value).toEqual([{ name: 'Reviews', address: 'reviews@contoso.com' }]);
    expect(mail.attachments.map(item => item.filename)).toEqual(['list.csv']);
    expect(mail.html).toContain('lang="fr"');
    expect(headersOf(sink.messages[0]?.raw ?? Buffer.alloc(0), 'X-Campaign')).toEqual(['spring']);
  });

  it('refuses a severity that is none', async () => {
    const { app } = await start();
    const sending = app.mail.sendNotification({
      to: 'ann@contoso.com',
      title: 't',
      lines: [],
      severity: 'bad' as never,
    });
    expect(await rejection(sending)).toMatchObject({ code: 'EMAILMESSAGE', field: 'severity' });
  });

  it('refuses a button with a javascript: link before anything leaves', async () => {
    const { app, sink } = await start();
    const sending = app.mail.sendNotification({
      to: 'ann@contoso.com',
      title: 't',
      lines: [],
      action: { label: 'x', url: 'javascript:alert(1)' },
    });
    expect(await rejection(sending)).toMatchObject({
      code: 'EMAILMESSAGE',
      field: 'action.url',
      message: expect.stringContaining('javascript:'),
    });
    expect(sink.connections).toBe(0);
  });

  it('bears the brand of the application', async () => {
    const { app, last } = await start(
      {},
      { brand: { applicationName: 'Contoso Identity', colors: { primary: '#aa0055' } } },
    );
    await app.mail.sendNotification({
      to: 'ann@contoso.com',
      title: 't',
      lines: ['l'],
      action: { label: 'x', url: 'https://contoso.com' },
    });
    const mail = await last();
    expect(mail.html).toContain('Contoso Identity');
    expect(mail.html).toContain('#aa0055');
  });
});

describe('sendResetPassword', () => {
  it('appends the URL-encoded token to ResetConfirmationUri and states the expiry from ValidFor', async () => {
    const { app, last } = await start({ TokenBuildingSettings: { ValidFor: '01:00:00' } });
    await app.mail.sendResetPassword({
      to: 'ann@contoso.com',
      displayName: 'Ann',
      login: 'ann',
      token: 'a+b/c=d e',
    });
    const mail = await last();
    expect(mail.text).toContain('https://identity.contoso.com/reset?token=a%2Bb%2Fc%3Dd%20e');
    expect(mail.text).toContain('Ann');
    const expiry = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit' });
    const near = [-1, 0, 1].map(minute => expiry.format(Date.now() + 3_600_000 + minute * 60_000));
    expect(near.some(time => mail.text?.includes(time))).toBe(true);
  });

  it('holds every language of Cultures in order, with one subject, when the request names none', async () => {
    const { app, sink, last } = await start({ NotificationSettings: { Cultures: ['fr', 'en'] } });
    await app.mail.sendResetPassword({ to: 'ann@contoso.com', displayName: 'Ann', token: 't0ken' });
    const mail = await last();
    const french = await app.mail.render(
      'reset-password',
      { displayName: 'Ann', resetUrl: 'https://x.example', expiresAt: new Date() },
      { culture: 'fr' },
    );
    const english = await app.mail.render(
      'reset-password',
      { displayName: 'Ann', resetUrl: 'https://x.example', expiresAt: new Date() },
      { culture: 'en' },
    );
    expect(mail.subject).toBe(`${french.subject} / ${english.subject}`);
    const html = mail.html || '';
    expect(html.indexOf('lang="fr"')).toBeGreaterThanOrEqual(0);
    expect(html.lastIndexOf('lang="en"')).toBeGreaterThan(html.indexOf('lang="fr"'));
    expect(html.match(/<html\b/g)).toHaveLength(1);
    expect(html.match(/<body\b/g)).toHaveLength(1);
    expect(mail.text?.match(/reset\?token=t0ken/g)?.length).toBeGreaterThanOrEqual(2);
    expect(sink.messages).toHaveLength(1);
  });

  it('holds a language once when another one falls back to it', async () => {
    const { app, last } = await start({ NotificationSettings: { Cultures: ['fi', 'en'] } });
    await app.mail.sendResetPassword({ to: 'ann@contoso.com', displayName: 'Ann', token: 't0ken' });
    expect((await last()).text?.match(/reset\?token=t0ken/g)).toHaveLength(1);
  });

  it('is in the language of the request alone when it names one', async () => {
    const { app, last } = await start({ NotificationSettings: { Cultures: ['fr', 'en'] } });
    await app.mail.sendResetPassword({
      to: 'ann@contoso.com',
      displayName: 'Ann',
      token: 't',
      culture: 'en',
    });
    expect((await last()).subject).not.toContain(' / ');
  });

  it('sends nothing when the link has expired', async () => {
    const { app, sink } = await start();
    const sending = app.mail.sendResetPassword({
      to: 'ann@contoso.com',
      displayName: 'Ann',
      token: 't',
      expiresAt: new Date(Date.now() - 1000),
    });
    expect(await rejection(sending)).toMatchObject({
      code: 'EMAILRESETLINK',
      field: 'expiresAt',
      message: expect.stringContaining('has passed'),
    });
    expect(sink.connections).toBe(0);
  });

  it.each([
    ['javascript:alert(1)', 'resetUrl'],
    ['/reset?token=x', 'resetUrl'],
    ['ftp://contoso.com/x', 'resetUrl'],
    ['https://contoso.com/a b', 'resetUrl'],
  ])('refuses the link %s and does not repeat it', async (resetUrl, field) => {
    const { app, sink } = await start();
    const error = await rejection(
      app.mail.sendResetPassword({ to: 'ann@contoso.com', displayName: 'Ann', resetUrl }),
    );
    expect(error).toMatchObject({ code: 'EMAILRESETLINK', field });
    expect(String(error)).not.toContain(resetUrl);
    expect(sink.connections).toBe(0);
  });

  it('warns about a link that goes over http to another machine, without the link', async () => {
    const { app } = await start();
    await app.mail.sendResetPassword({
      to: 'ann@contoso.com',
      displayName: 'Ann',
      resetUrl: 'http://identity.contoso.com/reset?t=s3cret',
    });
    expect(app.logger.warnings).toEqual([expect.stringContaining('uses http')]);
    expect(app.logger.lines.join('\n')).not.toContain('s3cret');
    await app.mail.sendResetPassword({
      to: 'ann@contoso.com',
      displayName: 'Ann',
      resetUrl: 'http://localhost:3000/reset?t=x',
    });
    expect(app.logger.warnings).toHaveLength(1);
  });

  it('refuses a token that no URL can hold', async () => {
    const { app, sink } = await start();
    const sending = app.mail.sendResetPassword({
      to: 'ann@contoso.com',
      displayName: 'Ann',
      token: 'x\ud800',
    });
    expect(await rejection(sending)).toMatchObject({
      name: 'MailMessageError',
      code: 'EMAILRESETLINK',
      field: 'token',
    });
    expect(sink.connections).toBe(0);
  });

  it('says who asked for it, from where, when, and that the link works once until when', async () => {
    const { app, last } = await start({}, { templates: { timeZone: 'Europe/Paris' } });
    const request = { to: 'ann@contoso.com', displayName: 'Ann', token: 't0ken' };
    await app.mail.sendResetPassword({
      ...request,
      requestedBy: 'administrator',
      requestedFrom: 'Lyon & <Nice>',
    });
    const byAdministrator = await last();
    expect(byAdministrator.text).toContain('An administrator has asked that you choose a new password');
    expect(byAdministrator.text).toMatch(
      /The request was made on [^]* \d{4} at \d\d:\d\d \S+,\sfrom:\sLyon & <Nice>$/m,
    );
    expect(byAdministrator.html).toContain('Lyon &amp; &lt;Nice&gt;');
    expect(byAdministrator.text).toMatch(
      /works once and\sexpires\sin\s3\shours:\syou\scan\suse\sit\suntil\s\d{1,2} \w+ \d{4}/,
    );
    expect(byAdministrator.text).not.toContain('If you did not ask for this');
    await app.mail.sendResetPassword({ ...request, requestedBy: 'user' });
    expect((await last()).text).toContain('If you did not ask for this');
  });

  it.each([
    ['requestedBy', 'somebody'],
    ['requestedBy', 7],
    ['requestedFrom', { city: 'Lyon' }],
    ['requestedFrom', 'x'.repeat(10_000)],
  ])('refuses %s %p', async (field, value) => {
    const { app, sink } = await start();
    const request = { to: 'ann@contoso.com', displayName: 'Ann', token: 't0ken', [field]: value };
    expect(await rejection(app.mail.sendResetPassword(request))).toMatchObject({
      code: 'EMAILMESSAGE',
      field,
    });
    expect(sink.connections).toBe(0);
  });

  it('says which setting a token needs', async () => {
    const { app } = await start({ TwoFactorSettings: {} });
    expect(
      await rejection(app.mail.sendResetPassword({ to: 'ann@contoso.com', displayName: 'Ann', token: 't' })),
    ).toMatchObject({ code: 'EMAILRESETLINK', message: expect.stringContaining('ResetConfirmationUri') });
  });
});

it.each([
  ['reset-password-one-way', { displayName: 'Ann', password: 'T3mp-pass', mustChange: true }],
  ['password-changed', { displayName: 'Ann', changedAt: new Date() }],
  ['verify-address', { displayName: 'Ann', verifyUrl: 'https://contoso.com/v?code=1' }],
  ['invitation', { acceptUrl: 'https://contoso.com/i?code=1', expiresAt: new Date() }],
  ['account-locked', { displayName: 'Ann', lockedAt: new Date() }],
  ['credential-changed', { displayName: 'Ann', credential: 'key', change: 'added', changedAt: new Date() }],
  ['password-reset-by-administrator', { displayName: 'Ann', password: 'T3mp-pass' }],
])('The built-in mail %s goes out in English and French', async (template, context) => {
  const { app, last } = await start();
  const subjects = [];
  for (const culture of ['en', 'fr']) {
    await app.mail.send({ to: 'ann@contoso.com', template, context, culture });
    const mail = await last();
    expect(mail.html).toContain(`lang="${culture}"`);
    subjects.push(mail.subject);
  }
  expect(new Set(subjects).size).toBe(2);
});

describe('A culture that built-in mails do not speak', () => {
  const warnings = async (section: object, options: MailModuleOptions): Promise<string[]> =>
    (await start(section, options)).app.logger.warnings;

  it('is warned of at start when the settings or the options name it', async () => {
    const lines = await warnings(
      { NotificationSettings: { Cultures: ['en', 'ja'] } },
      { templates: { defaultCulture: 'fi' } },
    );
    expect(lines).toEqual([
      expect.stringMatching(
        /^The built-in mails do not speak ja, which the setting Cultures names; .*languages\/ja\.json/,
      ),
      expect.stringMatching(
        /^The built-in mails do not speak fi, which the option templates\.defaultCulture names/,
      ),
    ]);
  });

  it('is not warned of when it is spoken, in a wider culture or by a language of the application', async () => {
    const directories = [join(import.meta.dirname, '../support/languages')];
    const section = { NotificationSettings: { Cultures: ['fr-CA', 'ar-EG'] } };
    expect(await warnings(section, { templates: { directories, defaultCulture: 'ar' } })).toEqual([]);
  });
});
