import type { MailQueueOptions, MailQueueWorkerOptions } from 'nest-mailroom/queue';
import { MailQueueWorkerModule } from 'nest-mailroom/queue';
import type { MailApp } from '../../support/mail-app.js';
import { startApp } from '../../support/mail-app.js';

/** Starts an application that delivers the mails of a queue, to a server on this machine. */
export async function startDeliveringApp(
  queue: MailQueueOptions,
  server: { readonly host: string; readonly port: number },
  options: Omit<MailQueueWorkerOptions, keyof MailQueueOptions | 'settings'> = {},
): Promise<MailApp> {
  const settings = {
    FromAddress: 'no-reply@contoso.test',
    Host: server.host,
    Port: server.port,
    SecureSocketOption: 'None',
  } as const;
  const retry = { firstMs: 50, maxMs: 500 };
  return startApp(MailQueueWorkerModule.forRoot({ ...queue, settings, retry, ...options }));
}
