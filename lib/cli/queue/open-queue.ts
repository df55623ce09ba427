import { MailSettingsError } from '../../core/errors/mail-settings-error.js';
import { visible } from '../../core/redaction/printable.js';
import type { MailQueueParts } from '../../queue/admin/mail-queue-parts.js';
import { MailQueue } from '../../queue/admin/mail-queue.js';
import { QueueAccess } from '../../queue/admin/queue-access.js';
import { resolveQueueOptions } from '../../queue/options/read-queue-options.js';
import { DirectoryContents } from '../../queue/store/directory-contents.js';
import { openStore } from '../../queue/store/open-store.js';
import type { CommandIo } from '../command-io.js';
import { pathFrom } from '../path-from.js';
import { UsageError } from '../usage-error.js';

/** Where the queue is, as the command line says it; undefined where it says nothing. */
export interface QueueArguments {
  readonly connection: string | undefined;
  readonly prefix: string | undefined;
  readonly name: string | undefined;
  readonly claimCheck: string | undefined;
  readonly timeoutMs: number | undefined;
}

/** A queue that a command works on. */
export interface OpenQueue extends MailQueueParts {
  readonly mails: MailQueue;
  readonly access: QueueAccess;
}

/** Milliseconds for the end of all connections. */
export const CLOSE_MS = 1000;

const CONNECTION = 'MAIL_QUEUE_CONNECTION';
const KEYS = 'MAIL_QUEUE_KEYS';

/**
 * Opens the queue that command line and environment name. Connects to nothing yet.
 *
 * @throws {@link UsageError} when they name none, or what they say cannot be used
 */
export async function openQueue(
  given: QueueArguments,
  { env, cwd }: Pick<CommandIo, 'env' | 'cwd'>,
): Promise<OpenQueue> {
  const connection = given.connection ?? env[CONNECTION];
  if (connection === undefined || connection.trim() === '')
    throw new UsageError(
      `Where is the queue? Set the environment variable ${CONNECTION}, or give --connection: redis://localhost:6379 or postgres://localhost/mails.`,
    );
  const keys = (env[KEYS] ?? '').split(/\s+/).filter(key => key !== '');
  const options = await resolveQueueOptions({
    connection: /^postgres(?:ql)?:/i.test(connection.trim()) ? { postgres: connection.trim() } : connection,
    ...(given.prefix !== undefined && { prefix: given.prefix }),
    ...(given.name !== undefined && { name: given.name }),
    ...(keys.length > 0 && { keys }),
    ...(given.claimCheck !== undefined && { claimCheck: { directory: pathFrom(cwd, given.claimCheck) } }),
    ...(given.timeoutMs !== undefined && { timeoutMs: given.timeoutMs }),
  }).catch((error: unknown) => {
    throw asArguments(error, given.connection === undefined ? CONNECTION : '--connection');
  });
  // What is wrong with the store is said by what was asked for.
  const store = await openStore(options, { onTrouble: () => {}, onRecovered: () => {} });
  const { directory } = options.claimCheck;
  const parts: MailQueueParts = {
    store,
    timeoutMs: options.timeoutMs,
    keys: options.keys,
    ...(directory !== undefined && { directory: new DirectoryContents(directory) }),
  };
  return { ...parts, mails: new MailQueue(parts), access: new QueueAccess(store, options.timeoutMs) };
}

/** What is wrong with an option is told under the name that it has here. */
function asArguments(error: unknown, connection: string): unknown {
  if (!(error instanceof MailSettingsError)) return error;
  const lines = error.problems.map(({ key, message }) => `${nameOf(key, connection)} ${message}`);
  return new UsageError(visible(lines.join('; ')), { cause: error });
}

function nameOf(key: string, connection: string): string {
  const [option = ''] = key.split(/[.[]/);
  switch (option) {
    case 'connection':
      return connection;
    case 'keys':
      return KEYS + key.slice(option.length);
    case 'claimCheck':
      return '--claim-check';
    case 'timeoutMs':
      return '--timeout';
    default:
      return `--${option}`;
  }
}
