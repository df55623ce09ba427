import type { MailDetails } from '../../queue/admin/mail-details.js';
import { mailDetails } from '../../queue/admin/mail-details.js';
import type { CommandIo } from '../command-io.js';
import { styleFor } from '../style.js';
import { jsonDocument, written } from '../text-output.js';
import type { OpenQueue } from './open-queue.js';
import { detailsText, failedText, statusText } from './queue-words.js';

/** What an action works with. */
export interface ActionRun {
  readonly queue: OpenQueue;
  /** Undefined for all mails, or none. */
  readonly id: string | undefined;
  /** 1 for the first. */
  readonly page: number;
  readonly json: boolean;
  readonly io: CommandIo;
  /** Fires when the user wants to end it. */
  readonly signal: AbortSignal;
}

/** What can be done with a queue. */
export interface QueueAction {
  readonly name: string;
  readonly takesId: boolean;
  /** Returns the exit code. */
  run(run: ActionRun): Promise<number>;
}

const PAGE = 100;
/** Begins a line that is written over again. */
const OVER = '\r\u001b[K';

/** All of them. */
export const QUEUE_ACTIONS: readonly QueueAction[] = [
  { name: 'status', takesId: false, run: status },
  { name: 'failed', takesId: false, run: failed },
  { name: 'show', takesId: true, run: show },
  { name: 'retry', takesId: true, run: retry },
  { name: 'drop', takesId: true, run: drop },
];

async function status({ queue, json, io }: ActionRun): Promise<number> {
  const counts = await queue.mails.counts();
  const { label } = queue.store;
  const text = json ? jsonDocument({ queue: label, ...counts }) : statusText(label, counts, styleOf(io));
  return tell(io, text);
}

async function failed({ queue, page, json, io }: ActionRun): Promise<number> {
  const [mails, { failed: count }] = await Promise.all([
    queue.mails.failed(page - 1, PAGE),
    queue.mails.counts(),
  ]);
  const text = json
    ? jsonDocument({ failed: count, page, mails })
    : failedText({ mails, page, count, size: PAGE }, styleOf(io));
  return tell(io, text);
}

async function show({ queue, id = '', json, io }: ActionRun): Promise<number> {
  const details: MailDetails = await mailDetails(queue.access, queue, id);
  return tell(io, json ? jsonDocument(details) : detailsText(details, styleOf(io)));
}

async function retry({ queue, id, json, io, signal }: ActionRun): Promise<number> {
  if (id !== undefined) {
    await queue.mails.retry(id);
    return tell(io, json ? jsonDocument({ retried: 1 }) : 'It is in the queue again.\n');
  }
  const { stdout } = io;
  const shows = stdout.isTTY === true && !json;
  const retried = await queue.mails.retryAll({
    signal,
    onProgress: (done, all) => {
      if (shows) stdout.write(`${OVER}${done} of ${all}`);
    },
  });
  const mails = retried === 1 ? 'mail is' : 'mails are';
  const text = json
    ? jsonDocument({ retried, interrupted: signal.aborted })
    : `${shows ? OVER : ''}${retried} ${mails} in the queue again.\n`;
  return tell(io, text);
}

async function drop({ queue, id = '', json, io }: ActionRun): Promise<number> {
  await queue.mails.drop(id);
  return tell(io, json ? jsonDocument({ dropped: id }) : 'It is out of the queue.\n');
}

function styleOf({ stdout, env }: CommandIo): ReturnType<typeof styleFor> {
  return styleFor(stdout, env);
}

async function tell({ stdout }: CommandIo, text: string): Promise<number> {
  await written(stdout, text);
  return 0;
}
