import { pathToFileURL } from 'node:url';
import { bursts } from '../burst.mjs';
import { attachmentMaker } from '../mail/attachments.mjs';
import { contextOf, FROM, recipientsOf } from '../mail/reset-mail.mjs';
import { templateName } from '../mail/template-folders.mjs';
import { openOurApp } from './our-app.mjs';

/**
 * This package over SMTP, as an application uses it: `MailService.send` with a template.
 *
 * @param {import('../smtp-load.mjs').SmtpLoad & { bundled?: string }} load what is sent where; `bundled` is a module of the
 *   templates, in the place of their directory
 */
export async function open(load) {
  const { port, folders, bundled, recipients, templates = 1 } = load;
  const where = bundled
    ? { sources: (await import(pathToFileURL(bundled).href)).templates }
    : { directories: [folders.ours] };
  const { app, mail } = await openOurApp(
    { Host: '127.0.0.1', Port: port, FromAddress: FROM, MaxConnections: 5, MaxRecipients: 100 },
    { templates: where },
  );
  const attachments = attachmentMaker(load);
  const send = n =>
    mail.send({
      to: recipientsOf(n, recipients),
      template: templateName(n % templates),
      context: contextOf(n),
      attachments: attachments(),
    });
  return { run: (count, options) => bursts(count, send, options), close: () => app.close() };
}
