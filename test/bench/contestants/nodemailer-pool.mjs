import { createTransport } from 'nodemailer';
import { bursts } from '../burst.mjs';
import { attachmentMaker } from '../mail/attachments.mjs';
import { bareTemplates } from '../mail/bare-templates.mjs';
import { contextOf, FROM, recipientsOf } from '../mail/reset-mail.mjs';

/**
 * nodemailer's own pool with Handlebars compiled beforehand: what one writes without any mail module.
 *
 * @param {import('../smtp-load.mjs').SmtpLoad} load what is sent where
 */
export async function open(load) {
  const { port, recipients } = load;
  const transport = createTransport({ host: '127.0.0.1', port, pool: true, maxConnections: 5 });
  const { subject, html, text } = bareTemplates();
  const attachments = attachmentMaker(load);
  const send = n => {
    const context = contextOf(n);
    return transport.sendMail({
      from: FROM,
      to: recipientsOf(n, recipients),
      subject: subject(context),
      html: html(context),
      text: text(context),
      attachments: attachments(),
    });
  };
  return {
    run: (count, options) => bursts(count, send, options),
    close: async () => transport.close(),
  };
}
