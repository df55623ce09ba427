import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HTML, PARTIALS, SUBJECT, TEXT, WHOLE_HTML } from './reset-mail.mjs';

/** Name of the template in every folder. */
export const TEMPLATE = 'reset';

/**
 * Writes the one mail as files, once in the way of each contestant.
 *
 * @param {string} folder an empty folder
 * @param {object} [options]
 * @param {number} [options.idlePartials] partials that lie in the folder and that nobody uses; the mail is then whole in
 *   itself, so that only their number differs. Without it the mail has the partials that it uses
 * @param {number} [options.templates] how often the mail is there, under names of its own: reset, reset-1, reset-2 …
 * @returns {Promise<TemplateFolders>} where they are
 *
 * @typedef {{ ours: string, mailer: string, mailerPartials: string, emailTemplates: string }} TemplateFolders
 */
export async function writeTemplates(folder, { idlePartials, templates = 1 } = {}) {
  const html = idlePartials === undefined ? HTML : WHOLE_HTML;
  const partials = idlePartials === undefined ? PARTIALS : idle(idlePartials);
  const folders = {
    ours: join(folder, 'ours'),
    mailer: join(folder, 'mailer'),
    mailerPartials: join(folder, 'mailer-partials'),
    emailTemplates: join(folder, 'email-templates'),
  };
  for (const path of Object.values(folders)) await mkdir(path, { recursive: true });
  for (let n = 0; n < templates; n++) {
    const name = templateName(n);
    await write(join(folders.ours, name, 'subject.en.hbs'), SUBJECT);
    await write(join(folders.ours, name, 'html.en.hbs'), html);
    await write(join(folders.ours, name, 'text.en.hbs'), TEXT);
    await write(join(folders.mailer, `${name}.hbs`), html);
    await write(join(folders.emailTemplates, name, 'subject.hbs'), SUBJECT);
    await write(join(folders.emailTemplates, name, 'html.hbs'), html);
    await write(join(folders.emailTemplates, name, 'text.hbs'), TEXT);
  }
  for (const [name, text] of Object.entries(partials)) {
    await write(join(folders.ours, 'partials', `${name}.html.en.hbs`), text);
    await write(join(folders.mailerPartials, `${name}.hbs`), text);
    await write(join(folders.emailTemplates, 'partials', `${name}.hbs`), text);
  }
  return folders;
}

/**
 * The name of the nth template.
 *
 * @param {number} n which
 * @returns {string} the name
 */
export function templateName(n) {
  return n === 0 ? TEMPLATE : `${TEMPLATE}-${n}`;
}

function idle(count) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [
      `idle-${n}`,
      `<p>Part ${n} for {{name}}: ${PARTIALS.button}</p>`,
    ]),
  );
}

async function write(file, text) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
