import { contextOf, FROM, recipientsOf } from '../mail/reset-mail.mjs';
import { templateName } from '../mail/template-folders.mjs';
import { openOurApp } from './our-app.mjs';

/**
 * This package over SMTP with messages from an asynchronous generator: by `MailService.sendMany`, or by a loop by hand that
 * keeps a number of sends under way.
 *
 * @param {import('../smtp-load.mjs').SmtpLoad & { byHand?: boolean, concurrency?: number }} load what is sent where, and how
 */
export async function open({ port, folders, byHand = false, concurrency }) {
  const { app, mail } = await openOurApp(
    { Host: '127.0.0.1', Port: port, FromAddress: FROM, MaxConnections: 5 },
    { templates: { directories: [folders.ours] } },
  );
  const work = byHand ? sendByHand : sendMany;
  return {
    run: count => work(mail, messages(count), count, concurrency),
    close: () => app.close(),
  };
}

/** As rows of a database come: in pages, between which something is waited for. */
async function* messages(count) {
  for (let n = 0; n < count; n++) {
    if (n % 100 === 0) await new Promise(setImmediate);
    yield { to: recipientsOf(n, 1), template: templateName(0), context: contextOf(n) };
  }
}

async function sendMany(mail, source, count, concurrency) {
  let accepted = 0;
  for await (const { receipt, error } of mail.sendMany(source, { concurrency })) {
    if (error) throw error;
    if (receipt.status === 'accepted') accepted++;
  }
  if (accepted !== count) throw new Error(`${accepted} of ${count} mails were accepted`);
}

/** What `p-limit` and the like do: so many loops that take from one source. */
async function sendByHand(mail, source, count, concurrency = 20) {
  let accepted = 0;
  const worker = async () => {
    for (;;) {
      const { done, value } = await source.next();
      if (done) return;
      const { status } = await mail.send(value);
      if (status === 'accepted') accepted++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  if (accepted !== count) throw new Error(`${accepted} of ${count} mails were accepted`);
}
