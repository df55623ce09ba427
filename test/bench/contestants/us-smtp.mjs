import { burst } from '../burst.mjs';
import { FROM, attachmentOf, contextOf, recipientsOf } from '../mail/reset-mail.mjs';
import { templateName } from '../mail/template-folders.mjs';
import { openOurApp } from './our-app.mjs';

/**
 * This package over SMTP, as an application uses it: `MailService.send` with a template.
 *
 * @param {import('../smtp-load.mjs').SmtpLoad} load what is sent where
 */
export async function open({ port, folders, recipients, attachmentSize, templates = 1 }) {
  const { app, mail } = await openOurApp(
    { Host: '127.0.0.1', Port: port, FromAddress: FROM, MaxConnections: 5, MaxRecipients: 100 },
    { templates: { directories: [folders.ours] } },
  );
  const attachments = attachmentSize
    ? [{ filename: 'report.bin', content: attachmentOf(attachmentSize) }]
    : undefined;
  const send = n =>
    mail.send({
      to: recipientsOf(n, recipients),
      template: templateName(n % templates),
      context: contextOf(n),
      ...(attachments && { attachments }),
    });
  return { run: (count, { inFlight } = {}) => burst(count, send, inFlight), close: () => app.close() };
}
