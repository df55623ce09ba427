import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailMessage } from 'nest-mailroom';
import { MailHook, MailVeto } from 'nest-mailroom';
import { rejection } from '../support/rejection.js';
import type { MailboxApp } from './mailbox-app.js';
import { startMailboxApp } from './mailbox-app.js';

class OptOut extends MailHook {
  override beforeSend(message: MailMessage): MailVeto | void {
    if (message.to === 'never@contoso.com') return new MailVeto('has opted out');
  }
}

let app: MailboxApp;
beforeEach(async () => {
  app = await startMailboxApp(
    { allowedDomains: 'contoso.com', username: 'mailer', password: 'p4ssw0rd-of-the-settings' },
    { hooks: [OptOut] },
  );
});
afterEach(() => app.close());

function failure(check: () => unknown): AssertionError {
  try {
    check();
  } catch (error) {
    if (error instanceof AssertionError) return error;
    throw error;
  }
  throw new Error('the assertion was expected to fail');
}

function lines(...text: string[]): string {
  return text.join('\n');
}

async function sendThree(): Promise<void> {
  await app.mail.send({
    to: 'carl@contoso.com',
    subject: 'Your invoice',
    text: 'Attached.',
    cc: 'desk@contoso.com',
  });
  await app.mail.sendNotification({
    to: { name: 'Ann', address: 'ann@contoso.com' },
    title: 'Your password was changed',
    lines: ['It was changed today.'],
  });
  await app.mail.sendNotification({ to: 'bob@contoso.com', title: 'Welcome', lines: ['Hello Bob.'] });
}

