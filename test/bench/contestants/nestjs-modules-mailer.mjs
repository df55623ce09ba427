import 'reflect-metadata';
import { MailerModule, MailerService } from '@nestjs-modules/mailer';
import { HandlebarsAdapter } from '@nestjs-modules/mailer/adapters/handlebars.adapter';
import { NestFactory } from '@nestjs/core';
import { bursts } from '../burst.mjs';
import { attachmentMaker } from '../mail/attachments.mjs';
import { bareTemplates } from '../mail/bare-templates.mjs';
import { contextOf, FROM, recipientsOf } from '../mail/reset-mail.mjs';
import { TEMPLATE } from '../mail/template-folders.mjs';

/**
 * `@nestjs-modules/mailer` as its documentation shows it, with a pool. It renders the HTML part; subject and text come
 * from the same templates, compiled beforehand, which is more than it would do by itself.
 *
 * @param {import('../smtp-load.mjs').SmtpLoad & { inlining: boolean }} load what is sent where
 */
export async function open(load) {
  const { port, folders, recipients, inlining } = load;
  const app = await NestFactory.createApplicationContext(
    {
      module: class App {},
      imports: [
        MailerModule.forRoot({
          transport: { host: '127.0.0.1', port, pool: true, maxConnections: 5 },
          defaults: { from: FROM },
          template: {
            dir: folders.mailer,
            adapter: new HandlebarsAdapter(undefined, inlining ? {} : { inlineCssEnabled: false }),
            options: { strict: true },
          },
          options: { partials: { dir: folders.mailerPartials, options: { strict: true } } },
        }),
      ],
    },
    { logger: false },
  );
  const mailer = app.get(MailerService, { strict: false });
  const { subject, text } = bareTemplates();
  const attachments = attachmentMaker(load);
  const send = n => {
    const context = contextOf(n);
    return mailer.sendMail({
      to: recipientsOf(n, recipients),
      subject: subject(context),
      template: TEMPLATE,
      context,
      text: text(context),
      attachments: attachments(),
    });
  };
  return { run: (count, options) => bursts(count, send, options), close: () => app.close() };
}
