import type {
  MailReceipt,
  MailService,
  QueuedMailProgress,
  QueueSendOptions,
  SendOptions,
} from 'nest-mailroom';

/* Checked by `npm run typecheck`: each `@ts-expect-error` fails when the line below it compiles. */

const message = { to: 'ann@contoso.com', subject: 's', text: 'x' };

/** What a queue may be asked. */
export function asked(client: { query(): Promise<void> }): QueueSendOptions[] {
  return [
    {},
    { idempotencyKey: 'k', delayMs: 1000, priority: 1, transaction: client },
    { sendAt: new Date() },
    // @ts-expect-error a time is a Date
    { sendAt: '2030-01-01' },
    // @ts-expect-error a place in the queue is a number
    { priority: 'high' },
  ];
}

/** Each send takes them; sendMany those that are no names for one message. */
export async function sends(mail: MailService, options: SendOptions): Promise<MailReceipt> {
  mail.sendMany([message], { delayMs: 1000, priority: 1 });
  // @ts-expect-error a key is for one message
  mail.sendMany([message], { idempotencyKey: 'k' });
  // @ts-expect-error a transaction is for one message
  mail.sendMany([message], { transaction: {} });
  mail.sendInBackground(message, { idempotencyKey: 'k' });
  return mail.send(message, options);
}

/** How far a mail has come. */
export async function progress(mail: MailService, receipt: MailReceipt): Promise<QueuedMailProgress[]> {
  const found = [await mail.progress(receipt), await mail.progress(receipt.jobId ?? 'none')];
  // @ts-expect-error a message is no receipt
  await mail.progress(message);
  return found.filter(one => one !== undefined);
}
