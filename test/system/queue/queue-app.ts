import type { MailModuleOptions, MailSettingsInput } from 'nest-mailroom';
import { MailModule } from 'nest-mailroom';
import { MailQueue, MailQueueDelivery, MailQueueModule } from 'nest-mailroom/queue';
import type { MailQueueOptions, MailQueueWorkerOptions } from 'nest-mailroom/queue';
import { MailQueueWorkerModule } from '../../../lib/queue/mail-queue-worker.module.js';
import type { MailApp } from '../../support/mail-app.js';
import { startApp } from '../../support/mail-app.js';

const FROM: MailSettingsInput = { FromAddress: 'no-reply@contoso.test', Host: '127.0.0.1', Port: 25 };

/** A running application with a queue. */
export interface QueueApp extends MailApp {
  /** The administration of the queue. */
  readonly queue: MailQueue;
}

/** Starts an application whose mailer puts mails into a queue. */
export async function startSendingApp(
  queue: MailQueueOptions,
  options: MailModuleOptions = {},
): Promise<QueueApp> {
  const mailer = MailModule.forRoot(FROM, { ...options, delivery: MailQueueDelivery });
  const { app, logger, mail, close } = await startApp(mailer, MailQueueModule.forRoot(queue));
  return { app, logger, mail, close, queue: app.get(MailQueue, { strict: false }) };
}

/** Starts an application that delivers the mails of a queue, to a server on this machine. */
export async function startDeliveringApp(
  queue: MailQueueOptions,
  server: { readonly host: string; readonly port: number },
  options: Omit<MailQueueWorkerOptions, keyof MailQueueOptions | 'settings'> = {},
): Promise<MailApp> {
  const settings = { ...FROM, Host: server.host, Port: server.port, SecureSocketOption: 'None' } as const;
  const retry = { firstMs: 50, maxMs: 500 };
  return startApp(MailQueueWorkerModule.forRoot({ ...queue, settings, retry, ...options }));
}
