import { expect, it } from '@jest/globals';
import { MailerRegistry, MailModule } from 'nest-mailroom';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import { NOWHERE } from './mailbox-app.js';

const bench = useMailBench();

it('The mails of every mailer of a registry go to the mailbox, and nothing connects', async () => {
  const { app } = await bench.appOf(MailModule.registry(), MailTestingModule.forRoot());
  const [registry, mailbox] = [app.get(MailerRegistry), app.get(Mailbox)];
  const settings = { ...NOWHERE, username: 'u', passwordFile: '/a/secret/of/production' };
  for (const key of ['acme', 'globex']) {
    const mail = await registry.open(key, settings);
    expect(await mail.send({ to: 'ann@contoso.com', subject: key, text: 'x' })).toMatchObject({
      status: 'accepted',
    });
    await mail.verify();
  }
  expect(mailbox.mails.map(({ mailer, subject }) => [mailer, subject])).toEqual([
    ['acme', 'acme'],
    ['globex', 'globex'],
  ]);
  await registry.close('acme');
  await (await registry.open('acme', settings)).send({ to: 'ann@contoso.com', subject: 'again', text: 'x' });
  expect(mailbox.mails).toHaveLength(3);
});

it('Settings of a tenant are checked in a test as everywhere', async () => {
  const { app } = await bench.appOf(MailModule.registry(), MailTestingModule.forRoot());
  const error = await rejection(app.get(MailerRegistry).open('acme', { ...NOWHERE, maxRecipients: 0 }));
  expect(error).toMatchObject({ code: 'EMAILSETTINGS' });
});
