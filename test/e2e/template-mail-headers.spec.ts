import { describe, expect, it } from '@jest/globals';
import type { MailSettings } from 'nest-mailroom';
import { headersOf } from '../support/eml.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import type { MailSink } from '../support/mail-sink.js';

const bench = useMailBench();

async function start(
  more: MailSettings = {},
  cultures?: string[],
): Promise<MailApp & { readonly sink: MailSink }> {
  const sink = await bench.sink();
  const folder = bench.folder();
  folder.write('welcome/subject.en.hbs', 'Welcome');
  folder.write('welcome/text.en.hbs', 'Hello {{name}}');
  folder.write('welcome/subject.fr.hbs', 'Bienvenue');
  folder.write('welcome/text.fr.hbs', 'Bonjour {{name}}');
  const app = await bench.app(
    {
      MailSettings: { Host: sink.host, Port: sink.port, FromAddress: 'a@example.com', ...more },
      ...(cultures && { PasswordResetSettings: { NotificationSettings: { Cultures: cultures } } }),
    },
    { templates: { directories: [folder.path] } },
  );
  return Object.assign(Object.create(app) as MailApp, { sink });
}

const valuesOf = (sink: MailSink, name: string): string[][] =>
  sink.messages.map(({ raw }) => headersOf(raw, name));

describe('A mail made by a template', () => {
  it.each([
    ['en', 'en'],
    ['fr', 'fr'],
    ['fr-CA', 'fr'],
    ['fr_CA', 'fr'],
    ['ja', 'en'],
    [undefined, 'en'],
  ])('of the culture %s says that its language is %s', async (culture, language) => {
    const { mail, sink } = await start();
    await mail.send({
      to: 'ann@example.com',
      template: 'welcome',
      context: { name: 'Ann' },
      ...(culture && { culture }),
    });
    expect(valuesOf(sink, 'Content-Language')).toEqual([[language]]);
    expect(valuesOf(sink, 'Auto-Submitted')).toEqual([['auto-generated']]);
    expect(valuesOf(sink, 'X-Auto-Response-Suppress')).toEqual([['DR, RN, NRN, OOF, AutoReply']]);
  });

  it('names each of several languages once, in their order', async () => {
    const { mail, sink } = await start({}, ['fr', 'en-GB', 'fr-CA', 'en']);
    await mail.sendResetPassword({
      to: 'ann@example.com',
      displayName: 'Ann',
      resetUrl: 'https://example.com/reset?token=1',
    });
    expect(valuesOf(sink, 'Content-Language')).toEqual([['fr, en']]);
  });

  it('says so in each of the mails into which it is split', async () => {
    const { mail, sink } = await start({ MaxRecipients: 1, MaxRecipientsOverflow: 'Split' });
    await mail.send({
      to: ['ann@example.com', 'bob@example.com'],
      template: 'welcome',
      context: { name: 'all' },
      culture: 'fr',
    });
    expect(valuesOf(sink, 'Content-Language')).toEqual([['fr'], ['fr']]);
  });

  it('and only such a mail carries these headers', async () => {
    const { mail, sink } = await start();
    await mail.send({ to: 'ann@example.com', subject: 's', text: 'Hello' });
    for (const name of ['Content-Language', 'Auto-Submitted', 'X-Auto-Response-Suppress'])
      expect(valuesOf(sink, name)).toEqual([[]]);
  });
});
