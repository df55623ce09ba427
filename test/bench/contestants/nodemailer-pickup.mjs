import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { burst } from '../burst.mjs';
import { bareTemplates } from '../mail/bare-templates.mjs';
import { contextOf, FROM, recipientsOf } from '../mail/reset-mail.mjs';

/**
 * What one writes by hand: nodemailer's stream transport, `writeFile`, `rename`. Nothing is flushed to the disk.
 *
 * @param {{ directory: string }} options where
 */
export async function open({ directory }) {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { subject, html, text } = bareTemplates();
  const send = async n => {
    const context = contextOf(n);
    const { message } = await transport.sendMail({
      from: FROM,
      to: recipientsOf(n, 1),
      subject: subject(context),
      html: html(context),
      text: text(context),
    });
    const name = randomUUID();
    const temporary = join(directory, `.${name}`);
    await writeFile(temporary, message, { flag: 'wx' });
    await rename(temporary, join(directory, `${name}.eml`));
  };
  return { run: (count, { inFlight }) => burst(count, send, inFlight), async close() {} };
}
