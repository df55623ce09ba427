import type { MailQueueOptions, MailQueueWorkerOptions } from '../../../../lib/queue/index.js';

/** Options of a worker that hands the mails of a queue to a server on this machine, and tries again soon. */
export function workerOptions(
  queue: MailQueueOptions,
  server: { readonly host: string; readonly port: number },
  further: Pick<MailQueueWorkerOptions, 'unconfirmed' | 'concurrency'> = {},
): MailQueueWorkerOptions {
  const settings = {
    FromAddress: 'no-reply@contoso.test',
    Host: server.host,
    Port: server.port,
    SecureSocketOption: 'None',
  } as const;
  return { ...queue, settings, retry: { firstMs: 50, maxMs: 500 }, ...further };
}
