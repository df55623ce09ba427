import { messageOf } from '../../errors/error-facts.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { plainCause } from '../../errors/plain-cause.js';
import type { Utf8Text } from '../../text/utf8.js';
import type { TemplateFolder } from './template-folder.js';

/**
 * Reads the text of a file that is part of the templates.
 *
 * @param kind what the file is, in words: `template file`
 * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` when it cannot be read, `EMAILTEMPLATESYNTAX` when it is not UTF-8
 */
export function readTemplateText(folder: TemplateFolder, path: string, kind: string): string {
  const { text, fault } = textOf(folder, path, kind);
  if (text !== undefined) return text;
  const { reason, line, column } = fault;
  const file = folder.nameOf(path);
  throw new MailTemplateError('EMAILTEMPLATESYNTAX', `${file} ${reason}`, { file, line, column });
}

function textOf(folder: TemplateFolder, path: string, kind: string): Utf8Text {
  try {
    return folder.text(path);
  } catch (error) {
    const file = folder.nameOf(path);
    throw new MailTemplateError(
      'EMAILTEMPLATEDIRECTORY',
      `The ${kind} ${file} cannot be read: ${messageOf(error)}`,
      { file, cause: plainCause(error) },
    );
  }
}
