import { hideInError } from '../errors/hide-in-error.js';
import { isMailError } from '../errors/mail-error.js';
import { secretsOf } from '../message/message-secrets.js';
import { redactorOf } from '../mime/redact-for.js';
import type { MailRenderer } from '../templates/mail-renderer.js';
import type { RenderedMail, RenderOptions } from '../templates/template-renderer.js';
import { readRenderOptions } from './render-options.js';

/**
 * Renders a template of which no mail is sent. Its errors show no secrets, as those of a send show none.
 *
 * @throws MailTemplateError when it cannot be rendered
 * @throws MailMessageError `EMAILMESSAGE` for an option that is not known
 */
export async function renderUnsent(
  renderer: MailRenderer,
  template: string,
  context: object,
  options: RenderOptions,
): Promise<RenderedMail> {
  const read = readRenderOptions(options);
  try {
    return await renderer.render(template, context, read);
  } catch (error) {
    const secrets = secretsOf({ template, context });
    throw isMailError(error) && secrets.length > 0 ? hideInError(error, redactorOf({ secrets })) : error;
  }
}
