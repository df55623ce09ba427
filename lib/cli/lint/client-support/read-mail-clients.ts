import { shownName } from '../../../core/redaction/may-be-secret.js';
import { notKnownWords } from '../../../core/text/nearest-key.js';
import { UsageError } from '../../usage-error.js';
import type { MailClient } from './mail-client.js';
import { ALL_MAIL_CLIENTS, isMailClient } from './mail-client.js';

/**
 * Reads the option `--clients`: names with commas between them, given once or several times.
 *
 * @param help what the command's `--help` shows
 * @throws {@link UsageError} for a name that is not known, with the one that was probably meant, and where there is none
 */
export function readMailClients(lists: readonly string[], help: string): MailClient[] {
  const names = lists.flatMap(list => list.split(',')).map(name => name.trim().toLowerCase());
  const named = names.filter(name => name !== '');
  if (named.length === 0)
    throw new UsageError(
      `--clients names no mail client; known are ${ALL_MAIL_CLIENTS.join(', ')}.\n\n${help}`,
    );
  return named.map(name => {
    if (isMailClient(name)) return name;
    const words = notKnownWords(name, ALL_MAIL_CLIENTS);
    throw new UsageError(
      `The mail client '${shownName(name)}' ${words}${words.endsWith('?') ? '' : '.'}\n\n${help}`,
    );
  });
}
