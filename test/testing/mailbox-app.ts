import type { MailModuleOptions } from '../../lib/core/mail/mail.module-options.js';
import { MailModule } from '../../lib/core/mail/mail.module.js';
import type { MailSettingsInput } from '../../lib/core/settings/mail-settings.js';
import { MailTestingModule } from '../../lib/testing/mail-testing.module.js';
import { Mailbox } from '../../lib/testing/mailbox.js';
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
