import { randomBytes } from 'node:crypto';
import type { MailModuleOptions, MailSettingsInput } from 'nest-mailroom';
import { MailModule } from 'nest-mailroom';
import type { MailQueueOptions } from 'nest-mailroom/queue';
import { MailQueue, MailQueueDelivery, MailQueueModule } from 'nest-mailroom/queue';
import type { MailApp } from './mail-app.js';
import { startApp } from './mail-app.js';

/** A running application whose mailer puts mails into a queue. */
export interface QueueApp extends MailApp {
  readonly queue: MailQueue;
}

/** A key for the option `keys`. */
export function sealingKey(): string {
  return randomBytes(32).toString('base64');
}

/** Settings of an application that only sends into a queue. */
export const QUEUE_SETTINGS: MailSettingsInput = {
  MailSettings: { FromAddress: 'no-reply@contoso.com' },
  TwoFactorSettings: { ResetConfirmationUri: 'https://contoso.com/reset?token=' },
};

/** Starts an application with a mailer that puts its mails into a queue. Start errors reject. */
export async function startQueueApp(
  options: MailQueueOptions,
  mailer: MailModuleOptions = {},
  settings: MailSettingsInput = QUEUE_SETTINGS,
): Promise<QueueApp> {
  const started = await startApp(
    MailQueueModule.forRoot(options),
    MailModule.forRoot(settings, { delivery: MailQueueDelivery, ...mailer }),
  );
  return { ...started, mail: started.mail, queue: started.app.get(MailQueue, { strict: false }) };
}
