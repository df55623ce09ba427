import { afterEach, describe, expect, it } from '@jest/globals';
import { LetterRenderer } from '../support/own-renderers.js';
import { rejection } from '../support/rejection.js';
import type { MailboxApp } from './mailbox-app.js';
import { startMailboxApp } from './mailbox-app.js';

let app: MailboxApp | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(): Promise<MailboxApp> {
  const renderer = new LetterRenderer(async (template, context, options) =>
    template === 'letter'
      ? {
          subject: `Dear ${(context as { name: string }).name}`,
          html: `<p>${options?.culture ?? 'en'} <a href="https://contoso.com/go">Go</a></p>`,
        }
      : undefined,
  );
  app = await startMailboxApp({}, { renderer });
  return app;
}

const LETTER = { to: 'ann@contoso.com', template: 'letter', culture: 'fr', context: { name: 'Ann' } };

describe('Mails of a renderer of the application', () => {
  it('are caught with template and culture, and have all that other mails have', async () => {
    const { mail, mailbox } = await start();
    await mail.send(LETTER);
    await mail.sendNotification({ to: 'bob@contoso.com', title: 'Backup', lines: ['Done.'] });
    mailbox.assertSent({ template: 'letter', culture: 'fr', subject: 'Dear Ann', to: 'ann@contoso.com' });
    mailbox.assertSent({ template: 'notification', culture: 'en' });
    expect(mailbox.find({ template: 'letter' })).toMatchObject({
      text: expect.stringContaining('fr Go'),
      template: 'letter',
      culture: 'fr',
      links: ['https://contoso.com/go'],
    });
  });

  it('are told of when another one was expected', async () => {
    const { mail, mailbox } = await start();
    await mail.send(LETTER);
    expect(() => mailbox.assertSent({ template: 'letters' })).toThrow(/template.*letter/s);
  });

  it('are not there when they could not be rendered', async () => {
    const { mail, mailbox } = await start();
    expect(await rejection(mail.send({ ...LETTER, template: 'gone' }))).toMatchObject({
      code: 'EMAILTEMPLATENOTFOUND',
    });
    expect(mailbox.count).toBe(0);
  });
});
