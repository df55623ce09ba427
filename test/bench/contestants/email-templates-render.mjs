import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import Email from 'email-templates';
import { bytesOf } from '../mail/bytes-of.mjs';
import { contextOf } from '../mail/reset-mail.mjs';
import { TEMPLATE } from '../mail/template-folders.mjs';

/**
 * `email-templates`, with its cache on, as it is in production.
 *
 * @param {{ folders: import('../mail/template-folders.mjs').TemplateFolders, inlining: boolean }} options the templates
 */
export async function open({ folders, inlining }) {
  const root = folders.emailTemplates;
  const email = new Email({
    views: { root, options: { extension: 'hbs' } },
    preview: false,
    transport: { jsonTransport: true },
    ...(inlining ? {} : { juice: false }),
  });
  const files = await readdir(join(root, 'partials')).catch(() => []);
  const partials = Object.fromEntries(
    files.map(file => [parse(file).name, join('..', 'partials', parse(file).name)]),
  );
  return {
    async run(count) {
      let last;
      let bytes = 0;
      for (let n = 0; n < count; n++) {
        last = await email.renderAll(TEMPLATE, { ...contextOf(n), partials: { ...partials }, cache: true });
        bytes += bytesOf(last);
      }
      return { last, bytes };
    },
    async close() {},
  };
}
