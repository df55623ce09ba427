import { resolve } from 'node:path';
import type { MailSettingsProblem } from '../../core/errors/mail-settings-error.js';
import { MailSettingsError } from '../../core/errors/mail-settings-error.js';
import { fields } from '../../core/settings/options/option-fields.js';
import type { OptionReader, OptionTable, ReportOption } from '../../core/settings/options/option-reader.js';
import type { ReadOptions } from '../../core/settings/options/read-options.js';
import { readOptions } from '../../core/settings/options/read-options.js';
import { isOptionObject } from '../../core/settings/options/value-kind.js';
import { SealingKeys } from '../job/sealing-keys.js';
import type { KeptJobs, MailQueueOptions, MailQueueWorkerOptions } from '../mail-queue-options.js';
import { directoryProblem, directoryWarnings } from '../store/claim-check-directory.js';
import type { QueueConnection } from './queue-connection.js';
import { NO_CONNECTION } from './queue-connection.js';
import { QUEUE_OPTIONS } from './queue-option-table.js';

/** {@link MailQueueOptions} that were read: a connection with its label, and keys as octets. */
export interface ReadQueueOptions extends Omit<MailQueueOptions, 'connection' | 'keys'> {
  connection: QueueConnection;
  keys?: Buffer[];
}

/** {@link MailQueueOptions} found to be usable, with the defaults applied. Holds no secret that can be printed. */
export interface ResolvedQueueOptions {
  readonly connection: QueueConnection;
  /** What keys begin with in Redis, the schema in PostgreSQL. */
  readonly prefix: string;
  readonly name: string;
  /** None where the queue has none. */
  readonly keys: SealingKeys;
  readonly keepCompleted: Readonly<KeptJobs>;
  readonly keepFailed: Readonly<KeptJobs>;
  readonly claimCheck: {
    /** An absolute path; undefined when large mails stay in the store of the queue. */
    readonly directory?: string;
    /** Octets. */
    readonly above: number;
  };
  readonly timeoutMs: number;
  /** Sentences for the log at start; no secrets. */
  readonly warnings: readonly string[];
}

const ONLY_WORKER: Record<Exclude<keyof MailQueueWorkerOptions, keyof MailQueueOptions>, true> = {
  settings: true,
  smtp: true,
  fallback: true,
  concurrency: true,
  retry: true,
  unconfirmed: true,
  shutdownTimeoutMs: true,
};
const DAY_S = 86_400;
const SCHEMA = /^[A-Za-z_][A-Za-z0-9_$]{0,62}$/;
const IN_CLEAR =
  'The queue has no keys, so mails are stored in clear: whoever can read its store can read them, and mails that hold secrets, such as reset-password mails, are refused. Set the option keys of those who send and of the workers.';

/**
 * Reads the options of a queue into a plain object; those that are wrong are left out of it.
 *
 * @param further readers of the options that belong to a worker. @default none
 */
export function readQueueOptions<T extends ReadQueueOptions = ReadQueueOptions>(
  options: unknown,
  further: Readonly<Record<string, OptionReader>> = {},
): ReadOptions<Partial<T>> {
  const table = { ...QUEUE_OPTIONS, ...further };
  const readFields = fields(table, elsewhereThan(table));
  return readOptions<T>(options, (value, key, report) => {
    const before = { connection: false };
    const noted: ReportOption = (path, message) => {
      before.connection ||= path === 'connection' || path.startsWith('connection.');
      report(path, message);
    };
    const read: unknown = readFields(value, key, noted);
    if (!isOptionObject(read)) return read;
    const { connection, prefix }: Partial<ReadQueueOptions> = read;
    if (!connection && !before.connection) report('connection', NO_CONNECTION);
    if (connection?.kind === 'postgres' && prefix !== undefined && !SCHEMA.test(prefix))
      report(
        'prefix',
        'is the schema in PostgreSQL: a letter or "_", and then letters, digits, "_" or "$", 63 characters at most',
      );
    return read;
  });
}

/** Says of an option of a worker that it is none of those who send. */
function elsewhereThan(table: OptionTable): Record<string, string> {
  const misplaced = Object.keys(ONLY_WORKER).filter(name => !Object.hasOwn(table, name));
  return Object.fromEntries(
    misplaced.map(name => [name, 'is an option of MailQueueWorkerModule; write it there']),
  );
}

/**
 * Checks the options of a queue and applies the defaults. Connects to nothing.
 *
 * @throws MailSettingsError with every problem at once
 */
export async function resolveQueueOptions(options: unknown): Promise<ResolvedQueueOptions> {
  const read = readQueueOptions(options);
  const problems = [...read.problems, ...(await claimCheckProblems(read.options))];
  return withDefaults(read.options, problems);
}

/** What is wrong with the folder for large mails. */
export async function claimCheckProblems({
  claimCheck,
}: Partial<ReadQueueOptions>): Promise<MailSettingsProblem[]> {
  if (claimCheck?.directory === undefined) return [];
  const message = await directoryProblem(resolve(claimCheck.directory));
  return message === undefined ? [] : [{ key: 'claimCheck.directory', message }];
}

/**
 * Applies the defaults to options that were read.
 *
 * @param problems what is wrong with them
 * @throws MailSettingsError when anything is
 */
export async function withDefaults(
  {
    connection,
    prefix,
    name,
    keys,
    keepCompleted,
    keepFailed,
    claimCheck,
    timeoutMs,
  }: Partial<ReadQueueOptions>,
  problems: readonly MailSettingsProblem[],
): Promise<ResolvedQueueOptions> {
  if (problems.length > 0 || !connection) throw new MailSettingsError(problems);
  const directory = claimCheck?.directory === undefined ? undefined : resolve(claimCheck.directory);
  return {
    connection,
    prefix: prefix ?? (connection.kind === 'redis' ? 'bull' : 'bullmq'),
    name: name ?? 'mail',
    keys: new SealingKeys(keys ?? []),
    keepCompleted: keepCompleted ?? { seconds: DAY_S, count: 10_000 },
    keepFailed: keepFailed ?? { seconds: 14 * DAY_S },
    claimCheck: { ...(directory !== undefined && { directory }), above: claimCheck?.above ?? 128 * 1024 },
    timeoutMs: timeoutMs ?? 5000,
    warnings: [
      ...(keys ? [] : [IN_CLEAR]),
      ...(directory === undefined ? [] : await directoryWarnings(directory)),
    ],
  };
}
