import { bareTemplates } from '../mail/bare-templates.mjs';
import { bytesOf } from '../mail/bytes-of.mjs';
import { contextOf } from '../mail/reset-mail.mjs';

/**
 * Bare Handlebars, compiled once: what rendering costs at least.
 *
 * @param {{ idlePartials: number }} options partials that are registered and not used
 */
export async function open({ idlePartials }) {
  const { subject, html, text } = bareTemplates({ idlePartials });
  return {
    async run(count) {
      let last;
      let bytes = 0;
      for (let n = 0; n < count; n++) {
        const context = contextOf(n);
        last = { subject: subject(context), html: html(context), text: text(context) };
        bytes += bytesOf(last);
      }
      return { last, bytes };
    },
    async close() {},
  };
}
