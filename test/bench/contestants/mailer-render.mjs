import { HandlebarsAdapter } from '@nestjs-modules/mailer/adapters/handlebars.adapter';
import { bareTemplates } from '../mail/bare-templates.mjs';
import { bytesOf } from '../mail/bytes-of.mjs';
import { contextOf } from '../mail/reset-mail.mjs';
import { TEMPLATE } from '../mail/template-folders.mjs';

/**
 * The Handlebars adapter of `@nestjs-modules/mailer`, called as its service calls it. It renders the HTML part only;
 * subject and text come from bare Handlebars.
 *
 * @param {{ folders: import('../mail/template-folders.mjs').TemplateFolders, inlining: boolean }} options the templates
 */
export async function open({ folders, inlining }) {
  const adapter = new HandlebarsAdapter(undefined, inlining ? {} : { inlineCssEnabled: false });
  const options = {
    template: { dir: folders.mailer, adapter, options: { strict: true } },
    options: { partials: { dir: folders.mailerPartials, options: { strict: true } } },
  };
  const { subject, text } = bareTemplates();
  const htmlOf = context =>
    new Promise((resolve, reject) => {
      const mail = { data: { template: TEMPLATE, context } };
      adapter.compile(mail, error => (error ? reject(error) : resolve(mail.data.html)), options);
    });
  return {
    async run(count) {
      let last;
      let bytes = 0;
      for (let n = 0; n < count; n++) {
        const context = contextOf(n);
        last = { subject: subject(context), html: await htmlOf(context), text: text(context) };
        bytes += bytesOf(last);
      }
      return { last, bytes };
    },
    async close() {},
  };
}
