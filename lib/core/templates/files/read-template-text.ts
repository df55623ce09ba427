import { readFileSync } from 'node:fs';
import { messageOf } from '../../errors/error-facts.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { plainCause } from '../../errors/plain-cause.js';
import { readUtf8 } from '../../text/utf8.js';

/**
 * Reads the text of a file that is part of the templates.
 *
 * @param kind what the file is, in words: `template file`
 * @throws {@link MailTemplateError} `EMAILTEMPLATEDIRECTORY` when it cannot be read, `EMAILTEMPLATESYNTAX` when it is not UTF-8
 */
export function readTemplateText(file: string, kind: string): string {
  const { text, fault } = readUtf8(octetsOf(file, kind));
  if (text !== undefined) return text;
  const { reason, line, column } = fault;
  throw new MailTemplateError('EMAILTEMPLATESYNTAX', `${file} ${reason}`, { file, line, column });
}

function octetsOf(file: string, kind: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new MailTemplateError(
      'EMAILTEMPLATEDIRECTORY',
      `The ${kind} ${file} cannot be read: ${messageOf(error)}`,
      { file, cause: plainCause(error) },
    );
  }
}
