import type { MailQueueOptions, MailQueueWorkerOptions } from 'nest-mailroom/queue';
import { MailQueueWorkerModule } from 'nest-mailroom/queue';
import type { MailApp } from '../../support/mail-app.js';
import { startApp } from '../../support/mail-app.js';
import { workerOptions } from './kills/kill-options.js';

/** Starts an application that delivers the mails of a queue, to a server on this machine. */
export async function startDeliveringApp(
  queue: MailQueueOptions,
  server: { readonly host: string; readonly port: number },
  options: Omit<MailQueueWorkerOptions, keyof MailQueueOptions | 'settings'> = {},
): Promise<MailApp> {
  return startApp(MailQueueWorkerModule.forRoot({ ...workerOptions(queue, server), ...options }));
}
