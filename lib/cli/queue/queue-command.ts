import { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import { printable } from '../../core/redaction/printable.js';
import { nearestKey } from '../../core/text/nearest-key.js';
import { MailQueueError } from '../../queue/admin/mail-queue-error.js';
import { boundedRun, endAfter } from '../bounded-run.js';
import type { CommandIo } from '../command-io.js';
import { readArguments, readCount, readSeconds } from '../command-line.js';
import { INTERRUPTED } from '../exit-codes.js';
import { UsageError } from '../usage-error.js';
import type { OpenQueue } from './open-queue.js';
import { CLOSE_MS, openQueue } from './open-queue.js';
import type { QueueAction } from './queue-actions.js';
import { QUEUE_ACTIONS } from './queue-actions.js';

const HELP = `Usage: nest-mailroom queue <action> [options]

Looks after a mail queue in Redis, Valkey or PostgreSQL.

Actions:
  status                 how many mails wait, are delayed, under way or given up, and how many workers there are
  failed                 mails that were given up, those first that failed last
  show ID                one mail: its facts and what became of it for each recipient; never its text
  retry ID | --all       tries a mail again that was given up, or all of them; who has it gets it no second time
  drop ID                takes a mail out of the queue

Options:
  --connection URL       redis://host:6379, rediss://... for TLS, or postgres://host/database
                         (default: the environment variable MAIL_QUEUE_CONNECTION, where passwords belong)
  --prefix PREFIX        what the keys begin with in Redis, the schema in PostgreSQL (default: bull, bullmq)
  --name NAME            name of the queue (default: mail)
  --claim-check DIR      folder of the option claimCheck, where large mails lie (default: none)
  --all                  with retry: all mails that were given up
  --page N               with failed: which hundred of them (default: 1)
  --timeout SECONDS      longest wait for an answer of the store (default: 5)
  --json                 one JSON document
  --help                 this text

With keys of the queue in the environment variable MAIL_QUEUE_KEYS, separated by blanks, show tells addresses and subject;
without, addresses are masked. Ctrl-C ends retry --all between two mails.

Exit code: 0 when it is done, also when mails have failed; 1 when it could not be: the store cannot be used, there is no such
mail, or it is in another state; 2 when the command line is wrong; 130 when it was interrupted.
`;

const OPTIONS = {
  connection: { type: 'string' },
  prefix: { type: 'string' },
  name: { type: 'string' },
  'claim-check': { type: 'string' },
  all: { type: 'boolean', default: false },
  page: { type: 'string' },
  timeout: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const MOST_PAGES = 1_000_000;

/** `nest-mailroom queue`. Returns the exit code. */
export async function queueCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments(args, OPTIONS, HELP);
  if (values.help) {
    io.stdout.write(HELP);
    return 0;
  }
  const { all, json } = values;
  const [name, ...ids] = positionals;
  const action = actionOf(name);
  if (all && action.name !== 'retry') throw new UsageError('--all goes with retry only.');
  if (values.page !== undefined && action.name !== 'failed')
    throw new UsageError('--page goes with failed only.');
  const id = idFor(action, ids, all);
  const page = readCount('page', values.page, MOST_PAGES) ?? 1;
  const { connection, prefix, name: queueName } = values;
  const queue = await openQueue(
    {
      connection,
      prefix,
      name: queueName,
      claimCheck: values['claim-check'],
      timeoutMs: readSeconds('timeout', values.timeout),
    },
    io,
  );
  const outcome = await boundedRun({ stop: io.stopSignal(), timeoutMs: undefined }, signal =>
    carryOut(() => action.run({ queue, id, page, json, io, signal }), queue, io),
  );
  const code = outcome.interrupted ? INTERRUPTED : (outcome.value ?? 1);
  endAfter(outcome, code, io);
  return code;
}

function actionOf(name: string | undefined): QueueAction {
  if (name === undefined) throw new UsageError(`Say what to do.\n\n${HELP}`);
  const action = QUEUE_ACTIONS.find(one => one.name === name);
  if (action) return action;
  const meant = nearestKey(
    name,
    QUEUE_ACTIONS.map(one => one.name),
  );
  throw new UsageError(
    `There is no action "${printable(name)}".${meant === undefined ? '' : ` Did you mean ${meant}?`}\n\n${HELP}`,
  );
}

/** @returns the id; undefined for all mails, or none */
function idFor({ name, takesId }: QueueAction, ids: readonly string[], all: boolean): string | undefined {
  const [id, more] = ids;
  if (more !== undefined || (id !== undefined && (all || !takesId)))
    throw new UsageError(
      `${name} takes ${takesId ? 'one ID' : 'no further words'}; "${printable(more ?? id)}" is one too many.`,
    );
  // A variable that is not set is an empty one in a shell.
  if (takesId && !all && (id === undefined || id.trim() === ''))
    throw new UsageError(
      `${name} needs the ID of a mail, as failed, logs and receipts give it${name === 'retry' ? ', or --all' : ''}.`,
    );
  return id;
}

/** What the queue refuses, or cannot do now, is told in its own words. */
async function carryOut(run: () => Promise<number>, { store }: OpenQueue, io: CommandIo): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof MailDeliveryError) && !(error instanceof MailQueueError)) throw error;
    io.stderr.write(`${error.message}\n`);
    return 1;
  } finally {
    await store.close(CLOSE_MS);
  }
}
