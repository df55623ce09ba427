import { MailMessageError } from '../errors/mail-message-error.js';
import type { OptionReader } from '../settings/options/option-reader.js';
import { readOptions } from '../settings/options/read-options.js';

/**
 * Reads the options of one call, such as `send(message, options)`: an option that is mistyped would be ignored.
 *
 * @throws MailMessageError `EMAILMESSAGE` naming all that is wrong, and the known key that was probably meant
 */
export function readCallOptions<T extends object>(given: unknown, reader: OptionReader): T {
  const { options, problems } = readOptions<T>(given, reader);
  const [first, ...others] = problems;
  if (!first) return options as T;
  const rest = others.map(({ key, message }) => `; ${key}: ${message}`);
  throw new MailMessageError('EMAILMESSAGE', first.key, `${first.message}${rest.join('')}`);
}
