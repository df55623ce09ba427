import { bytesOf } from '../mail/bytes-of.mjs';
import { contextOf, FROM } from '../mail/reset-mail.mjs';
import { TEMPLATE } from '../mail/template-folders.mjs';
import { openOurApp } from './our-app.mjs';

/**
 * `MailService.render`: subject, HTML and text, strict, with everything that the module does around Handlebars.
 *
 * @param {{ folders: import('../mail/template-folders.mjs').TemplateFolders }} options the templates
 */
export async function open({ folders }) {
  const { app, mail } = await openOurApp(
    { Host: '127.0.0.1', Port: 9, FromAddress: FROM },
    { templates: { directories: [folders.ours] } },
  );
  return {
    async run(count) {
      let last;
      let bytes = 0;
      for (let n = 0; n < count; n++) {
        last = await mail.render(TEMPLATE, contextOf(n));
        bytes += bytesOf(last);
      }
      return { last, bytes };
    },
    close: () => app.close(),
  };
}
