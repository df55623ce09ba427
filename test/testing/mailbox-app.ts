import type { MailModuleOptions, MailSettingsInput } from 'nest-mailroom';
import { MailModule } from 'nest-mailroom';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';
import type { MailApp } from '../support/mail-app.js';
import { startApp } from '../support/mail-app.js';

/** Nothing listens there: a mail that is not intercepted fails. */
export const NOWHERE = { host: '127.0.0.1', port: 1, fromAddress: 'no-reply@contoso.com' };

/** An application whose mails go to a mailbox. */
export interface MailboxApp extends MailApp {
  readonly mailbox: Mailbox;
}

/** Starts an application with one mailer and a mailbox in front of it. */
export async function startMailboxApp(
  settings: MailSettingsInput = {},
  options?: MailModuleOptions,
): Promise<MailboxApp> {
  const app = await startApp(
    MailModule.forRoot({ ...NOWHERE, ...settings }, options),
    MailTestingModule.forRoot(),
  );
  return { ...app, mailbox: app.app.get(Mailbox) };
}