describe('The message of a failed assertion', () => {
  it('says what was wanted, what was sent and how each mail differs, the nearest first', async () => {
    await sendThree();
    const error = failure(() =>
      app.mailbox.assertSent({
        to: 'bob@contoso.com',
        subject: 'Your password was changed',
        template: 'notification',
        html: /reset/,
      }),
    );
    expect(error.message).toBe(
      lines(
        'No mail was sent that matches:',
        '  to        bob@contoso.com',
        '  subject   "Your password was changed"',
        '  template  "notification"',
        '  html      /reset/',
        '',
        '3 mails were sent, the nearest first:',
        '  1. "Your password was changed" to Ann <ann@contoso.com>, notification (en)',
        '       to    wanted bob@contoso.com',
        '             was    Ann <ann@contoso.com>',
        '       html  wanted /reset/',
        `             was    ${error.message.split('\n')[11]?.slice(20)}`,
        '  2. "Welcome" to bob@contoso.com, notification (en)',
        '       subject  wanted "Your password was changed"',
        '                was    "Welcome"',
        '       html     wanted /reset/',
        `                was    ${error.message.split('\n')[16]?.slice(23)}`,
        '  3. "Your invoice" to carl@contoso.com (1 copy)',
        '       to        wanted bob@contoso.com',
        '                 was    carl@contoso.com',
        '       subject   wanted "Your password was changed"',
        '                 was    "Your invoice"',
        '       template  wanted "notification"',
        '                 was    nothing',
        '       html      wanted /reset/',
        '                 was    nothing',
      ),
    );
    expect(error.message.split('\n')[11]).toMatch(
      /was {4}a page that begins "It was changed today\. Your password was changed/,
    );
    expect(error.expected).toMatchObject({
      to: 'bob@contoso.com',
      template: '"notification"',
      html: '/reset/',
    });
    expect(error.actual).toMatchObject({ to: 'Ann <ann@contoso.com>', template: '"notification"' });
    expect(error.stack).toMatch(/\n {4}at .*failure-messages\.spec/);
    expect(error.stack).not.toContain('lib/testing');
  });

  it('tells what was suppressed and what failed, and why', async () => {
    await app.mail.send({ to: 'eve@fabrikam.com', subject: 'Outside', text: 'text' });
    await app.mail.send({ to: 'never@contoso.com', subject: 'Vetoed', text: 'text' });
    app.mailbox.failNext({ responseCode: 550, enhancedCode: '5.1.1', response: 'no such user' });
    await rejection(app.mail.send({ to: 'gone@contoso.com', subject: 'Gone', text: 'text' }));
    await rejection(app.mail.send({ to: 'ann@contoso.com', template: 'notification', context: {} }));
    expect(failure(() => app.mailbox.assertSent()).message).toBe(
      lines(
        'A mail should have been sent.',
        '',
        'No mail was sent.',
        '',
        '2 mails were suppressed:',
        '  - "Outside" to eve@fabrikam.com',
        '       dropped eve@fabrikam.com by allowed-domains (the domain is not in AllowedDomains)',
        '  - A mail that was not rendered',
        '       dropped never@contoso.com by hook (has opted out)',
        '',
        '2 mails failed:',
        '  - "Gone" to gone@contoso.com',
        '       EMAILENVELOPE: Sender or recipients refused by the mail server mailbox.test:25: 550 5.1.1 no such user',
        '  - A mail of notification that was not put together',
        `       EMAILTEMPLATEVARIABLE: ${String(app.mailbox.failed[1]?.error).replace(/^[^:]*: /, '')}`,
      ),
    );
  });

  it('says of a recipient that was refused that the mail did not reach him', async () => {
    app.mailbox.failNext({ responseCode: 452, response: 'full', recipients: ['bob@contoso.com'] });
    await app.mail.send({ to: ['ann@contoso.com', 'bob@contoso.com'], subject: 'Hello', text: 'text' });
    expect(failure(() => app.mailbox.assertSent({ to: 'bob@contoso.com' })).message).toContain(
      'was    ann@contoso.com; refused: bob@contoso.com (452 full)',
    );
  });

  it('shows five of a thousand mails, and says how many more there are', async () => {
    await Promise.all(
      Array.from({ length: 1000 }, (_, number) =>
        app.mail.send({ to: `user-${number}@contoso.com`, subject: `Report ${number}`, text: 'text' }),
      ),
    );
    const { message } = failure(() =>
      app.mailbox.assertSent({ to: 'user-777@contoso.com', subject: 'Report 777!' }),
    );
    const [, sent = ''] = message.split('\n\n');
    expect(sent.split('\n').slice(0, 4)).toEqual([
      '1,000 mails were sent, the nearest first:',
      '  1. "Report 777" to user-777@contoso.com',
      '       subject  wanted "Report 777!"',
      '                was    "Report 777"',
    ]);
    expect(sent.split('\n').at(-1)).toBe('  … and 995 more');
    expect(message.split('\n').length).toBeLessThan(30);
  });

  it('lists the mails that should not have been sent', async () => {
    await sendThree();
    const unwanted = failure(() => app.mailbox.assertNotSent({ template: 'notification', to: /ann/ }));
    expect(unwanted).toMatchObject({ expected: 0, actual: 1 });
    expect(unwanted.message).toBe(
      lines(
        'No mail should match:',
        '  to        /ann/',
        '  template  "notification"',
        '',
        '1 of the 3 mails that were sent does:',
        '  1. "Your password was changed" to Ann <ann@contoso.com>, notification (en)',
      ),
    );
    const any = failure(() => app.mailbox.assertNothingSent());
    expect(any).toMatchObject({ expected: 0, actual: 3 });
    expect(any.message).toBe(
      lines(
        'No mail should have been sent.',
        '',
        '3 mails were sent:',
        '  1. "Welcome" to bob@contoso.com, notification (en)',
        '  2. "Your password was changed" to Ann <ann@contoso.com>, notification (en)',
        '  3. "Your invoice" to carl@contoso.com (1 copy)',
      ),
    );
  });

  it('counts', async () => {
    await sendThree();
    app.mailbox.assertCount(3);
    app.mailbox.assertCount(2, { template: 'notification' });
    const all = failure(() => app.mailbox.assertCount(2));
    expect(all).toMatchObject({ expected: 2, actual: 3 });
    expect(all.message).toMatch(/^3 mails were sent, not 2\.\n\n3 mails were sent:\n {2}1\. "Welcome"/);
    const some = failure(() => app.mailbox.assertCount(3, { template: 'notification' }));
    expect(some).toMatchObject({ expected: 3, actual: 2 });
    expect(some.message).toMatch(
      /^2 mails were sent that match, not 3:\n {2}template {2}"notification"\n\n3 mails were sent, the nearest first:/,
    );
    expect(() => app.mailbox.assertCount(-1)).toThrow(
      new RangeError('assertCount: give a number of mails, not -1'),
    );
  });

  it('shows the function that no mail satisfies as it stands in the test', async () => {
    await app.mail.send({ to: 'ann@contoso.com', subject: 'Hello', text: 'text' });
    const error = failure(() => app.mailbox.assertSent(mail => mail.attachments.length > 0));
    expect(error.message).toBe(
      lines(
        'No mail was sent that matches:',
        '  function  (mail)=>mail.attachments.length > 0',
        '',
        '1 mail was sent:',
        '  1. "Hello" to ann@contoso.com',
      ),
    );
  });

  it('shows where texts part that look the same', async () => {
    const long = 'a'.repeat(200);
    await app.mail.send({ to: 'ann@contoso.com', subject: `${long}b`, text: 'text' });
    expect(failure(() => app.mailbox.assertSent({ subject: `${long}c` })).message).toContain(
      '(201 characters), from character 201 on "b" instead of "c"',
    );
    app.mailbox.clear();
    await app.mail.send({ to: 'ann@contoso.com', subject: 'Cafe\u0301 \u00a0now', text: 'text' });
    expect(failure(() => app.mailbox.assertSent({ subject: 'Caf\u00e9 \u00a0now' })).message).toContain(
      'was    "Cafe\u0301 \u00a0now", from character 4 on "e\\u0301 \\u00a0now" instead of "\\u00e9 \\u00a0now"',
    );
  });

  it('shows control and direction characters of a mail escaped', async () => {
    await app.mail.send({ to: 'ann@contoso.com', subject: 'Hello \u2067evil', text: '\u001b[2Jtext' });
    const { message } = failure(() => app.mailbox.assertSent({ text: 'other' }));
    expect(message).toContain('"Hello \\u2067evil"');
    for (const character of ['\u001b', '\u2067']) expect(message).not.toContain(character);
  });

  it('says nothing of the password in the settings, nor does the mailbox when it is printed', async () => {
    app.mailbox.failNext({ responseCode: 535 });
    await rejection(app.mail.send({ to: 'ann@contoso.com', subject: 'Hello', text: 'text' }));
    await sendThree();
    const printed = [
      failure(() => app.mailbox.assertSent({ to: 'x@contoso.com' })).message,
      inspect(app.mailbox, { depth: 10, showHidden: true }),
      inspect(app.mailbox.mails, { depth: 10 }),
      inspect(app.mailbox.failed, { depth: 10, showHidden: true }),
      JSON.stringify(app.mailbox.failed),
    ].join('\n');
    expect(printed).toContain('Hello');
    expect(printed).not.toContain('p4ssw0rd');
  });
});
