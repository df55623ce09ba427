import type { MailMessage, MailReceipt, MailService, SendManyOptions, SentMail } from 'nest-mailroom';

/* Checked by `npm run typecheck`: each `@ts-expect-error` fails when the line below it compiles. */

const message: MailMessage = { to: 'ann@contoso.com', subject: 's', text: 'x' };

/** Any source of messages will do. */
export function sources(mail: MailService): AsyncIterable<SentMail>[] {
  async function* messages(): AsyncGenerator<MailMessage> {
    yield message;
  }
  return [
    mail.sendMany([message]),
    mail.sendMany(new Set([message])),
    mail.sendMany(messages()),
    mail.sendMany([{ to: 'ann@contoso.com', template: 't', context: { a: 1 } }]),
    // @ts-expect-error one message is for send
    mail.sendMany(message),
    // @ts-expect-error a list of promises is to be awaited
    mail.sendMany([Promise.resolve(message)]),
    // @ts-expect-error a text holds no messages
    mail.sendMany('ann@contoso.com'),
  ];
}

/** The ways to tell a receipt from an error. */
export async function outcomes(mail: MailService): Promise<(MailReceipt | Error)[]> {
  const told: (MailReceipt | Error)[] = [];
  for await (const sent of mail.sendMany([message])) {
    if (sent.error) told.push(sent.error);
    else told.push(sent.receipt);
    if (sent.receipt) told.push(sent.receipt);
    else told.push(sent.error);
    if (sent.error === undefined) told.push(sent.receipt);
    else told.push(sent.error);
    if (!('error' in sent)) told.push(sent.receipt);
    const { receipt, error } = sent;
    told.push(receipt ?? error);
  }
  return told;
}

export const options: SendManyOptions = {
  concurrency: 5,
  signal: new AbortController().signal,
  timeoutMs: 1000,
  onProgress: ({ begun, sent, suppressed, failed, unsent }) =>
    console.log(begun + sent + suppressed + failed + unsent),
};
// @ts-expect-error a misspelled option
export const misspelled: SendManyOptions = { concurency: 5 };

/** Nobody can wait for a send in the background. */
export function background(mail: MailService): void {
  mail.sendInBackground(message, { timeoutMs: 1000 });
  // @ts-expect-error it returns nothing
  const sending: Promise<MailReceipt> = mail.sendInBackground(message);
  void sending;
}
