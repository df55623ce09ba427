import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailMessage } from 'nest-mailroom';
import type { MailCriteria } from 'nest-mailroom/testing';
import { rejection } from '../support/rejection.js';
import type { MailboxApp } from './mailbox-app.js';
import { startMailboxApp } from './mailbox-app.js';

const CALENDAR = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Review\r\nEND:VCALENDAR\r\n';
const MAIL: MailMessage = {
  to: 'ann@contoso.com',
  from: 'from@contoso.com',
  subject: 's',
  text: 'x',
  envelopeFrom: 'bounces@contoso.com',
  dsn: { notify: ['success', 'failure'], ret: 'headers', envid: 'order 42' },
  alternatives: [{ contentType: 'text/calendar; method=REQUEST', content: CALENDAR }],
  unsubscribe: { url: 'https://contoso.com/off/42', mailto: 'off@contoso.com' },
};
const PLAIN: MailMessage = { to: 'ann@contoso.com', from: 'from@contoso.com', subject: 's', text: 'x' };

let app: MailboxApp;
beforeEach(async () => {
  app = await startMailboxApp();
});
afterEach(() => app.close());

/** The message of the assertion that fails. */
async function failure(criteria: MailCriteria): Promise<string> {
  return String((await rejection((async () => app.mailbox.assertSent(criteria))())) as Error);
}

const HOLDS: readonly MailCriteria[] = [
  { envelopeFrom: 'bounces@contoso.com' },
  { envelopeFrom: /^bounces@/ },
  { dsn: {} },
  { dsn: { notify: ['failure', 'success'] } },
  { dsn: { ret: 'headers', envid: 'order 42' } },
  { alternative: 'text/calendar' },
  { alternative: /calendar$/ },
  { alternative: { method: 'REQUEST', content: 'SUMMARY:Review' } },
  {
    alternative: [
      { contentType: 'text/calendar' },
      { content: Buffer.from(CALENDAR.replaceAll('\r\n', '\n')) },
    ],
  },
  { alternative: ({ parameters }) => parameters['method'] === 'REQUEST' },
  { unsubscribe: 'https://contoso.com/off/42' },
  { unsubscribe: /off\/42$/ },
  { unsubscribe: { mailto: 'off@contoso.com', oneClick: true } },
  { unsubscribe: { mailto: 'mailto:off@contoso.com' } },
  { unsubscribe: {} },
];
const HOLDS_OF_PLAIN: readonly MailCriteria[] = [
  { envelopeFrom: 'from@contoso.com' },
  { dsn: null },
  { alternative: [] },
  { unsubscribe: null },
];
const DIFFERS: readonly [MailCriteria, wanted: string, was: string][] = [
  [{ envelopeFrom: 'other@contoso.com' }, 'other@contoso.com', 'bounces@contoso.com'],
  [{ envelopeFrom: null }, 'nobody', 'bounces@contoso.com'],
  [{ dsn: null }, 'none', 'notify success, failure; ret headers; envid order 42'],
  [
    { dsn: { notify: ['success'] } },
    'notify success',
    'notify success, failure; ret headers; envid order 42',
  ],
  [{ dsn: { ret: 'full' } }, 'ret full', 'notify success, failure; ret headers; envid order 42'],
  [{ alternative: [] }, 'none', 'text/calendar (method REQUEST, 60 octets)'],
  [{ alternative: { method: 'CANCEL' } }, '{ method "CANCEL" }', 'text/calendar (method REQUEST, 60 octets)'],
  [{ alternative: 'text/x-amp-html' }, 'text/x-amp-html', 'text/calendar (method REQUEST, 60 octets)'],
  [{ unsubscribe: null }, 'none', 'https://contoso.com/off/42, mailto:off@contoso.com, by one click'],
  [
    { unsubscribe: { url: 'https://contoso.com/off/43', oneClick: false } },
    '{ url "https://contoso.com/off/43" }, not by one click',
    'https://contoso.com/off/42, mailto:off@contoso.com, by one click',
  ],
];
const NO_CRITERIA: readonly [unknown, RegExp][] = [
  [{ dsn: ['failure'] }, /dsn must be/],
  [{ dsn: { notify: 'failure' } }, /dsn\.notify must be an array/],
  [{ dsn: { return: 'full' } }, /"return" is not known/],
  [{ alternative: 42 }, /alternative must be/],
  [{ alternative: { type: 'x' } }, /"type" is not known/],
  [{ unsubscribe: 42 }, /unsubscribe must be/],
  [{ unsubscribe: { href: 'x' } }, /"href" is not known/],
  [{ alternatives: 'text/calendar' }, /Did you mean "alternative"/],
];

describe('A caught mail', () => {
  it('holds envelope, alternatives and the way to unsubscribe', async () => {
    await app.mail.send({ ...MAIL, envelopeFrom: null });
    const mail = app.mailbox.last();
    expect(mail.envelope).toEqual({ from: '', to: ['ann@contoso.com'], dsn: MAIL.dsn });
    expect(mail.alternatives).toMatchObject([
      { contentType: 'text/calendar', parameters: { method: 'REQUEST' } },
    ]);
    expect(mail.attachments).toEqual([]);
    expect(mail.unsubscribe).toEqual({
      url: 'https://contoso.com/off/42',
      mailto: 'mailto:off@contoso.com',
      oneClick: true,
    });
    app.mailbox.assertSent({ envelopeFrom: null, subject: 's' });
  });

  it.each(HOLDS)('matches %j', async criteria => {
    await app.mail.send(MAIL);
    app.mailbox.assertSent(criteria);
    app.mailbox.clear();
    await app.mail.send(PLAIN);
    app.mailbox.assertNotSent(criteria);
  });

  it.each(HOLDS_OF_PLAIN)('without any of these matches %j', async criteria => {
    await app.mail.send(PLAIN);
    app.mailbox.assertSent(criteria);
    app.mailbox.clear();
    await app.mail.send(MAIL);
    app.mailbox.assertNotSent(criteria);
  });

  it.each(DIFFERS)('that does not match %j is told with the difference', async (criteria, wanted, was) => {
    await app.mail.send(MAIL);
    const lines = (await failure(criteria)).split('\n').map(line => line.trim());
    const [field = ''] = Object.keys(criteria);
    expect(lines).toContain(`${field}  wanted ${wanted}`);
    expect(lines).toContain(`was    ${was}`);
  });

  it.each(NO_CRITERIA)('is not held against what is no criterion: %j', async (criteria, words) => {
    await app.mail.send(MAIL);
    expect(() => app.mailbox.assertSent(criteria as MailCriteria)).toThrow(words);
  });
});
